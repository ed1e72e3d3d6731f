// Measuring candidates side by side. Every round runs each of them once, in turning order, so that whatever else the
// machine does falls on all alike; what is compared are the times of one round.

export interface Candidate {
  readonly name: string;
  run(): unknown;
  /** Throws unless what it returned, or what came of the promise, is as it must be. */
  check?(result: unknown): void;
}

/** Times of one candidate, one per round. */
export interface Samples {
  readonly name: string;
  readonly values: readonly number[];
}

/** Processor time, in milliseconds. */
const warmUpMs = 300;

export interface InterleaveOptions {
  readonly rounds: number;
  /** How long a candidate is repeated in one round; 0: once. Milliseconds. */
  readonly roundMs: number;
}

/**
 * Nanoseconds of processor time, all threads of this process together, for one call of each candidate. Unlike the time
 * on the wall it leaves out what other programs take.
 */
export async function interleave(
  candidates: readonly Candidate[],
  { rounds, roundMs }: InterleaveOptions,
): Promise<readonly Samples[]> {
  const measured = candidates.map(({ name }) => ({ name, values: [] as number[] }));
  const repeats: number[] = [];
  for (const candidate of candidates) repeats.push(roundMs === 0 ? 1 : await calibrate(candidate, roundMs));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < candidates.length; turn += 1) {
      const index = (turn + round) % candidates.length;
      const candidate = candidates[index];
      if (candidate !== undefined) measured[index]?.values.push(await time(candidate, repeats[index] ?? 1));
    }
  }
  return measured;
}

/** Lets the compiler finish with a candidate, then finds how often it runs in the time of a round. */
async function calibrate(candidate: Candidate, roundMs: number): Promise<number> {
  for (let spent = 0; spent < warmUpMs; spent += (await time(candidate, 50)) * 50e-6);
  for (let repeats = 1; ; repeats *= 2) {
    const ns = await time(candidate, repeats);
    if (ns * repeats >= roundMs * 1e6) return Math.max(1, Math.round((roundMs * 1e6) / ns));
  }
}

async function time(candidate: Candidate, repeats: number): Promise<number> {
  const start = process.cpuUsage();
  for (let count = 0; count < repeats; count += 1) {
    const result = candidate.run();
    // Waiting for what is no promise would charge a synchronous candidate for a turn of the event loop.
    const settled: unknown = result instanceof Promise ? await result : result;
    candidate.check?.(settled);
  }
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / repeats;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

/** The median, over the rounds, of a candidate's time as a multiple of the peer's in the same round. */
export function ratio(candidate: Samples, peer: Samples): number {
  return median(candidate.values.map((value, round) => value / (peer.values[round] ?? Number.NaN)));
}
