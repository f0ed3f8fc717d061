import { Page } from '../../parts/page.tsx'

export function Wizard() {
  return <Page title="Wizard">{null}</Page>
}
