import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { mono } from '../../../theme.ts'
import { Begin } from './begin.tsx'
import { useStartDraft } from './start-draft.ts'

export function FromCurl() {
  const [curl, setCurl] = useState('')
  const start = useStartDraft()
  return (
    <Begin
      says="A curl command that gets a token says all that is needed. It is read on the server and never run; its secrets are kept there, sealed, and not in this page."
      ready={curl.trim() !== ''}
      busy={start.isPending}
      error={start.error}
      onBegin={() => {
        start.mutate({ curl: curl.trim() })
        // It may hold a secret: it goes out once and is forgotten.
        setCurl('')
      }}
    >
      <Textarea
        required
        label="curl command of a token request"
        description="As the documentation of the service shows it, or as it works for you."
        placeholder={'curl -u ID:SECRET -d grant_type=client_credentials https://login.example.com/token'}
        autosize
        minRows={5}
        maxRows={14}
        value={curl}
        onChange={(event) => setCurl(event.currentTarget.value)}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        styles={mono}
      />
    </Begin>
  )
}
