/** The service's console: what people register and copy there, and the buttons that ask for trouble. */
import type { Provider } from '../../provider/provider.ts'
import { faults, type FaultName } from '../faults.ts'
import { escape, page, type Shown } from '../pages.ts'
import type { ServiceControl } from './control.ts'
import { known } from './sites.ts'

type Act = { label: string; act: (control: ServiceControl) => void }

/** The troubles that a person is likely to ask for; tests have them all. */
const offered: readonly FaultName[] = [
  'drop_after',
  'error_500',
  'error_503',
  'too_many',
  'html_200',
  'slow',
  'no_refresh_token',
  'expires_in_absent',
]

const troubles: Readonly<Record<string, Act>> = {
  expire_access: { label: 'Let all access tokens die now', act: (control) => control.expireAccess() },
  kill_refresh: { label: 'Let all refresh tokens die', act: (control) => control.killRefresh() },
  revoke_all: { label: 'Disconnect everybody', act: (control) => control.revokeAll() },
  heal: { label: 'Take the troubles back that were asked for', act: (control) => control.heal() },
}

/** `form` is what a button sent; absent where the page is opened. */
export function consolePage(
  provider: Provider,
  control: ServiceControl,
  form: URLSearchParams | undefined,
  path: string,
): Shown {
  const done = form && press(provider, control, form)
  const { errors = [], ways } = provider
  const buttons = [
    ...Object.entries(troubles).map(([name, { label }]) => button(path, { act: name }, label)),
    ...offered.map((name) => button(path, { fault: name }, `The next token request: ${faults[name].says}`)),
    ...errors.map(({ cause, means }, index) =>
      button(path, { refuse: String(index) }, `The next refusal (${means}): ${cause}`),
    ),
  ]
  const pasted = Object.entries(ways).filter(([, { grant }]) => grant === 'pasted')
  const hasFile = Object.values(provider.values ?? {}).some(({ shape }) => shape === 'json_file')
  const rest = [
    done === undefined ? '' : `<p><strong>${escape(done)}</strong></p>`,
    `<p>Client id <code>${known.id}</code>, secret <code>${known.secrets[0]}</code>; a person is <code>${known.userName}</code> with <code>${known.password}</code>.</p>`,
    ...pasted.map(([name, { label }]) => button(path, { token: name }, `Make a token: ${label}`)),
    hasFile ? `<h2>Key file</h2>${field('key_file', control.keyFile())}` : '',
    `<h2>Register a certificate or public key</h2><form method="post" action="${escape(path)}">${field('pem', '')}<p><input name="key_id" placeholder="key id, if there is one"> <button>Register</button></p></form>`,
    '<h2>Ask for trouble</h2>',
    ...buttons,
  ]
  return page(
    200,
    `${provider.name} (rehearsal)`,
    'What the console of the service does, and what may go wrong.',
    rest.join('\n'),
  )
}

function press(provider: Provider, control: ServiceControl, form: URLSearchParams): string {
  const pem = form.get('pem')
  if (pem) return register(control, pem, form.get('key_id') ?? '')
  const way = form.get('token') ?? ''
  if (Object.hasOwn(provider.ways, way)) {
    const { accessToken, refreshToken } = control.token(way)
    return `Token: ${accessToken}${refreshToken === undefined ? '' : `, refresh token: ${refreshToken}`}`
  }
  const trouble = troubles[form.get('act') ?? '']
  if (trouble) {
    trouble.act(control)
    return `Done: ${trouble.label}`
  }
  const fault = offered.find((name) => name === form.get('fault'))
  if (fault) {
    control.next(faults[fault])
    return `The next token request: ${faults[fault].says}`
  }
  const rule = provider.errors?.[Number(form.get('refuse') ?? Number.NaN)]
  if (!rule) return 'Nothing was done: no such button.'
  control.refuse(provider.errors!.indexOf(rule))
  return `The next refusal: ${rule.cause}`
}

function register(control: ServiceControl, pem: string, keyId: string): string {
  const named = keyId === '' ? {} : { keyId }
  try {
    control.register(pem.includes('CERTIFICATE') ? { certificate: pem, ...named } : { publicKey: pem, ...named })
    return 'Registered.'
  } catch {
    return 'Nothing was registered: this is neither a certificate nor a public key in PEM form.'
  }
}

function button(path: string, fields: Record<string, string>, label: string): string {
  const [[name, value] = ['', '']] = Object.entries(fields)
  return `<form method="post" action="${escape(path)}"><button name="${name}" value="${escape(value)}">${escape(label)}</button></form>`
}

function field(name: string, text: string): string {
  return `<textarea name="${name}" rows="8" cols="60">${escape(text)}</textarea>`
}
