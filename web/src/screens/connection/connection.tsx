import { Page } from '../../parts/page.tsx'

export function Connection() {
  return <Page title="Connection">{null}</Page>
}
