// Seeds of each parser: small inputs of our own making, and inputs that once found a defect.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Chores and tests run in the root of the repository.
const directory = 'fuzz/corpus';
const known = new Map<string, readonly Uint8Array[]>();

/** In the order of their names. */
export function readSeeds(target: string): readonly Uint8Array[] {
  const seeds = known.get(target) ?? readFiles(join(directory, target));
  known.set(target, seeds);
  return seeds;
}

export function corpusFolders(): readonly string[] {
  return readdirSync(directory).toSorted();
}

/** Keeps an input for ever. @returns its path */
export function keepFinding(target: string, input: Uint8Array): string {
  const name = `finding-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  mkdirSync(join(directory, target), { recursive: true });
  writeFileSync(join(directory, target, name), input);
  return join(directory, target, name);
}

function readFiles(folder: string): readonly Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))));
}
