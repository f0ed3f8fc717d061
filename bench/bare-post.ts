/**
 * The floor of a renewal: a bare POST by undici to the same authorization servers, so many in flight, nothing kept. argv:
 * token URLs as JSON. Told by IPC how many; answers when done.
 */
import { Agent, request } from 'undici'

const urls = JSON.parse(process.argv[2] ?? '[]') as string[] // from bench/ alone
const agent = new Agent({ connections: 16, keepAliveTimeout: 30_000 })
const headers = { 'content-type': 'application/x-www-form-urlencoded' }
const body = `grant_type=refresh_token&client_id=client&refresh_token=${'r'.repeat(200)}`

process.on('message', ({ count, inFlight }: { count: number; inFlight: number }) => {
  let next = 0
  const lane = async () => {
    while (next < count) {
      const url = urls[next++ % urls.length] ?? ''
      const answer = await request(url, { method: 'POST', headers, body, dispatcher: agent })
      await answer.body.json()
    }
  }
  void Promise.all(Array.from({ length: inFlight }, lane)).then(() => process.send?.('done'))
})
process.send?.('ready')

// Whoever started it is gone.
process.once('disconnect', () => process.exit())
