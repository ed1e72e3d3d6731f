import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { include: _, exclude: __, ...test } = base.test ?? {};

export default mergeConfig(
  { ...base, test },
  defineConfig({
    test: {
      include: ['**/*.interop.test.ts'],
      // The copy of the tree that mutation testing works on is not another suite.
      exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  }),
);
