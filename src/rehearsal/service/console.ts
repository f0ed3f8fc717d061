/** The service's console: what people register and copy there, the buttons that ask for trouble, and what was seen. */
import type { ErrorRule, Provider } from '../../provider/provider.ts'
import { faultNames, faults, type FaultName } from '../faults.ts'
import { commandLine, connectCommand } from '../command.ts'
import { code, escape, layout, page, type Shown } from '../pages.ts'
import type { ServiceControl } from './control.ts'
import type { Received } from './received.ts'
import type { Seen } from './seen.ts'
import { known } from './sites.ts'

type Act = { label: string; act: (control: ServiceControl) => void }

/** The troubles of a token request that a person is likely to ask for: these have buttons, the others stand in a list. */
const offered: readonly FaultName[] = [
  'drop_after',
  'drop_before',
  'slow',
  'no_answer',
  'too_many',
  'too_many_for_10_minutes',
  'error_500',
  'error_500_having_acted',
  'error_503',
  'html_200',
  'truncated_json',
  'client_refused',
  'no_refresh_token',
  'expires_in_absent',
]
const unlikely = faultNames.filter((name) => !offered.includes(name))

const troubles: Readonly<Record<string, Act>> = {
  expire_access: { label: 'Expire all access tokens', act: (control) => control.expireAccess() },
  kill_refresh: { label: 'Refresh tokens are dead', act: (control) => control.killRefresh() },
  revoke_all: { label: 'Disconnect everybody', act: (control) => control.revokeAll() },
  heal: { label: 'Take back what still waits', act: (control) => control.heal() },
}

/** How much faster lifetimes pass, for what is given out from then on. */
const speeds = [1, 10, 60, 600]

/** Requests that the page shows. */
const shown = 25

export type Desk = {
  provider: Provider
  /** The same with the addresses of the rehearsal: what is connected. */
  definition: () => Provider
  control: ServiceControl
  /** What was seen, the oldest first. */
  requests: () => readonly Seen[]
  speed: () => number
}

/** `form` is what a button sent; absent where the page is opened. */
export function consolePage(desk: Desk, form: URLSearchParams | undefined, path: string): Shown {
  const { provider, control } = desk
  const done = form && press(provider, control, form)
  const body = [
    `<p class="soft"><a href="/">All services</a> | <a href="#trouble">Ask for trouble</a> | <a href="#seen">What happened</a></p><h1>${escape(provider.name)} <span class="badge">rehearsal</span></h1>`,
    done === undefined ? '' : `<p class="done" role="status">${escape(done)}</p>`,
    clientCard(provider),
    ...commandList(desk.definition()),
    ...pastedTokens(provider, path),
    hasFile(provider) ? keyFile(provider, control) : '',
    privateKey(provider),
    takesKey(provider) ? registration(path) : '',
    troubleButtons(desk, path),
    requestTable(desk, path),
  ]
  return layout(200, `${provider.name} (rehearsal)`, body.join('\n'))
}

/** Whether the page of another site pressed the button: browsers say where a form comes from, and no page can forge it. */
export function isForeign({ headers: { host, origin, 'sec-fetch-site': site } }: Received): boolean {
  const byBrowser = site !== undefined || origin !== undefined
  return byBrowser && site !== 'same-origin' && origin !== `http://${host}`
}

export function refusedPress(): Shown {
  return page(403, 'Nothing was done', 'Another site pressed this button. Open the console itself and press it there.')
}

