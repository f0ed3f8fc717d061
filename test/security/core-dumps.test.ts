/** Whether a crash would write the memory of the server to disk. Named after the requirement in docs/security.md. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { coreDumps } from '../../src/cli/doctor/core-dumps.ts'
import { openStage, type Stage } from '../cli/stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ 'GET /v1/connections': { json: { connections: [] } } })
})
afterEach(() => stage.close())

type Machine = { shell: string; server?: string; pattern?: string }

/** What Linux would show of a shell and of a server that listens in the home. */
async function machine({ shell, server, pattern = 'core' }: Machine): Promise<string> {
  const proc = join(stage.home, 'proc')
  const write = async (path: string, text: string) => {
    await mkdir(join(proc, path, '..'), { recursive: true })
    await writeFile(join(proc, path), text)
  }
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax core file size        ${soft.padEnd(20)} unlimited            bytes\n`
  await write('self/limits', limits(shell))
  await write('sys/kernel/core_pattern', `${pattern}\n`)
  const line = (flags: string, inode: string) => `00000000470f7949: 00000002 00000000 ${flags} 0001 01 ${inode}`
  await write(
    'net/unix',
    [`${line('00000000', '41')} ${stage.socket}`, `${line('00010000', '42')} ${stage.socket}`, ''].join('\n'),
  )
  if (server === undefined) return proc
  const pid = '4711'
  await write(`${pid}/limits`, limits(server))
  await mkdir(join(proc, pid, 'fd'))
  await symlink('socket:[42]', join(proc, pid, 'fd', '7'))
  return proc
}

/** What `doctor` says of it; `running`: a server answers on the socket. */
async function told(proc: string, running = true): Promise<{ result: string; detail: string; remedy?: string }> {
  if (running) await stage.listen()
  const port = { inject: async () => ({ status: 200, headers: {}, body: '{"connections":[]}' }), close: async () => {} }
  const { stdout } = await stage.run('doctor --json', {
    proc,
    ...(running ? {} : { ports: { openInProcess: async () => port } }),
  })
  return JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === 'core dumps')
}

const remedy = 'start the server under `ulimit -c 0`, as a service of systemd with LimitCORE=0'

describe('the memory of the server', () => {
  it.each(['unlimited', '4096'])(
    'K13: may reach the disk by a crash, which doctor tells with its remedy (%s)',
    async (soft) => {
      expect(await told(await machine({ shell: '0', server: soft }))).toMatchObject({
        result: 'OK', // a hint: everything works
        detail: expect.stringContaining('on in the running server (process 4711)') as string,
        remedy,
      })
    },
  )

  it('K13: stays where it is when its own limit is 0, whatever that of the shell is', async () => {
    const said = await told(await machine({ shell: 'unlimited', server: '0' }))
    expect(said).toEqual({ name: 'core dumps', result: 'OK', detail: 'off in the running server (process 4711)' })
  })

  it.each([
    ['|/bin/false', 'off in'],
    ['|/usr/lib/systemd/systemd-coredump %P %u', 'on in'],
  ])('K13: stays where it is when the kernel throws every dump away (%s)', async (pattern, detail) => {
    const said = await told(await machine({ shell: '0', server: 'unlimited', pattern }))
    expect(said.detail).toMatch(new RegExp(`^${detail} `))
  })

  it('K13: is a hint while no server runs and only the shell allows dumps', async () => {
    expect(await told(await machine({ shell: 'unlimited' }), false)).toMatchObject({
      result: 'OK',
      detail: expect.stringContaining('on in this shell') as string,
      remedy,
    })
  })

  it('K13: is not guessed at where the server cannot be seen', async () => {
    expect(await told(await machine({ shell: 'unlimited' }))).toMatchObject({ result: 'SKIP' })
  })

  it('K13: is left out where there is no Linux', async () => {
    expect(await told(join(stage.home, 'nothing'))).toBeUndefined()
  })
})

const hard =
  process.platform === 'linux'
    ? /^Max core file size +\S+ +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    : '0'

describe.skipIf(hard === '0')('a process of this machine', () => {
  it.each([
    ['ulimit -S -c 1', true],
    ['ulimit -c 0', false],
  ])('K13: is found by its socket and asked for its limit: %s', async (limit, on) => {
    const listening = `require('net').createServer().listen(process.argv[1], () => console.log('there'))`
    const child = spawn('bash', ['-c', `${limit}; exec "$0" -e "$1" "$2"`, process.execPath, listening, stage.socket])
    try {
      await once(child.stdout, 'data')
      const dropped = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').startsWith('|/bin/false')
      expect(await coreDumps('/proc', stage.socket)).toEqual({
        on: on && !dropped,
        of: 'server',
        pid: String(child.pid),
      })
    } finally {
      child.kill()
      await once(child, 'exit')
    }
  })
})
