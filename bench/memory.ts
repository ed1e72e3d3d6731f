// Whether memory stays flat over many verifications in one process.

import { spawn } from 'node:child_process';
import { builtinFormats } from '@nv2/envelope';
import type { Section, Target } from './report.ts';
import { plainEnv } from './servers.ts';
import { assertTrusted, openScene, openWorld } from './verifying.ts';

const verifications = 100_000;
/** As many as it takes the old generation to be collected for the first time: until then the process only grows. */
const warmUp = 100_000;
const step = 1000;
/** Of the resident size: the old generation fills and is collected in turn, and where in a turn a run begins is chance. */
const maxGrowthMiB = 16;
/** Of what is left after a full collection. */
const maxLeftMiB = 1;

interface Found {
  readonly format: string;
  /** MiB, one for each {@link step}. */
  readonly rss: readonly number[];
  /** MiB in use after a full collection, before and after all of them. */
  readonly left: readonly [number, number];
}

export async function benchMemory(): Promise<readonly Section[]> {
  const found = await runApart();
  const targets = found.flatMap(({ format, rss, left: [before, after] }) => {
    const name = `${verifications} verifications, ES256 ${format}`;
    return [
      toTarget(`${name}: growth of the resident size (slope)`, slopeOf(rss) * (verifications / step), maxGrowthMiB),
      toTarget(`${name}: growth of what a full collection leaves`, after - before, maxLeftMiB),
    ];
  });
  const groups = [found.map(({ format, rss }) => ({ name: `ES256 ${format}`, values: rss }))];
  const notes = [
    `Sampled every ${step} verifications after the first ${warmUp}, in a process of its own; the slope is that of the line through all samples (least squares).`,
  ];
  return [{ name: 'verify: resident size', unit: 'MiB', scale: 1, groups, targets, notes }];
}

function toTarget(name: string, growthMiB: number, maxMiB: number): Target {
  const each = (growthMiB * 1024 * 1024) / verifications;
  return {
    name,
    wanted: `≤ ${maxMiB} MiB`,
    reached: `${growthMiB.toFixed(2)} MiB (${each.toFixed(1)} bytes each)`,
    isReached: growthMiB <= maxMiB,
  };
}

/** Per sample. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return above / below;
}

/** Runs {@link runMemory} in a process of its own. */
async function runApart(): Promise<readonly Found[]> {
  const child = spawn(process.execPath, ['--expose-gc', process.argv[1] ?? '', '--memory'], {
    env: plainEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Uint8Array) => (text += bytes.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`bench: the verifications ended with ${String(code)}`);
  return JSON.parse(text) as readonly Found[];
}

/** Verifies and prints how large the process was. */
export async function runMemory(): Promise<void> {
  const world = await openWorld('p256');
  const found: Found[] = [];
  for (const format of builtinFormats) {
    const scene = await openScene(world, format);
    const verifier = scene.createVerifier();
    for (let count = 0; count < warmUp; count += 1) assertTrusted(await scene.verify(verifier));
    const before = usedAfterCollection();
    const rss: number[] = [];
    for (let count = 0; count < verifications; count += 1) {
      assertTrusted(await scene.verify(verifier));
      if (count % step === 0) rss.push(process.memoryUsage.rss() / 1024 / 1024);
    }
    found.push({ format: format.name, rss, left: [before, usedAfterCollection()] });
  }
  process.stdout.write(JSON.stringify(found));
}

function usedAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
