import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** Dark enough at 7 and 8 that white text on it, and it on white, reach 4.5 to 1 (WCAG 2.2, 1.4.3). */
const green: MantineColorsTuple = [
  '#e9f8f1',
  '#d2efe1',
  '#a3dfc4',
  '#70cea4',
  '#47c089',
  '#2bb677',
  '#16a968',
  '#0b7a52',
  '#076b47',
  '#00563a',
]

export const theme = createTheme({
  primaryColor: 'green',
  primaryShade: { light: 7, dark: 7 },
  colors: { green },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  cursorType: 'pointer',
  // What opens waits for the end of its motion, and would stay at its first height where there is none.
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    Badge: { defaultProps: { variant: 'light', tt: 'none', fw: 500 } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
})

/** Of a field that holds code. */
export const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } }
