/**
 * Reads pasted command lines into words, by the rules of the shell they were written for: POSIX, Windows cmd (`^`) or
 * PowerShell (backtick). Nothing is ever evaluated: `$NAME` stays as it stands, and a command in a command is refused.
 */
import { EvergrantError } from '../errors.ts'

/** One command; `end` is what ended it (`|`, `;`, `&&`, a line end), if anything did. */
export type ShellCommand = { words: string[]; end?: string }

/** Characters. A copied request is a few thousand. */
const longest = 65_536

export function readCommands(text: string): ShellCommand[] {
  if (text.length > longest) throw unreadable(`it is longer than ${longest} characters`, 'paste the one command')
  const lines = text.replaceAll('\r\n', '\n')
  // Each shell joins lines in its own way, and copies for cmd quote by `^"`.
  if (/\^(?:"|[ \t]*(?:\n|$))/.test(lines)) return commandOf(windowsArguments(withoutCarets(lines)))
  if (/`[ \t]*(?:\n|$)/.test(lines)) return new Reader(lines, 'powershell').commands()
  return new Reader(lines, 'posix').commands()
}

function commandOf(words: string[]): ShellCommand[] {
  return words.length === 0 ? [] : [{ words }]
}

/** POSIX Shell Command Language, section 2.2 (quoting) and 2.10 (operators), as far as it has words. */
class Reader {
  readonly #text: string
  readonly #powershell: boolean
  #at = 0
  #word: string | undefined
  #words: string[] = []
  readonly #commands: ShellCommand[] = []

  constructor(text: string, dialect: 'posix' | 'powershell') {
    this.#text = text
    this.#powershell = dialect === 'powershell'
  }

  commands(): ShellCommand[] {
    while (this.#at < this.#text.length) this.#step()
    this.#endCommand(undefined)
    return this.#commands
  }

  #step(): void {
    const character = this.#take()
    switch (character) {
      case "'":
        return this.#add(this.#powershell ? this.#doubled("'") : this.#until("'"))
      case '"':
        return this.#powershell ? this.#powershellQuoted() : this.#doubleQuoted()
      case '\\':
        return this.#powershell ? this.#add('\\') : this.#escaped()
      case '`':
        if (this.#powershell) return this.#escaped()
        throw substitution()
      case '$':
        return this.#dollar()
      case ' ':
      case '\t':
        return this.#endWord()
      case '\n':
        return this.#endCommand('a line end')
      case '|':
      case '&':
      case ';':
        return this.#operator(character)
      case '<':
      case '>':
        return this.#redirection(character)
      case '#':
        // A comment begins only where a word would.
        return this.#word === undefined ? this.#skipLine() : this.#add('#')
      case '(':
      case ')':
        throw unreadable(`it has an unquoted ${character}`, 'put the value that holds it in quotes')
      default:
        return this.#add(character)
    }
  }

  #take(): string {
    return this.#text[this.#at++] ?? ''
  }

  #peek(): string {
    return this.#text[this.#at] ?? ''
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word)
    this.#word = undefined
  }

  #endCommand(end: string | undefined): void {
    this.#endWord()
    if (this.#words.length > 0) this.#commands.push({ words: this.#words, ...(end === undefined ? {} : { end }) })
    this.#words = []
  }

  /** A backslash (or backtick) and a line end are nothing; before anything else it stands for that. */
  #escaped(): void {
    // Blanks behind the sign would keep the lines apart in a shell; nobody who pastes that means it.
    const blanks = /^[ \t]*(?:\n|$)/.exec(this.#text.slice(this.#at))
    if (blanks) this.#at += blanks[0].length
    else this.#add(this.#take())
  }

  #until(quote: string): string {
    const end = this.#text.indexOf(quote, this.#at)
    if (end < 0) throw open(quote)
    const inside = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return inside
  }

  /** PowerShell: the quote itself is written twice. */
  #doubled(quote: string): string {
    let inside = this.#until(quote)
    while (this.#peek() === quote) {
      this.#at += 1
      inside += quote + this.#until(quote)
    }
    return inside
  }

  #doubleQuoted(): void {
    this.#add('')
    for (;;) {
      const character = this.#take()
      if (character === '') throw open('"')
      if (character === '"') return
      if (character === '`') throw substitution()
      if (character === '$' && this.#peek() === '(') throw substitution()
      if (character === '\\' && /["\\$`\n]/.test(this.#peek())) {
        const next = this.#take()
        if (next !== '\n') this.#add(next)
      } else this.#add(character)
    }
  }

  #powershellQuoted(): void {
    this.#add('')
    for (;;) {
      const character = this.#take()
      if (character === '') throw open('"')
      if (character === '"') {
        if (this.#peek() !== '"') return
        this.#add(this.#take())
        continue
      }
      if (character === '$' && this.#peek() === '(') throw substitution()
      if (character !== '`') this.#add(character)
      else {
        const next = this.#take()
        this.#add(powershellEscapes[next] ?? next)
      }
    }
  }

  #dollar(): void {
    const next = this.#peek()
    if (next === '(') throw substitution()
    if (next !== "'" || this.#powershell) return this.#add('$')
    this.#at += 1
    this.#add(this.#ansi())
  }

  /** `$'...'`: the escapes of ANSI C. */
  #ansi(): string {
    let inside = ''
    for (;;) {
      const character = this.#take()
      if (character === '') throw open("$'")
      if (character === "'") return inside
      if (character !== '\\') {
        inside += character
        continue
      }
      const rest = this.#text.slice(this.#at)
      const coded = /^(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3}))/i.exec(rest)
      if (coded) {
        const [all, byte, short, long, octal] = coded
        const point = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
        if (point > 0x10ffff) throw unreadable(`\\${all} is no character`, 'correct the escape')
        inside += String.fromCodePoint(point)
        this.#at += all.length
      } else {
        const next = this.#take()
        inside += ansiEscapes[next] ?? `\\${next}`
      }
    }
  }

  #operator(character: string): void {
    const doubled = this.#peek() === character
    // `?a=b&c=d` without quotes: a shell would cut the address here, and so would the request be another one.
    if (character === '&' && !doubled && this.#word !== undefined && !/[\s]/.test(this.#peek()) && this.#peek() !== '')
      throw unreadable('an unquoted & would end the command in a shell', 'put the whole address in quotes')
    if (doubled) this.#at += 1
    this.#endCommand(doubled ? character + character : character)
  }

  /** `> file`, `2>/dev/null`: where the answer went is no part of the request. */
  #redirection(sign: string): void {
    // Manuals write `-d client_id=<client id>`, and people paste it.
    const blank = /^[A-Za-z][\w .-]*>/.exec(this.#text.slice(this.#at))?.[0]
    if (sign === '<' && blank !== undefined) {
      this.#at += blank.length
      return this.#add(`<${blank}`)
    }
    if (/^\d$/.test(this.#word ?? '')) this.#word = undefined
    this.#endWord()
    const target = /^[>&|]?[ \t]*[^\s|;&<>]*/.exec(this.#text.slice(this.#at))
    this.#at += target?.[0].length ?? 0
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end
  }
}

const ansiEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
}

const powershellEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

/**
 * What cmd hands over: outside its quotes `^` makes the next character plain, and a line end after it vanishes (a
 * second one stays).
 */
function withoutCarets(text: string): string {
  let out = ''
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (character === '"') quoted = !quoted
    if (character !== '^' || quoted) {
      out += character
      continue
    }
    at += 1
    while (/[ \t]/.test(text[at] ?? '') && /^[ \t]+\n/.test(text.slice(at))) at += 1
    const next = text[at] ?? ''
    if (next !== '\n') out += next
    else if (text[at + 1] === '\n') {
      out += '\n'
      at += 1
    }
  }
  return out
}

