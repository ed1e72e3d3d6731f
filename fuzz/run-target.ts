import { isNv2Error } from '@nv2/base';
import * as fc from 'fast-check';
import { readSeeds } from './corpus.ts';
import { mutants } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  /** Called before each input is tried. */
  readonly onInput?: (input: Uint8Array) => void;
}

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  /** The smallest input found that fails. */
  readonly input: Uint8Array;
  readonly error: unknown;
}

/** Tries every seed as it is, then `runs` mutants. */
export async function runTarget(target: FuzzTarget, options: FuzzOptions): Promise<FuzzFailure | undefined> {
  const { seed, runs, onInput } = options;
  const seeds = readSeeds(target.name);
  const attempt = async (input: Uint8Array): Promise<void> => {
    onInput?.(input);
    try {
      await target.run(input, seeds);
    } catch (error) {
      if (!isNv2Error(error)) throw error;
    }
  };
  for (const input of seeds) {
    try {
      await attempt(input);
    } catch (error) {
      return { target: target.name, seed, input, error };
    }
  }
  const property = fc.asyncProperty(mutants(seeds, target.tokens, target.shape), attempt);
  const result = await fc.check(property, { seed, numRuns: runs });
  if (!result.failed) return undefined;
  return {
    target: target.name,
    seed,
    input: result.counterexample?.[0] ?? new Uint8Array(),
    error: result.errorInstance,
  };
}
