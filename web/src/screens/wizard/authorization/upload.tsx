import { Button, FileButton } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useState } from 'react'

/** More is no key and no certificate. */
const limit = 65_536

/** Reads a small text file of this machine. */
export function Upload({ label, accept, onText }: { label: string; accept: string; onText: (text: string) => void }) {
  const [problem, setProblem] = useState<string>()
  const read = async (file: File | null) => {
    setProblem(undefined)
    if (file === null) return
    if (file.size > limit) setProblem(`${file.name} is larger than 64 KB: it is something else.`)
    else onText(await file.text())
  }
  return (
    <>
      <FileButton onChange={(file) => void read(file)} accept={accept} inputProps={{ 'aria-label': label }}>
        {(props) => (
          <Button {...props} variant="default" size="sm" leftSection={<IconUpload size={16} aria-hidden />}>
            {label}
          </Button>
        )}
      </FileButton>
      {problem !== undefined && <span role="alert">{problem}</span>}
    </>
  )
}
