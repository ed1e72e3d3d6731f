// Our registry against CNCF Distribution, both as processes of their own: answers per second of processor time that the
// server used. The client runs in a third process, so its own speed is in no figure.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPeer, type Peer } from '@nv2/testing';
import { buildCli } from '../scripts/build-cli.ts';
import type { LoadPlan } from './load.ts';
import type { Samples } from './measure.ts';
import { compare, type Section, type Target } from './report.ts';
import { built, cpuSeconds, plainEnv, type Server, startOwnRegistry, stop } from './servers.ts';

const kinds = [
  { kind: 'manifest', name: 'GET of a manifest by digest' },
  { kind: 'referrers', name: 'referrers of an image (10 of them; at the peer the index of the tag schema)' },
  { kind: 'push', name: 'PUT of a small manifest' },
] as const;

/** Manifest reads, referrers listings and pushes. */
export async function benchRegistry({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  const peer = findPeer('docker-registry');
  if (peer === undefined) return [];
  await buildCli(built);
  const manifests = quick ? 10_000 : 100_000;
  const rounds = quick ? 3 : 7;
  const directory = await mkdtemp(join(tmpdir(), 'nv2-bench-'));
  try {
    await using own = await startOwnRegistry(join(directory, 'own'));
    await using other = await startPeer(peer, directory);
    const servers = [
      { name: `docker-registry`, server: other, hasReferrers: false },
      { name: 'nv2', server: own, hasReferrers: true },
    ];
    for (const { server, hasReferrers, name } of servers) {
      process.stderr.write(`storing ${manifests} manifests in ${name}\n`);
      await load({ kind: 'fill', port: server.port, hasReferrers, manifests, seconds: 1800 });
    }
    const groups: Samples[][] = [];
    for (const { kind, name } of kinds) {
      const group = servers.map((each) => ({ name: `${name}: ${each.name}`, values: [] as number[] }));
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, { server, hasReferrers }] of servers.entries()) {
          const before = cpuSeconds(server.pid);
          const answers = await load({
            kind,
            port: server.port,
            hasReferrers,
            manifests,
            seconds: quick ? 2 : 4,
            round,
          });
          group[index]?.values.push(((cpuSeconds(server.pid) - before) * 1e6) / answers);
        }
      }
      groups.push(group);
    }
    const notes = [
      `Microseconds of the server's processor time for one answer, ${manifests} manifests stored; peer: ${peer.version}. Our registry runs as shipped, every push durable.`,
    ];
    return [{ name: 'registry', unit: 'µs of server CPU', scale: 1, groups, targets: targetsOf(groups), notes }];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function targetsOf([manifest = []]: readonly (readonly Samples[])[]): readonly Target[] {
  const [peer, own] = manifest;
  if (peer === undefined || own === undefined) return [];
  const times = 1 / compare(own, peer).ratio;
  return [
    {
      name: 'manifest GET per server CPU second, of docker-registry',
      wanted: '≥ 10 ×',
      reached: `${times.toFixed(1)} ×`,
      isReached: times >= 10,
    },
  ];
}

/** Runs the load generator (load.ts) in its own process; returns how many good answers it had. */
async function load(plan: LoadPlan): Promise<number> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', '--load', JSON.stringify(plan)], {
    env: plainEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Uint8Array) => (text += bytes.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const answers = Number(text);
  if (code !== 0 || !(answers > 0)) throw new Error(`bench: the load generator ended with ${String(code)}: ${text}`);
  return answers;
}

/** docker-registry with the caching that its package configures. */
async function startPeer(peer: Peer, directory: string): Promise<Server> {
  const port = await freePort();
  const config = join(directory, `${createHash('sha256').update(peer.path).digest('hex').slice(0, 8)}.json`);
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(directory, 'peer') }, cache: { blobdescriptor: 'inmemory' } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  );
  const env = { ...plainEnv(), OTEL_TRACES_EXPORTER: 'none' };
  const child = spawn(peer.path, ['serve', config], { env, stdio: 'ignore' });
  await answering(port, child);
  return { port, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400 && child.exitCode === null; attempt += 1) {
    const isUp = await fetch(`http://127.0.0.1:${port}/v2/`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await sleep(25);
  }
  throw new Error('bench: docker-registry does not answer');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('bench: no free loopback port');
  return address.port;
}
