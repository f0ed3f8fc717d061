import { useSearch } from '@tanstack/react-router'
import { AuthorizeAgain } from './choose/authorize-again.tsx'
import { Customise } from './choose/customise.tsx'
import { ServiceChoice } from './choose/service-choice.tsx'
import { Services } from './choose/services.tsx'

/** Step 1. Each choice has an address: `/connect?service=ID`, `/connect?service=custom`, `/connect?from=NAME`. */
export function Choose() {
  const { service, search, from } = useSearch({ from: '/connect' })
  if (from !== undefined) return <AuthorizeAgain name={from} />
  if (service === 'custom') return <Customise />
  if (service !== undefined) return <ServiceChoice key={service} id={service} search={search} />
  return <Services search={search ?? ''} />
}
