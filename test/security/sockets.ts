/** Sees every socket that the program would open, and lets none of them leave but to the servers of a test. */
import { isIP, Socket, type LookupFunction } from 'node:net'

type Dial = { host?: string; port?: number | string; lookup?: LookupFunction }

export type SocketSpy = {
  /** The addresses of the connections that were about to be made, in order. */
  readonly dialled: string[]
  stop(): void
}

/** `passing`: ports on 127.0.0.1 that are really connected to. */
export function spyOnSockets(passing: readonly number[] = []): SocketSpy {
  const dialled: string[] = []
  const { connect } = Socket.prototype
  const ended = Object.assign(new Error('ended by the spy'), { code: 'ECONNREFUSED' })

  function spied(this: Socket, ...given: unknown[]): Socket {
    const options = (Array.isArray(given[0]) ? given[0][0] : given[0]) as Dial
    const { host = '', port, lookup } = options
    if (isIP(host) !== 0) {
      dialled.push(host)
      if (host === '127.0.0.1' && passing.includes(Number(port))) return Reflect.apply(connect, this, given) as Socket
      queueMicrotask(() => this.destroy(ended))
      return this
    }
    // A name: what its lookup gives is what would be connected to.
    options.lookup = (name, how, callback) => {
      const found: Parameters<LookupFunction>[2] = (error, address, family) => {
        if (error !== null) return callback(error, address, family)
        dialled.push(...(typeof address === 'string' ? [address] : address.map((one) => one.address)))
        callback(ended, '', 0)
      }
      if (lookup === undefined) found(new Error(`${name} was about to be looked up past the check`), '', 0)
      else lookup(name, how, found)
    }
    return Reflect.apply(connect, this, given) as Socket
  }
  Socket.prototype.connect = spied
  return { dialled, stop: () => void (Socket.prototype.connect = connect) }
}
