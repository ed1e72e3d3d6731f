// `npm run test:interop`: the tests that need programs of others (docker-registry, skopeo, notation, oras, crane, openssl), the
// foreign vectors (directory in NV2_VECTORS) and the stand-alone executable. Says what it skipped and why.

import { runVisible } from './process.ts';

const args = process.argv.slice(2);
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
process.exitCode = runVisible(
  'node',
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.interop.config.ts', ...args],
  env,
);
