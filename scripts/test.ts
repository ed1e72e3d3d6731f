// `npm test`: everything that needs nothing but Node and npm. Extra arguments go to vitest and turn recording off.

import { runVisible } from './process.ts';

const args = process.argv.slice(2);
// NODE_EXTRA_CA_CERTS costs every child process 70 ms on Node 20 and no test needs it.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const record = args.length === 0 ? { NV2_TEST_RECORD: '.cache/tests.json' } : {};
process.exitCode = runVisible('node', ['node_modules/vitest/vitest.mjs', 'run', ...args], {
  env: { ...env, ...record },
});
