// Revocation: a CRL of ten megabytes from the wire to its verdict, and chains whose servers take their time.

import { spawn } from 'node:child_process';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesResponse, type Transport } from '@nv2/base';
import { createRevocationChecker, parseCrl } from '@nv2/pki';
import { type RevocationWorld, revocationWorld, temporaryDirectory } from '@nv2/testing';
import { interleave, median, type Samples } from './measure.ts';
import type { Section } from './report.ts';
import { plainEnv } from './servers.ts';

const crlBytes = 10 * 1024 * 1024;
/** With a serial number of 16 octets and a reason. */
const entryBytes = 49;
const crlUrl = 'http://crl.example/large.crl';
const chunkBytes = 64 * 1024;
const delayMs = 60;
const maxParseMs = 100;
const maxMemoryMiB = 64;
/** Scheduling of timers, and the work itself. */
const slackMs = 25;

export async function benchRevocation({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  const world = await openLargeWorld();
  const der = largeCrl(world);
  const rounds = quick ? 5 : 30;
  const parsing = await interleave([{ name: `parsing a CRL of ${mib(der.length)} MiB`, run: () => parseCrl(der) }], {
    rounds,
    roundMs: 0,
  });
  const judging = await interleave(
    [{ name: 'the whole check: fetched, parsed, signature, looked up', run: () => checkLarge(world, streaming(der)) }],
    { rounds, roundMs: 0 },
  );
  const parseMs = median(parsing[0]?.values ?? []) * 1e-6;
  const growthMiB = await runApart(der);
  const crl: Section = {
    name: 'revocation: a large CRL',
    unit: 'ms',
    scale: 1e-6,
    groups: [[...parsing], [...judging]],
    targets: [
      {
        name: 'parsing a CRL of 10 MiB',
        wanted: `≤ ${maxParseMs} ms`,
        reached: `${parseMs.toFixed(1)} ms`,
        isReached: parseMs <= maxParseMs,
      },
      {
        name: 'memory for fetching, parsing and checking it, the CRL included',
        wanted: `≤ ${maxMemoryMiB} MiB`,
        reached: `${growthMiB.toFixed(1)} MiB`,
        isReached: growthMiB <= maxMemoryMiB,
      },
    ],
    notes: ['Memory is the growth of the peak resident size of a process that does this once.'],
  };
  return [crl, await benchParallel(quick ? 3 : 10)];
}

/** Six certificates below the root, each with a server that takes its time. */
async function benchParallel(rounds: number): Promise<Section> {
  const chains = await Promise.all(
    [2, 7].map((length) =>
      revocationWorld({ length, extensions: (place) => ({ ocspUrls: [`http://ocsp.example/${place}`] }) }),
    ),
  );
  const samples: Samples[] = [];
  for (const world of chains) {
    const transport: Transport = async ({ url }) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return bytesResponse(200, [], world.ocsp(Number(/\/(\d+)\//.exec(url)?.[1])));
    };
    const values: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const check = createRevocationChecker({ transport });
      const started = performance.now();
      const { status } = await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
      if (status !== 'passed') throw new Error(`the chain is ${status}`);
      // The first round pays for the compiler.
      if (round > 0) values.push(performance.now() - started);
    }
    samples.push({ name: `${world.chain.length - 1} to ask, each answering after ${delayMs} ms`, values });
  }
  const reached = median(samples[1]?.values ?? []);
  return {
    name: 'revocation: a chain of certificates, on the wall',
    unit: 'ms',
    scale: 1,
    groups: [samples],
    targets: [
      {
        name: 'six servers take as long as the slowest',
        wanted: `≤ ${delayMs + slackMs} ms`,
        reached: `${reached.toFixed(1)} ms`,
        isReached: reached <= delayMs + slackMs,
      },
    ],
  };
}

function openLargeWorld(): Promise<RevocationWorld> {
  return revocationWorld({ extensions: (place) => (place === 0 ? { crlUrls: [crlUrl] } : {}) });
}

function largeCrl(world: RevocationWorld): Uint8Array {
  const revokedAt = new Date('2023-01-01T00:00:00Z');
  const entries = Array.from({ length: Math.ceil(crlBytes / entryBytes) }, (_, index) => ({
    serialNumber: index.toString(16).padStart(32, '5'),
    revokedAt,
    reason: 1,
  }));
  return world.crl(0, { entries });
}

async function checkLarge(world: RevocationWorld, transport: Transport): Promise<void> {
  const check = createRevocationChecker({ transport });
  const { status } = await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
  if (status !== 'passed') throw new Error(`the chain is ${status}`);
}

/** As a socket gives it: parts of their own, one after another. */
function streaming(der: Uint8Array): Transport {
  return () =>
    Promise.resolve({
      status: 200,
      headers: [],
      discard: () => undefined,
      body: (async function* () {
        for (let at = 0; at < der.length; at += chunkBytes) yield der.slice(at, at + chunkBytes);
      })(),
    });
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

/** In the process of {@link runApart}: one check of the CRL in a file, and how much more memory it took at most. */
export async function runCrl(path: string): Promise<void> {
  const world = await openLargeWorld();
  // A small one first, so that code and libraries are there before the counting starts.
  await checkLarge(world, streaming(world.crl(0)));
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  // Forgets the peak of the start, which may be higher than what comes now.
  writeFileSync('/proc/self/clear_refs', '5');
  const body = createReadStream(path, { highWaterMark: chunkBytes });
  await checkLarge(world, () => Promise.resolve({ status: 200, headers: [], discard: () => undefined, body }));
  process.stdout.write(String((peakBytes() - before) / 1024 ** 2));
}

/** The largest resident size since the peak was forgotten. */
function peakBytes(): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (peak === undefined) throw new Error('bench: the kernel does not say how large the process was');
  return Number(peak) * 1024;
}

/** MiB. The CRL is made here, so that making it does not count. */
async function runApart(der: Uint8Array): Promise<number> {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'large.crl');
  await writeFile(path, der);
  const child = spawn(process.execPath, ['--expose-gc', process.argv[1] ?? '', '--crl', path], {
    env: plainEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Uint8Array) => (text += bytes.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`bench: the check of a large CRL ended with ${String(code)}`);
  return Number(text);
}
