// `npm run fuzz`: every parser in turn with random seeds, on two threads, until the time is up or something fails.

import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { keepFinding } from '../fuzz/corpus.ts';
import { maxInputBytes } from '../fuzz/mutate.ts';
import { runTarget } from '../fuzz/run-target.ts';
import { fuzzTargets } from '../fuzz/targets.ts';

interface Slice {
  readonly target: string;
  readonly seed: number;
}

interface Report extends Slice {
  readonly failure?: { readonly input: Uint8Array; readonly message: string };
}

const threads = 2;
const runsPerSlice = 1500;
const hangMs = 10_000;
// A counter of inputs, the length of the current one, and the input itself: what is left of a thread that hangs.
const headerBytes = 8;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '10' }, target: { type: 'string' }, seed: { type: 'string' } },
  });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const names = fuzzTargets
    .map(({ name }) => name)
    .filter((name) => values.target === undefined || name === values.target);
  if (names.length === 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) {
    console.error(
      `usage: npm run fuzz -- [--minutes N] [--target NAME] [--seed N]\ntargets: ${fuzzTargets.map(({ name }) => name).join(' ')}`,
    );
    return 2;
  }
  console.log(`fuzzing ${names.length} parsers for ${minutes} minutes, first seed ${seed}`);
  const end = Date.now() + minutes * 60_000;
  let next = 0;
  const take = (): Slice | undefined =>
    Date.now() > end
      ? undefined
      : { target: names[next % names.length] ?? '', seed: (seed + Math.floor(next++ / names.length)) % 2 ** 31 };
  const lanes = Array.from({ length: threads }, () => new Lane(take));
  const outcome = await Promise.race([
    Promise.all(lanes.map((lane) => lane.done)),
    ...lanes.map((lane) => lane.failed),
  ]);
  await Promise.all(lanes.map((lane) => lane.stop()));
  const inputs = lanes.reduce((sum, lane) => sum + lane.inputs, 0);
  if (Array.isArray(outcome)) {
    console.log(`${inputs} inputs, ${next} slices, no failure`);
    return 0;
  }
  const { failure, target, seed: failing } = outcome;
  const path = keepFinding(target, failure?.input ?? new Uint8Array());
  console.error(
    `FAIL ${target} after ${inputs} inputs: ${failure?.message}\ninput kept as ${path}\nagain: npm run fuzz -- --target ${target} --seed ${failing}`,
  );
  return 1;
}

/** One thread, and the clock that notices when it hangs. */
class Lane {
  readonly done: Promise<void>;
  readonly failed: Promise<Report>;
  readonly #shared = new SharedArrayBuffer(headerBytes + maxInputBytes);
  readonly #header = new Int32Array(this.#shared, 0, 2);
  readonly #worker: Worker;
  readonly #watch: NodeJS.Timeout;
  #slice: Slice | undefined;

  constructor(take: () => Slice | undefined) {
    this.#worker = new Worker(process.argv[1] ?? '', { workerData: this.#shared });
    let finish: () => void = () => undefined;
    let fail: (report: Report) => void = () => undefined;
    this.done = new Promise((resolve) => (finish = resolve));
    this.failed = new Promise((resolve) => (fail = resolve));
    const proceed = (): void => {
      this.#slice = take();
      if (this.#slice === undefined) finish();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      else this.#worker.postMessage(this.#slice);
    };
    this.#worker.on('message', (report: Report) => (report.failure === undefined ? proceed() : fail(report)));
    this.#worker.on('error', (error) => fail(this.#report(`the thread died: ${String(error)}`)));
    let seen = -1;
    this.#watch = setInterval(() => {
      const count = Atomics.load(this.#header, 0);
      if (count === seen && this.#slice !== undefined) fail(this.#report(`no end within ${hangMs / 1000} seconds`));
      seen = count;
    }, hangMs);
    proceed();
  }

  get inputs(): number {
    return Atomics.load(this.#header, 0);
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    await this.#worker.terminate();
  }

  #report(message: string): Report {
    const length = Atomics.load(this.#header, 1);
    const input = new Uint8Array(this.#shared.slice(headerBytes, headerBytes + length));
    return { target: '', seed: 0, ...this.#slice, failure: { input, message } };
  }
}

function serve(shared: SharedArrayBuffer): void {
  const header = new Int32Array(shared, 0, 2);
  const current = new Uint8Array(shared, headerBytes);
  const onInput = (input: Uint8Array): void => {
    current.set(input.subarray(0, maxInputBytes));
    Atomics.store(header, 1, Math.min(input.length, maxInputBytes));
    Atomics.add(header, 0, 1);
  };
  const fuzz = async (slice: Slice): Promise<void> => {
    const target = fuzzTargets.find(({ name }) => name === slice.target);
    const failure = target && (await runTarget(target, { seed: slice.seed, runs: runsPerSlice, onInput }));
    const report = {
      ...slice,
      ...(failure && { failure: { input: failure.input, message: describe(failure.error) } }),
    };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(report satisfies Report);
  };
  parentPort?.on('message', (slice: Slice) => void fuzz(slice));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (isMainThread) process.exitCode = await main();
else serve(workerData as SharedArrayBuffer);
