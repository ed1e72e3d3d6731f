// `npm run test:interop`: the tests that need programs of others (docker-registry, skopeo, notation, oras, crane, openssl), the
// foreign vectors (directory in NV2_VECTORS), and the suite of the command line once more on the stand-alone executable. Says first
// which programs it found, and last, on one line, how many tests of both runs passed, failed and were skipped, and why.
//
//   npm run test:interop                    all of it
//   npm run test:interop -- oras            only files whose path contains `oras`, not the executable

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { findPeer, type PeerName, peerVariable } from '@nv2/testing';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const peers: readonly PeerName[] = ['docker-registry', 'skopeo', 'notation', 'oras', 'crane', 'openssl'];
// The tests that start the program as a child process; the rest of the suite never touches the executable.
const onExecutable = ['apps/cli/test/stories', 'apps/cli/test/transcripts', 'apps/cli/test/process'];

// NODE_EXTRA_CA_CERTS costs every child process 70 ms on Node 20 and no test needs it.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const args = process.argv.slice(2);

for (const name of peers) {
  const peer = findPeer(name);
  console.log(peer === undefined ? `${name}: not on PATH, nor in ${peerVariable(name)}` : `${name}: ${peer.version}`);
}
const runs = [await runTests(['--config', 'vitest.interop.config.ts', ...args], env)];
if (args.length === 0) runs.push(await runOnExecutable('apps/cli/dist/nv2'));
const sum = (pick: (totals: Totals) => number): number => runs.reduce((total, run) => total + pick(run), 0);
const [passed, failed, skipped] = [sum((run) => run.passed), sum((run) => run.failed), sum((run) => run.skipped)];
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

/** The executable is both faces: started as `notation` it is the drop-in. */
async function runOnExecutable(path: string): Promise<Totals> {
  if (!existsSync(path)) {
    console.log('skipped: the command line as a stand-alone executable (npm run build:binary makes it)');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const link = resolve('.cache/executable/notation');
  mkdirSync('.cache/executable', { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(resolve(path), link);
  console.log(`the command line as a stand-alone executable: ${path}`);
  return runTests(onExecutable, { ...env, NV2_BIN: resolve(path), NOTATION_FACE_BIN: link });
}

/** Runs vitest, shows what it prints, and reads the closing line that our reporter adds. */
function runTests(words: readonly string[], variables: NodeJS.ProcessEnv): Promise<Totals> {
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...words], {
    env: variables,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).slice(-10_000);
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (status) => done(readTotals(tail, status)));
  });
}

function readTotals(output: string, status: number | null): Totals {
  const line = Array.from(output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)).at(-1);
  const [passed, failed, skipped] = [Number(line?.[1] ?? 0), Number(line?.[2] ?? 0), Number(line?.[3] ?? 0)];
  // A run that ends badly, without a failing test to show for it, is a failure of its own.
  return { passed, skipped, failed: failed === 0 && (status !== 0 || line === undefined) ? 1 : failed };
}
