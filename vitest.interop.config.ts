import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { include: _, exclude: __, ...test } = base.test ?? {};

export default mergeConfig(
  { ...base, test },
  defineConfig({
    test: {
      include: ['**/*.interop.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  }),
);
