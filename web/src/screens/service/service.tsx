import { Page } from '../../parts/page.tsx'

export function Service() {
  return <Page title="Service">{null}</Page>
}
