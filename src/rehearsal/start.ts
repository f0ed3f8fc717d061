/** The page at the root: what is played, and how to connect it. */
import type { Provider } from '../provider/provider.ts'
import { code, escape, layout, type Shown } from './pages.ts'
import { known } from './service/sites.ts'

export function startPage(providers: readonly Provider[], host: string): Shown {
  const sorted = providers.toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
  const rows = sorted.map(
    ({ id, name, ways }) =>
      `<tr><td><a href="/${id}/console">${escape(name)}</a></td><td>${code(`rehearsal-${id}`)}</td><td class="soft">${Object.keys(ways).map(escape).join(', ')}</td></tr>`,
  )
  const services =
    rows.length === 0
      ? ''
      : `<h2>Services</h2><p>Each has a console: the key file and the certificates, trouble on request, and what was seen.</p>
<table><thead><tr><th>Service and its console</th><th>Connect it as</th><th>Ways</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  return layout(
    200,
    'Rehearsal',
    `<h1>Rehearsal</h1>
<p>This server plays the services of the catalogue on your own machine. It is strict where they are strict, answers as
their pages say, and forgets everything when it stops.</p>
<div class="card"><dl><dt>Client id</dt><dd>${code(known.id)}</dd><dt>Client secret</dt><dd>${code(known.secrets[0])}</dd>
<dt>A person</dt><dd>${code(known.userName)} with the password ${code(known.password)}</dd>
<dt>Connect</dt><dd>${code('evergrant connect rehearsal-ID')}, with a server that runs with ${code('--rehearse')}</dd>
<dt>From elsewhere</dt><dd>the definition of each console, and ${code(`EVERGRANT_ALLOW_HOSTS=${host}`)}</dd></dl></div>
${services}
<h2>A plain service</h2>
<p>${code('rehearsal')} keeps to the RFCs and is of no vendor. It describes itself at
<a href="/.well-known/oauth-authorization-server">/.well-known/oauth-authorization-server</a>.</p>`,
  )
}
