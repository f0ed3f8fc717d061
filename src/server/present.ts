/** An object whose undefined members became absent ones. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Drops members that are undefined: on the wire and in the domain, absent and undefined are the same. */
export function present<T extends object>(fields: T): Present<T> {
  // True by construction: only undefined members are dropped.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
