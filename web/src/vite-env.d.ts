declare module 'virtual:contract' {
  export const routes: Record<import('../../src/api/contract.ts').RouteName, readonly [method: string, path: string]>
}
