import { Box, Text } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { Authorize } from '../../parts/authorize.tsx'
import classes from './list.module.css'
import { Row } from './row.tsx'
import type { Sorted } from './urgency.ts'
import { useQuickRenewal } from './use-quick-renewal.ts'

const columns = ['Connection', 'State', 'Token expires', 'Last result', 'Person needed', 'Actions']

/** A table of which only the rows in sight are there: a thousand scroll as easily as ten. */
export function List({ shown }: { shown: Sorted }) {
  const place = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [authorizing, setAuthorizing] = useState<string>()
  const { renewing, renew } = useQuickRenewal()
  useLayoutEffect(() => setTop(place.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => 76,
    overscan: 8,
    useFlushSync: false,
    scrollMargin: top,
    getItemKey: (index) => shown[index]?.connection.name ?? index,
  })
  return (
    <>
      <div className={classes.place}>
        <Box role="table" aria-label="Connections" aria-rowcount={shown.length + 1} className={classes.table}>
          <Box role="rowgroup">
            <Box role="row" aria-rowindex={1} className={`${classes.row} ${classes.head}`}>
              {columns.map((column) => (
                <Text role="columnheader" size="sm" fw={600} key={column}>
                  {column}
                </Text>
              ))}
            </Box>
          </Box>
          <Box role="rowgroup" ref={place} className={classes.rows} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const row = shown[item.index]
              if (row === undefined) return null
              return (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  data-index={item.index}
                  ref={rows.measureElement}
                  className={classes.row}
                  style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
                >
                  <Row
                    connection={row.connection}
                    group={row.group}
                    isRenewing={renewing.has(row.connection.name)}
                    onRenew={renew}
                    onAuthorize={setAuthorizing}
                  />
                </div>
              )
            })}
          </Box>
        </Box>
      </div>
      {authorizing !== undefined && <Authorize name={authorizing} onClose={() => setAuthorizing(undefined)} />}
    </>
  )
}
