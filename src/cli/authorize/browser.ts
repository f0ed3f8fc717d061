/** Whether a browser can be opened here, and opening it. */
import { spawn } from 'node:child_process'
import type { Io } from '../io.ts'

export function isOverSsh(env: Io['env']): boolean {
  return Boolean(env['SSH_CONNECTION'] || env['SSH_CLIENT'] || env['SSH_TTY'])
}

/** A terminal with a display, on this machine. Over SSH a browser would open in front of nobody. */
export function canOpenBrowser(io: Io, platform: NodeJS.Platform): boolean {
  if (!io.isTTY.stdin || !io.isTTY.stderr || isOverSsh(io.env)) return false
  return platform !== 'linux' || Boolean(io.env['DISPLAY'] || io.env['WAYLAND_DISPLAY'] || io.env['WSL_DISTRO_NAME'])
}

/** Opens it and goes on; the address is printed too, so that a failure costs nothing. `BROWSER` wins. */
export async function openBrowser(url: string, env: Io['env']): Promise<void> {
  const wanted = env['BROWSER']
  const child = wanted
    ? spawn(wanted, [url], { detached: true, stdio: 'ignore' })
    : await (await import('open')).default(url).catch(() => undefined)
  child?.on('error', () => {})
  child?.unref()
}
