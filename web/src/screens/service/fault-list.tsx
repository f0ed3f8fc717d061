import { Anchor, List, Text } from '@mantine/core'
import { Notice } from '../../parts/notice.tsx'

type Fault = { path: string; problem: string; remedy?: string | undefined }

/** All faults at once, each by its place; a click goes there where there is a text to go to. */
export function FaultList({ faults, onGo }: { faults: readonly Fault[]; onGo?: (path: string) => void }) {
  return (
    <Notice kind="bad" role="alert" title={faults.length === 1 ? 'One fault' : `${faults.length} faults`}>
      <List size="sm" spacing={4}>
        {faults.map(({ path, problem, remedy }) => (
          <List.Item key={`${path} ${problem}`}>
            {onGo === undefined ? (
              <b>{path}</b>
            ) : (
              <Anchor
                component="button"
                type="button"
                inherit
                c="inherit"
                underline="always"
                onClick={() => onGo(path)}
              >
                {path === '' ? 'the whole' : path}
              </Anchor>
            )}
            : {problem}
            {remedy !== undefined && (
              <Text span inherit>
                {' '}
                ({remedy})
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Notice>
  )
}
