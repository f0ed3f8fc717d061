/**
 * Questions to a person on a terminal. The prompts are loaded when the first one is asked; callers make sure that there
 * is a terminal (`canAsk`), because a prompt without one would hang or fail oddly.
 */
import type { Readable, Writable } from 'node:stream'
import { EvergrantError } from '../errors.ts'
import type { Call } from './command.ts'
import { canAsk, type Io } from './io.ts'

export type Question = {
  message: string
  help?: string | undefined
  placeholder?: string | undefined
  initial?: string | undefined
  optional?: boolean | undefined
}

type Choice = { value: string; label: string; hint?: string }

type Streams = { input: Readable; output: Writable }

const prompts = (): Promise<typeof import('@clack/prompts')> => import('@clack/prompts')

/** One line of text; empty only where optional. */
export async function askText(io: Io, question: Question): Promise<string> {
  const { text } = await prompts()
  const answer = await text({
    ...streams(io),
    message: worded(question),
    ...(question.placeholder === undefined ? {} : { placeholder: question.placeholder }),
    ...(question.initial === undefined ? {} : { initialValue: question.initial }),
    validate: (value) => (question.optional || value?.trim() ? undefined : 'a value is needed here'),
  })
  return (await settled(answer)).trim()
}

/** A secret: typed or pasted unseen. */
export async function askSecret(io: Io, question: Question): Promise<string> {
  const { password } = await prompts()
  const answer = await password({
    ...streams(io),
    message: worded(question),
    validate: (value) => (question.optional || value ? undefined : 'a value is needed here'),
  })
  return settled(answer)
}

export async function askChoice(io: Io, question: Question, choices: readonly Choice[]): Promise<string> {
  const { select } = await prompts()
  const answer = await select<string>({
    ...streams(io),
    message: worded(question),
    options: choices.map(({ value, label, hint }) => ({ value, label, ...(hint === undefined ? {} : { hint }) })),
    ...(question.initial === undefined ? {} : { initialValue: question.initial }),
  })
  return settled(answer)
}

/** Several of a list; none is an answer. */
export async function askSeveral(
  io: Io,
  question: Question,
  choices: readonly Choice[],
  preset: readonly string[],
): Promise<string[]> {
  const { multiselect } = await prompts()
  const answer = await multiselect<string>({
    ...streams(io),
    message: worded(question),
    options: choices.map(({ value, label, hint }) => ({ value, label, ...(hint === undefined ? {} : { hint }) })),
    initialValues: [...preset],
    required: false,
  })
  return settled(answer)
}

/** Lets a person stop what cannot be undone. Without a terminal only `--yes` says yes. */
export async function confirmed(call: Call, message: string): Promise<void> {
  if (call.given.flag('yes')) return
  if (!canAsk(call.io)) {
    throw new EvergrantError('invalid_request', {
      detail: `${message}: this needs --yes without a terminal`,
      remedy: 'add --yes',
    })
  }
  const { confirm } = await prompts()
  if (!(await settled(await confirm({ ...streams(call.io), message: `${message}?`, initialValue: false })))) {
    throw new EvergrantError('cancelled')
  }
}

function streams(io: Io): Streams {
  return { input: io.stdin, output: io.stderr }
}

function worded({ message, help }: Question): string {
  return help === undefined ? message : `${message}\n${help}`
}

async function settled<Value>(answer: Value): Promise<Exclude<Value, symbol>> {
  const { isCancel } = await prompts()
  if (isCancel(answer)) throw new EvergrantError('cancelled')
  return answer as Exclude<Value, symbol> // a symbol is the sign of cancelling and nothing else
}
