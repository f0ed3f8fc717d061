import { Page } from '../../parts/page.tsx'

export function Choose() {
  return <Page title="Choose">{null}</Page>
}
