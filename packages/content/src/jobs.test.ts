import * as fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapBounded, runJobs } from './jobs.ts';

describe('running jobs', () => {
  it('runs each once, after what it waits for, and never more at a time than allowed', async () => {
    const graph = fc
      .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 25 })
      .map((rows) => rows.map((row, index) => [...new Set(index === 0 ? [] : row.map((value) => value % index))]));
    await fc.assert(
      fc.asyncProperty(graph, fc.integer({ min: 1, max: 5 }), async (after, concurrency) => {
        const ended: number[] = [];
        let running = 0;
        const jobs = after.map((earlier, index) => ({
          after: earlier,
          run: async () => {
            running += 1;
            expect(running).toBeLessThanOrEqual(concurrency);
            expect(ended).toEqual(expect.arrayContaining(earlier));
            await setImmediate();
            running -= 1;
            ended.push(index);
          },
        }));
        await runJobs(jobs, { concurrency });
        expect(ended.toSorted((a, b) => a - b)).toEqual(after.map((_, index) => index));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('starts nothing more after a failure, stops what runs, and waits for it', async () => {
    const seen: string[] = [];
    const jobs = [
      { after: [], run: async () => Promise.reject(new Error('broken')) },
      {
        after: [],
        run: async (signal: AbortSignal) => {
          await setImmediate();
          seen.push(signal.aborted ? 'stopped' : 'not stopped');
        },
      },
      { after: [], run: async () => void seen.push('started') },
    ];
    await expect(runJobs(jobs, { concurrency: 2 })).rejects.toThrow('broken');
    expect(seen).toEqual(['stopped']);
  });

  it('starts nothing when the signal is aborted already', async () => {
    const run = async (): Promise<void> => expect.unreachable();
    await expect(runJobs([{ after: [], run }], { concurrency: 1, signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('refuses jobs that wait for each other', async () => {
    const run = async (): Promise<void> => undefined;
    const circle = [
      { after: [1], run },
      { after: [0], run },
    ];
    await expect(runJobs(circle, { concurrency: 1 })).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });

  it('gives results in the order of the items', async () => {
    const results = await mapBounded(
      [3, 1, 2],
      async (turns) => {
        for (let turn = 0; turn < turns; turn += 1) await setImmediate();
        return turns * 10;
      },
      { concurrency: 3 },
    );
    expect(results).toEqual([30, 10, 20]);
  });
});