/** The argument rules of the Microsoft C runtime: `\"` and, inside quotes, `""` are a quote; other backslashes stay. */
function windowsArguments(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at)
    const slashes = /^(\\+)"/.exec(rest)?.[1]
    if (slashes !== undefined) {
      word = (word ?? '') + '\\'.repeat(Math.floor(slashes.length / 2))
      at += slashes.length - 1
      if (slashes.length % 2 === 1) {
        word += '"'
        at += 1
      }
    } else if (rest.startsWith('""') && quoted) {
      word = `${word ?? ''}"`
      at += 1
    } else if (rest.startsWith('"')) {
      quoted = !quoted
      word ??= ''
    } else if (!quoted && /^\s/.test(rest)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + text.charAt(at)
  }
  if (quoted) throw open('"')
  if (word !== undefined) words.push(word)
  return words
}

function open(quote: string): EvergrantError {
  return unreadable(`a quotation that begins with ${quote} does not end`, 'paste the whole command')
}

function substitution(): EvergrantError {
  return unreadable('it holds a command in a command, and nothing is run here', 'write its result in its place')
}

/** The text itself is never in the message: it holds secrets. */
function unreadable(why: string, remedy: string): EvergrantError {
  return new EvergrantError('invalid_value', {
    detail: `the curl command cannot be read: ${why}`,
    remedy,
    faults: [{ path: 'curl', problem: why, remedy }],
  })
}
