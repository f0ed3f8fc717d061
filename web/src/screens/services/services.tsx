import { Page } from '../../parts/page.tsx'

export function Services() {
  return <Page title="Services">{null}</Page>
}
