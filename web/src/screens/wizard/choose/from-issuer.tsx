import { useState } from 'react'
import { AddressField } from './address-field.tsx'
import { Begin } from './begin.tsx'
import { useStartDraft } from './start-draft.ts'

export function FromIssuer() {
  const [issuer, setIssuer] = useState('')
  const start = useStartDraft()
  return (
    <Begin
      says="An authorization server that publishes its metadata says by itself where its pages and endpoints are."
      ready={issuer.trim() !== ''}
      busy={start.isPending}
      error={start.error}
      onBegin={() => start.mutate({ issuer: issuer.trim() })}
    >
      <AddressField
        label="Issuer URL"
        description="Its metadata are asked for by this server (RFC 8414, OpenID Connect Discovery)."
        placeholder="https://login.example.com"
        value={issuer}
        onChange={setIssuer}
      />
    </Begin>
  )
}
