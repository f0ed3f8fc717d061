/**
 * Writes docs/reference/ from the tables of options, errors and events and from the catalogue, and the services in the
 * README: `npm run docs`. A test compares.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { optionTable, type OptionRow } from '../src/config/options.ts'
import { events } from '../src/connections/events.ts'
import { errorTable, type ErrorRow } from '../src/errors.ts'
import { code, table } from './markdown.ts'
import { readmeServices, servicesPage } from './services-page.ts'

const origin = '<!-- Made by `npm run docs` from the tables in src/. Change those. -->\n'

function optionsPage(): string {
  const rows: OptionRow[] = Object.values(optionTable)
  return `${origin}
# Options

Set by environment variable or, for \`evergrant serve\`, by flag; a flag wins. A variable set to nothing counts as not
set. A variable that begins with \`EVERGRANT_\` and is not listed here is refused. All faults are reported at once.

A *secret* has no flag, because every user of a machine can read argument lists. It has a twin with \`_FILE\` at its end
that names a file with the value: only its owner may be able to read the file, and one newline at the end is cut. Giving
both is refused.

${table(
  ['variable', 'flag', 'what it is for', 'unit', 'default'],
  rows.map((row) => [
    `${code(row.env)}${row.secret ? '<br>secret' : row.file ? '<br>or `_FILE`' : ''}`,
    row.flag ? code(row.flag) : '',
    row.sentence,
    row.unit ?? '',
    row.default,
  ]),
)}`
}

function errorsPage(): string {
  const rows = Object.entries<ErrorRow>(errorTable)
  return `${origin}
# Errors

Over HTTP an error is a problem document (RFC 9457) with \`code\`, \`title\`, \`detail\`, \`remedy\` and \`retryable\`; on the
command line it is two lines on standard error and the exit code. A code never changes its meaning.

${table(
  ['code', 'HTTP', 'exit', 'what happened', 'what to do', 'again later'],
  rows.map(([name, row]) => [
    code(name),
    String(row.status),
    String(row.exit),
    row.title,
    row.remedy.replaceAll('{connection}', 'NAME'),
    row.retryable ? 'yes' : '',
  ]),
)}`
}

function eventsPage(): string {
  return `${origin}
# Events

Each is one line of the log with \`event\` and its fields, and is counted in \`/metrics\`. No field holds a secret.

${table(
  ['event', 'level', 'what happened', 'fields'],
  Object.entries(events).map(([name, row]) => [code(name), row.level, row.sentence, row.fields.map(code).join(', ')]),
)}`
}

const root = new URL('../', import.meta.url)
const marks = ['<!-- services: written by `npm run docs` -->\n', '<!-- end of services -->\n'] as const

/** The README with its services as they are now. */
async function readme(): Promise<string> {
  const filepath = fileURLToPath(new URL('README.md', root))
  const [before, rest] = readFileSync(filepath, 'utf8').split(marks[0])
  const after = rest?.split(marks[1])[1]
  if (before === undefined || after === undefined) throw new Error('the README lacks the marks around its services')
  const text = [before, marks[0], '\n', await readmeServices(), '\n', marks[1], after].join('')
  return format(text, { ...(await resolveConfig(filepath)), filepath })
}

/** Path in the repository -> text. */
export const writtenPages: Readonly<Record<string, string>> = {
  'docs/reference/options.md': optionsPage(),
  'docs/reference/errors.md': errorsPage(),
  'docs/reference/events.md': eventsPage(),
  'docs/reference/services.md': await servicesPage(origin),
  'README.md': await readme(),
}

if (import.meta.main) {
  mkdirSync(fileURLToPath(new URL('docs/reference/', root)), { recursive: true })
  for (const [path, text] of Object.entries(writtenPages)) writeFileSync(fileURLToPath(new URL(path, root)), text)
}
