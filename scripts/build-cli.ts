// Bundles each face of the CLI into one minified CommonJS file (decided for start-up time; see docs/decisions).

import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const faces = [
  { entry: 'apps/cli/bin/nv2.ts', out: 'apps/cli/dist/nv2.cjs' },
  { entry: 'apps/notation/bin/notation.ts', out: 'apps/notation/dist/notation.cjs' },
];

/** Left out of the bundle: a native module, resolved at run time. */
const external = ['libsql'];

export async function buildCli(): Promise<void> {
  for (const { entry, out } of faces) {
    if (!existsSync(entry)) continue;
    await build({
      entryPoints: [entry],
      outfile: out,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      conditions: ['source'],
      external,
      banner: { js: '#!/usr/bin/env node' },
      logLevel: 'warning',
      legalComments: 'none',
    });
  }
}
