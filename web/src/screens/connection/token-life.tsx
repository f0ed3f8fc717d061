import { Stack, Text } from '@mantine/core'
import { useNow } from '../../parts/moment.tsx'
import classes from './token-life.module.css'

/** A token from its birth to its end: how much is gone, when it is renewed ahead, and from when on jobs would wait. */
export function TokenLife({
  from,
  to,
  renewal,
  wait,
}: {
  from: number
  to: number
  renewal: number | undefined
  wait: number | undefined
}) {
  const now = useNow(5)
  if (to <= from) return null
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)))
  const gone = share(now)
  const isMarked = (at: number | undefined): at is number => at !== undefined && at > from && at < to
  return (
    <Stack gap={6}>
      <div
        className={classes.bar}
        role="meter"
        aria-label="Life of the token that has passed"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(gone * 100)}
      >
        <div className={classes.gone} style={{ width: `${gone * 100}%` }} />
        {isMarked(renewal) && <div className={classes.renewal} style={{ left: `${share(renewal) * 100}%` }} />}
        {isMarked(wait) && <div className={classes.wait} style={{ left: `${share(wait) * 100}%` }} />}
      </div>
      <Text size="xs" c="dimmed">
        {Math.round(gone * 100)} % of its life is over.
        {isMarked(renewal) && (
          <>
            {' '}
            <span className={classes.keyRenewal} aria-hidden /> renewed ahead at {Math.round(share(renewal) * 100)} %
          </>
        )}
        {isMarked(wait) && (
          <>
            {' '}
            <span className={classes.keyWait} aria-hidden /> jobs would wait from {Math.round(share(wait) * 100)} %
          </>
        )}
      </Text>
    </Stack>
  )
}
