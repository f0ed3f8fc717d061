import { Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { BackOfferOnWire, WayOnWire } from '../../../../../src/api/provider.ts'
import { useEditor } from '../editor.ts'
import { backWords } from './back-words.ts'
import { elementOf } from './places.ts'
import { useRedirect } from './use-redirect.ts'

const own = 'own'

/** How the server writes an address that is still to be chosen. */
export const ownPage = 'https://HOST/PATH'

/** Where the browser comes back to: one of the addresses that work with this server, or one of one's own. */
export function RedirectField() {
  const { draft, way, change, preview } = useEditor()
  const offers = distinct(way.ways_back)
  const given = draft.settings.redirect_uri
  const stored = given ?? preview.data?.redirect_uri ?? ''
  const [typing, setTyping] = useState(
    given !== undefined && !offers.some(({ redirect_uri }) => redirect_uri === given),
  )
  const { refused } = useRedirect()
  const error =
    preview.problemAt('redirect_uri') ??
    (refused === undefined ? undefined : given === undefined ? 'None is chosen yet.' : `The redirect URI ${refused}.`)
  return (
    <Stack gap="xs">
      <Radio.Group
        label="Redirect URI"
        description="Where the browser comes back to with the code. It must be registered at the service exactly so."
        value={typing ? own : stored}
        onChange={(value) => {
          setTyping(value === own)
          if (value !== own) change({ redirect_uri: value })
        }}
        error={typing ? undefined : error}
      >
        <Stack gap="xs" mt="xs" id={elementOf('redirect_uri')} tabIndex={-1}>
          {offers.map(({ back, redirect_uri = '', only_with }) => (
            <Radio
              key={redirect_uri}
              value={redirect_uri}
              label={
                <Text span size="sm" ff="monospace">
                  {redirect_uri}
                </Text>
              }
              description={`${backWords[back].says}${only_with === undefined ? '' : ` Only with ${conditions(only_with, way)}.`}`}
            />
          ))}
          <Radio
            value={own}
            label="Another address"
            description="Written as it is registered; the answer is pasted if nothing of ours listens there."
          />
        </Stack>
      </Radio.Group>
      {typing && (
        <TextInput
          label="Address"
          description="http://localhost or http://127.0.0.1 without a port and without a slash at the end takes a free port; with a slash port 80; else the port that is written."
          value={draft.settings.redirect_uri ?? ''}
          placeholder={ownPage}
          onChange={(event) => change({ redirect_uri: event.currentTarget.value || null })}
          error={error}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
        />
      )}
    </Stack>
  )
}

/** What must be chosen for it, in the words of the fields. */
export function conditions(values: Record<string, string>, { fields }: Pick<WayOnWire, 'fields'>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const field = fields.find((one) => one.name === name)
      const choice = field?.choices?.find((one) => one.value === value)
      return `${field?.label ?? name}: ${choice?.label ?? value}`
    })
    .join(', ')
}

/** What works, each address once: paste stands at the same addresses as others. Pages of one's own are typed. */
function distinct(offers: readonly BackOfferOnWire[]): BackOfferOnWire[] {
  const working = offers.filter(({ works, redirect_uri }) => works && redirect_uri !== ownPage)
  return working.filter(
    ({ redirect_uri }, index) => working.findIndex((other) => other.redirect_uri === redirect_uri) === index,
  )
}
