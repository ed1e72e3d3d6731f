// From starting `serve registry` to its first answer.

import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCli } from '../scripts/build-cli.ts';
import { median, minimum } from './measure.ts';
import type { Section } from './report.ts';
import { built, startOwnRegistry } from './servers.ts';

const limitMs = 300;

export async function benchStart({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  await buildCli(built);
  const fresh = { name: 'new directory', values: [] as number[] };
  const again = { name: 'directory of the run before', values: [] as number[] };
  for (let round = 0; round < (quick ? 7 : 21); round += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'nv2-bench-'));
    fresh.values.push(await timeToAnswer(directory));
    again.values.push(await timeToAnswer(directory));
    await rm(directory, { recursive: true, force: true });
  }
  const reached = median(fresh.values) / 1e6;
  const target = {
    name: '`serve registry` to first answer (median)',
    wanted: `≤ ${limitMs} ms`,
    reached: `${reached.toFixed(0)} ms, minimum ${(minimum(fresh.values) / 1e6).toFixed(0)}`,
    isReached: reached <= limitMs,
  };
  return [{ name: 'start of the registry', unit: 'ms', scale: 1e-6, groups: [[fresh, again]], targets: [target] }];
}

async function timeToAnswer(directory: string): Promise<number> {
  const start = process.hrtime.bigint();
  await using server = await startOwnRegistry(directory);
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path: '/v2/', agent: false }, (response) => {
      response.resume();
      response.once('end', resolve);
    }).once('error', reject);
  });
  return Number(process.hrtime.bigint() - start);
}
