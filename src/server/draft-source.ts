/** What a draft begins with: settings alone, or read from a curl command, an issuer, or another service. */
import type { NewDraftOnWire } from '../api/draft.ts'
import type { Catalogue } from '../provider/load.ts'
import { draftFromCurl, type CurlDraft } from '../provider/curl.ts'
import type { Fault } from '../errors.ts'
import { draftRequestOf } from './inputs.ts'
import { read, type Settings } from './draft-content.ts'
import { present } from './present.ts'

export type Begun = { settings: Settings; faults: Fault[]; warnings: string[] }

export async function begun(catalogue: Catalogue, given: NewDraftOnWire, day: string): Promise<Begun> {
  const { curl, issuer, copy, custom, connection: _c, step: _s, view: _v, ...settings } = given
  if (curl === undefined && issuer === undefined && copy === undefined && custom === undefined)
    return { settings: read(settings), faults: [], warnings: [] }
  const request = draftRequestOf(present({ curl, issuer, copy, settings: custom }))
  const { definition, values, faults, warnings } = await catalogue.draft(request)
  // The same reading once more: a draft of a definition tells the names of secrets alone.
  const {
    grant: _grant,
    tokenUrl: _url,
    clientAuth: _auth,
    idParam: _id,
    secretParam: _secret,
    ...more
  } = request.settings ?? {}
  const found: CurlDraft['secrets'] = curl === undefined ? {} : draftFromCurl(curl, { ...more, day }).secrets
  const clear = Object.fromEntries(Object.entries(found).map(([name, one]) => [name, one.open()]))
  return {
    settings: read({ ...placed(definition, { ...values, ...clear }), provider: 'custom', definition, ...settings }),
    faults,
    warnings,
  }
}

/** What a curl command held, where a connection has it. */
function placed(definition: unknown, { client_id, client_secret, ...found }: Record<string, string>): Settings {
  const { user_name, password, refresh_token, redirect_uri, ...others } = found
  const declared = (definition as { values?: Record<string, unknown> } | null)?.values ?? {}
  const inputs = Object.fromEntries(Object.entries(others).filter(([name]) => Object.hasOwn(declared, name)))
  const client = present({ id: client_id, secret: client_secret })
  return present({
    client: Object.keys(client).length === 0 ? undefined : client,
    inputs: Object.keys(inputs).length === 0 ? undefined : inputs,
    user_name,
    password,
    refresh_token,
    redirect_uri,
  })
}
