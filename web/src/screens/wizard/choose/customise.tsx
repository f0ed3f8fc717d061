import { SegmentedControl, Stack } from '@mantine/core'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { TextLink } from '../../../parts/links.tsx'
import { Page } from '../../../parts/page.tsx'
import { Steps } from '../steps.tsx'
import { FromCopy } from './from-copy.tsx'
import { FromCurl } from './from-curl.tsx'
import { FromIssuer } from './from-issuer.tsx'
import { FromNothing } from './from-nothing.tsx'

const beginnings = {
  nothing: { label: 'Nothing', form: FromNothing },
  issuer: { label: 'Issuer URL', form: FromIssuer },
  curl: { label: 'curl', form: FromCurl },
  copy: { label: 'Copy', form: FromCopy },
} as const
type Beginning = keyof typeof beginnings

/** `/connect?service=custom#curl`: a service that is not in the list, or one with settings of one's own. */
export function Customise() {
  const { hash } = useLocation()
  const navigate = useNavigate()
  const beginning = isBeginning(hash) ? hash : 'nothing'
  const { form: Form } = beginnings[beginning]
  return (
    <Page title="Customise OAuth settings" says={<TextLink to="/connect">All services</TextLink>}>
      <Steps current="service" />
      <Stack gap="lg" maw={640}>
        <SegmentedControl
          aria-label="Begin from"
          value={beginning}
          onChange={(next) =>
            void navigate({ to: '/connect', search: { service: 'custom' }, hash: next, replace: true })
          }
          data={Object.entries(beginnings).map(([value, { label }]) => ({ value, label }))}
          fullWidth
        />
        <Form />
      </Stack>
    </Page>
  )
}

function isBeginning(text: string): text is Beginning {
  return Object.hasOwn(beginnings, text)
}
