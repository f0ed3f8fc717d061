/** What `npm run test:long` runs: tests that take minutes, one file after the other, so that what they measure is true. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
    env: { NO_COLOR: '1' },
  },
})
