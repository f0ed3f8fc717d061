/** The keys of a service: what was registered with it, and the key file that it hands out. */
import { generateKeyPairSync } from 'node:crypto'
import type { Provider, Shape } from '../../provider/provider.ts'
import { registeredKey, type Registered } from './assertions.ts'
import { put } from './paths.ts'

export type Registration = { certificate?: string; publicKey?: string; keyId?: string }

export function createKeys(provider: Provider) {
  let registered: Registered | undefined
  let own: { pem: string; key: Registered } | undefined

  /** Made when somebody asks: an RSA key takes its time. */
  function ownKey(): { pem: string; key: Registered } {
    if (own) return own
    const alg =
      Object.values(provider.ways).find(({ assertion }) => assertion?.key !== undefined)?.assertion?.alg[0] ?? ''
    const { privateKey, publicKey } = alg.startsWith('ES')
      ? generateKeyPairSync('ec', { namedCurve: { ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256' })
      : alg.startsWith('Ed')
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    own = { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), key: { key: publicKey } }
    return own
  }

  function filePath(name: string): string | undefined {
    const sources = provider.values?.[name]?.from ?? []
    return sources.flatMap((source) =>
      typeof source === 'string' ? (/^file\.[^.]+\.(.+)$/.exec(source)?.[1] ?? []) : [],
    )[0]
  }

  /** What the key file says of a value. */
  function inFile(name: string): string | undefined {
    const value = provider.values?.[name]
    if (!value || filePath(name) === undefined) return undefined
    return value.shape === 'pem' ? ownKey().pem : textFor(value.example, value.shape, name)
  }

  return {
    register(given: Registration): void {
      registered = registeredKey(given)
    },
    /** `ownKey`: the way signs with a key that the service handed out, or that a person brought and registered. */
    registered: (fromValue: boolean): Registered | undefined => registered ?? (fromValue ? own?.key : undefined),
    /** A key file as JSON, with every member that the definition reads from it. */
    keyFile(): string {
      const file: Record<string, unknown> = { type: 'rehearsal' }
      for (const name of Object.keys(provider.values ?? {})) {
        const path = filePath(name)
        if (path !== undefined) put(file, path, inFile(name))
      }
      return JSON.stringify(file, undefined, 2)
    },
    inFile,
    /** The private key alone, for services where a person types it. */
    privateKey: (): string => ownKey().pem,
  }
}

const texts: Partial<Record<Shape, string>> = {
  email: 'rehearsal@example.com',
  digits: '1234567890',
  guid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  domain: 'rehearsal.example.com',
  url: 'https://rehearsal.example.com',
}

function textFor(example: string | undefined, shape: Shape | undefined, name: string): string {
  return example ?? texts[shape ?? 'text'] ?? `rehearsal-${name.replaceAll('_', '-')}`
}
