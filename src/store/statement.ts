/**
 * Statements that are built once and run often. Kysely writes the SQL, typed by `tables.ts`; building costs more than
 * running, so a statement is built on first use, with slots where the values go, and the driver keeps it prepared.
 */
import type { CompiledQuery } from 'kysely'
import type { Builder } from './tables.ts'

class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Stands in a query for a value that is given at each run. */
export type Slots<In> = <Name extends keyof In & string>(name: Name) => In[Name]

export type Statement<In, Row> = {
  /** SQL of this builder's dialect, and how the values of a run become its parameters. */
  compile(builder: Builder): { sql: string; bind(input: In): unknown[]; readonly row?: Row }
}

export function statement<In, Row>(
  build: (db: Builder, slot: Slots<In>) => { compile(): CompiledQuery<Row> },
): Statement<In, Row> {
  return {
    compile(builder) {
      // A slot passes through Kysely as an opaque value and comes out among the parameters; its type is that of the value.
      const slot = ((name: string) => new Slot(name)) as unknown as Slots<In>
      const { sql, parameters } = build(builder, slot).compile()
      return { sql, bind: (input) => parameters.map((parameter) => valueOf(parameter, input)) }
    },
  }
}

function valueOf<In>(parameter: unknown, input: In): unknown {
  if (!(parameter instanceof Slot)) return parameter
  // Slots are only made for keys of In.
  const value = input[parameter.name as keyof In]
  // Node 24 refuses undefined, Node 26 takes it as NULL.
  return value === undefined ? null : value
}
