import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What takes minutes is run by `npm run test:long` (`vitest.long.config.ts`).
    exclude: [...configDefaults.exclude, 'test/**/*.long.test.ts'],
    // Real servers and real processes are used in many tests: a slow machine must not make them fail.
    // Two at a time also on two cores: much of a test is waiting.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // A failing test never prints a secret in a diff: what holds one is a Secret, and secrets print as [redacted].
    passWithNoTests: true,
    env: { NO_COLOR: '1' },
  },
})
