/**
 * ATTR-08: whether a time stands for "no time": the zero of the reference's clock (year 1) or of Unix.
 */
export function isZeroTime(time: Date): boolean {
  const ms = time.getTime();
  return Number.isNaN(ms) || ms === 0 || ms === yearOne;
}

const yearOne = Date.parse('0001-01-01T00:00:00Z');
