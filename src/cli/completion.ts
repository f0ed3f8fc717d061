/** Completion scripts, written from the table of verbs. They complete verbs, options and the names of connections. */
import type { Command, Option } from './command.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

type Commands = Readonly<Record<string, Command>>

export function isShell(text: string): text is Shell {
  return (shells as readonly string[]).includes(text)
}

export function completionScript(shell: Shell, commands: Commands, common: readonly Option[]): string {
  if (shell === 'fish') return fish(commands, common)
  return shell === 'bash' ? bash(commands, common) : zsh(commands, common)
}

/** First words, the second words of each group, and the options of each verb. */
function words(commands: Commands, common: readonly Option[]) {
  const verbs = Object.keys(commands)
  const first = [...new Set(verbs.map((verb) => verb.split(' ')[0] ?? verb)), 'help']
  const groups = Map.groupBy(
    verbs.filter((verb) => verb.includes(' ')),
    (verb) => verb.split(' ')[0] ?? verb,
  )
  const options = verbs.map((verb) => ({
    verb,
    flags: [...(commands[verb]?.options ?? []), ...common].map((option) => `--${option.name}`),
  }))
  const named = verbs.filter((verb) => commands[verb]?.arguments.some((argument) => argument.name === 'name'))
  return { first, groups, options, named }
}

/** Names come from `list --json`, which answers quickly while a server runs and quietly not at all otherwise. */
const listNames = `evergrant list --json 2>/dev/null | tr ',{' '\\n\\n' | sed -n 's/^"name":"\\([a-z0-9-]*\\)".*/\\1/p'`

function bash(commands: Commands, common: readonly Option[]): string {
  const { first, groups, options, named } = words(commands, common)
  const second = [...groups].map(
    ([group, verbs]) =>
      `    ${group}) verb="$verb \${COMP_WORDS[2]}"; seconds="${verbs.map((verb) => verb.split(' ')[1]).join(' ')}" ;;`,
  )
  return `# evergrant completion for bash: source <(evergrant completion bash)
_evergrant_names() {
  ${listNames}
}
_evergrant() {
  local word="\${COMP_WORDS[COMP_CWORD]}" verb="\${COMP_WORDS[1]}" seconds="" flags=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${first.join(' ')}" -- "$word"))
    return
  fi
  case "$verb" in
${second.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 2 ] && [ -n "$seconds" ]; then
    COMPREPLY=($(compgen -W "$seconds" -- "$word"))
    return
  fi
  case "$verb" in
${options.map(({ verb, flags }) => `    "${verb}") flags="${flags.join(' ')}" ;;`).join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")); return ;;
  esac
  case "$verb" in
    ${named.join('|')}) COMPREPLY=($(compgen -W "$(_evergrant_names)" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _evergrant evergrant`
}

function zsh(commands: Commands, common: readonly Option[]): string {
  return `#compdef evergrant
# evergrant completion for zsh: source <(evergrant completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash(commands, common)}`
}

function fish(commands: Commands, common: readonly Option[]): string {
  const { first, groups, named } = words(commands, common)
  const top = first.map((verb) => {
    const summary = commands[verb]?.summary ?? ''
    return `complete -c evergrant -n __fish_use_subcommand -a ${verb}${summary === '' ? '' : ` -d ${quoted(summary)}`}`
  })
  const seconds = [...groups].flatMap(([group, verbs]) => {
    const all = verbs.map((verb) => verb.split(' ')[1] ?? '')
    const open = `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${all.join(' ')}`
    return verbs.map(
      (verb, index) =>
        `complete -c evergrant -n '${open}' -a ${all[index]} -d ${quoted(commands[verb]?.summary ?? '')}`,
    )
  })
  const flags = Object.entries(commands).flatMap(([verb, command]) => {
    const seen = verb
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    return [...command.options, ...common].map(
      (option) =>
        `complete -c evergrant -n '${seen}' -l ${option.name}${option.kind === 'flag' ? '' : ' -r'} -d ${quoted(option.summary)}`,
    )
  })
  return `# evergrant completion for fish: evergrant completion fish | source
function __evergrant_names
  ${listNames}
end
complete -c evergrant -f -n '__fish_seen_subcommand_from ${named.join(' ')}' -a '(__evergrant_names)'
${[...top, ...seconds, ...flags].join('\n')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