function clientCard({ id }: Provider): string {
  const facts: [string, string][] = [
    ['Client id', code(known.id)],
    ['Client secret', code(known.secrets[0])],
    ['A person', `${code(known.userName)} with the password ${code(known.password)}`],
    ['Redirect URIs', 'any that the rules of the service let people register'],
    ['Definition', `<a href="/${id}/definition.json">definition.json</a>, for an Evergrant that does not rehearse`],
  ]
  const rows = facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`)
  return `<div class="card"><dl>${rows.join('')}</dl></div>`
}

function commandList(definition: Provider): string[] {
  const ways = Object.entries(definition.ways).map(([name, { label }]) => {
    const command = connectCommand(definition, name)
    const first = command.first.map((sentence) => `<li>${escape(sentence)}</li>`)
    const before = first.length === 0 ? '' : `<ul class="soft">${first.join('')}</ul>`
    return `<h3>${escape(label)}</h3><pre>${escape(commandLine(command, [definition.id]))}</pre>${before}`
  })
  return [
    '<h2>Connect it</h2>',
    '<p class="soft">On a terminal, the service alone is enough: the rest is asked.</p>',
    ...ways,
  ]
}

function pastedTokens({ ways }: Provider, path: string): string[] {
  const pasted = Object.entries(ways).filter(([, { grant }]) => grant === 'pasted')
  if (pasted.length === 0) return []
  const buttons = pasted.map(([name, { label }]) => button(path, 'token', name, `Make a token: ${label}`))
  return [`<h2>Tokens to paste</h2><div class="row">${buttons.join('')}</div>`]
}

function hasFile({ values = {} }: Provider): boolean {
  return Object.values(values).some(({ shape }) => shape === 'json_file')
}

function privateKey({ id, values = {} }: Provider): string {
  const typed = Object.values(values).some(({ shape, from }) => shape === 'pem' && (from ?? ['person'])[0] === 'person')
  return typed
    ? `<h2>Private key</h2><p><a href="/${id}/private-key.pem" download="key.pem">Download it</a>; the service holds its public half.</p>`
    : ''
}

function keyFile({ id }: Provider, control: ServiceControl): string {
  return `<h2>Key file</h2><p><a href="/${id}/key-file.json" download="${id}-key.json">Download it</a>, or copy it.</p>
<textarea readonly aria-label="key file" rows="8">${escape(control.keyFile())}</textarea>`
}

/** Whether something that people bring along is verified: a key of the client, or one that a value holds. */
function takesKey({ client, ways }: Provider): boolean {
  return Object.values(ways).some((way) => (way.client ?? client).key !== undefined || way.assertion !== undefined)
}

function registration(path: string): string {
  return `<h2>Register a certificate or public key</h2><form method="post" action="${escape(path)}">
<textarea name="pem" rows="6" aria-label="certificate or public key" placeholder="-----BEGIN CERTIFICATE-----"></textarea>
<div class="row"><input name="key_id" aria-label="key id" placeholder="key id, if there is one"><button>Register</button></div></form>`
}

function troubleButtons({ provider, control, speed }: Desk, path: string): string {
  const acts = Object.entries(troubles).map(([name, { label }]) => button(path, 'act', name, label))
  const next = offered.map((name) => button(path, 'fault', name, faults[name].says))
  const fast = speeds.map((times) =>
    times === speed()
      ? `<button disabled>${paceOf(times)}: so it is</button>`
      : button(path, 'speed', String(times), paceOf(times)),
  )
  const waiting = control.waiting()
  return `<h2 id="trouble">Ask for trouble</h2><h3>Now</h3><div class="row">${acts.join('')}</div>
<p class="soft">${waiting.length === 0 ? 'No trouble waits for a request.' : `Waits: ${escape(waiting.join('; '))}.`}</p>
<h3>The next token request</h3><div class="row">${next.join('')}</div>
${otherTroubles(path)}
<h3>Lifetimes, from the next token on</h3><div class="row">${fast.join('')}</div>
${ruleTable(provider.errors ?? [], path)}`
}

/** All the others by their names. */
function otherTroubles(path: string): string {
  const options = unlikely.map((name) => `<option value="${name}">${escape(faults[name].says)}</option>`)
  return `<form method="post" action="${escape(path)}" class="row"><select name="fault" aria-label="other trouble">${options.join('')}</select><button>Ask for this</button></form>`
}

const paceOf = (times: number): string => (times === 1 ? 'As stated' : `${times} times faster`)

/** What the vendor itself may answer. */
function ruleTable(rules: readonly ErrorRule[], path: string): string {
  if (rules.length === 0) return ''
  const rows = rules.map(
    ({ on, means, cause }, index) =>
      `<tr><td>${escape(cause)}</td><td class="soft">${escape(on.join(', '))}: ${escape(means.replaceAll('_', ' '))}</td><td>${button(path, 'refuse', String(index), 'Answer this')}</td></tr>`,
  )
  return `<h3>The next answer is one of the service’s own</h3><table><thead><tr><th>Cause</th><th>Where, and what it means</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function requestTable({ requests }: Desk, path: string): string {
  const last = requests().slice(-shown).toReversed()
  if (last.length === 0) return '<h2 id="seen">What happened</h2><p class="soft">No request was seen yet.</p>'
  const rows = last.map(({ at, method, path: address, way, call, status, refused, fault }) => {
    const taken = [call, way].filter((one) => one !== undefined).join(', ') || 'a job'
    const why = fault === undefined ? refused : `trouble: ${fault}`
    return `<tr><td class="time">${new Date(at).toISOString().slice(11, 19)}</td><td class="request">${escape(`${method} ${address}`)}</td><td>${escape(taken)}</td><td class="${why === undefined && (status ?? 200) < 400 ? 'good' : 'bad'}">${status ?? ''} ${escape(why ?? '')}</td></tr>`
  })
  return `<h2 id="seen">What happened</h2><p><a href="${escape(path)}#seen">Look again</a></p><table><thead><tr><th>UTC</th><th>Request</th><th>Taken for</th><th>Answered</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function press(provider: Provider, control: ServiceControl, form: URLSearchParams): string {
  const pem = form.get('pem')
  if (pem) return register(control, pem, form.get('key_id') ?? '')
  const way = form.get('token') ?? ''
  if (Object.hasOwn(provider.ways, way)) {
    const { accessToken, refreshToken } = control.token(way)
    return `Token: ${accessToken}${refreshToken === undefined ? '' : `, refresh token: ${refreshToken}`}`
  }
  const act = form.get('act') ?? ''
  const trouble = Object.hasOwn(troubles, act) ? troubles[act] : undefined
  if (trouble) {
    trouble.act(control)
    return `Done: ${trouble.label}`
  }
  const fault = faultNames.find((name) => name === form.get('fault'))
  if (fault) {
    control.next(faults[fault])
    return `The next token request: ${faults[fault].says}`
  }
  const times = speeds.find((one) => String(one) === form.get('speed'))
  if (times) {
    control.speed(times)
    return times === 1 ? 'Lifetimes pass as stated.' : `Lifetimes pass ${times} times faster, from the next token on.`
  }
  const rule = provider.errors?.[Number(form.get('refuse') ?? Number.NaN)]
  if (!rule) return 'Nothing was done: no such button.'
  control.refuse(provider.errors!.indexOf(rule))
  return `The next answer (${rule.on.join(', ')}): ${rule.cause}`
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

function button(path: string, name: string, value: string, label: string): string {
  return `<form method="post" action="${escape(path)}"><button name="${name}" value="${escape(value)}">${escape(label)}</button></form>`
}
