import { defineConfig } from 'vitest/config';

// `source` makes every @nv2 package resolve to its TypeScript, so tests need no library build.
export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: [
      'packages/**/*.test.ts',
      'apps/**/*.test.ts',
      'scripts/**/*.test.ts',
      'vectors/**/*.test.ts',
      'examples/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.interop.test.ts'],
    globalSetup: ['./scripts/test-setup.ts'],
    // Only what hangs runs into these, however busy the machine is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    // Modules hold no state of their own, so files of one worker may share them: importing was half of the time.
    isolate: false,
    reporters: ['default', './scripts/test-reporter.ts'],
  },
});
