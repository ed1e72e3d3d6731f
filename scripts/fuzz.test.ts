// A short pass over every parser with a fixed seed; `npm run fuzz` is the long one.

import { describe, expect, it } from 'vitest';
import { corpusFolders, readSeeds } from '../fuzz/corpus.ts';
import { runTarget } from '../fuzz/run-target.ts';
import { fuzzTargets } from '../fuzz/targets.ts';

describe('fuzzing', () => {
  it.each(fuzzTargets.map((target) => [target.name, target] as const))(
    'finds nothing near the seeds of %s',
    async (_, target) => {
      const failure = await runTarget(target, { seed: 1, runs: 250 });
      if (failure !== undefined) throw new Error(`fails for ${describeInput(failure.input)}`, { cause: failure.error });
    },
  );

  it('has seeds for every parser, some of which it accepts, and no seeds for others', async () => {
    expect(corpusFolders()).toEqual(fuzzTargets.map(({ name }) => name).toSorted());
    for (const target of fuzzTargets) {
      const seeds = readSeeds(target.name);
      const accepted = await Promise.allSettled(seeds.map(async (seed) => target.run(seed, seeds)));
      expect([target.name, accepted.some(({ status }) => status === 'fulfilled')]).toEqual([target.name, true]);
    }
  });

  it('finds a parser that throws what it should not, and shrinks the input', async () => {
    const target = { name: 'json', run: (input: Uint8Array) => void JSON.parse(new TextDecoder().decode(input)) };
    const failure = await runTarget(target, { seed: 1, runs: 250 });
    expect(failure?.error).toBeInstanceOf(SyntaxError);
    expect(failure?.input.length).toBeLessThan(200);
  });
});

function describeInput(input: Uint8Array): string {
  return `${input.length} bytes: ${JSON.stringify(Buffer.from(input.subarray(0, 200)).toString('latin1'))}`;
}
