// Durations as Go writes them: `1h30m`, `2.5s`, `-4m`, `300ms`.

const unitNanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** About 292 years, the range of Go's type. */
const maxNanoseconds = 2n ** 63n - 1n;

const whole = /^([+-]?)((?:[0-9]{1,20}(?:\.[0-9]{0,20})?(?:ns|us|µs|μs|ms|s|m|h))+)$/u;
const part = /([0-9]{1,20})(?:\.([0-9]{0,20}))?(ns|us|µs|μs|ms|s|m|h)/gu;

/** Nanoseconds, or `undefined` for text that is not a duration or too long a one. `0` needs no unit. */
export function parseDuration(text: string): bigint | undefined {
  if (/^[+-]?0$/.test(text)) return 0n;
  const [, sign, parts] = (text.length <= 200 && whole.exec(text)) || [];
  if (parts === undefined) return undefined;
  let sum = 0n;
  for (const [, digits = '', fraction = '', unit = ''] of parts.matchAll(part)) {
    const scale = unitNanoseconds.get(unit) ?? 0n;
    sum += BigInt(digits) * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  if (sum > maxNanoseconds) return undefined;
  return sign === '-' ? -sum : sum;
}
