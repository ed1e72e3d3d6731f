// Date-times of RFC 3339 section 5.6, as JWS envelopes carry them (SIG-JWS-12).

const form =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,20})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$/;

/**
 * Reads a date-time with any legal offset and fraction; digits below a millisecond are cut off.
 *
 * @returns `undefined` for anything else. A leap second has no `Date` and no writer emits one, so it is refused too.
 */
export function findDateTime(text: string): Date | undefined {
  if (!form.test(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = findOffset(text);
  if (offset === undefined) return undefined;

  // Date.UTC reads the years 0 to 99 as 1900 to 1999; the calendar repeats after 400 years.
  const shifted = Date.UTC(year + 400, month - 1, day, hour, minute, second, milliseconds(text));
  return new Date(shifted - fourCenturiesMs - offset * 60_000);
}

const fourCenturiesMs = 146_097 * 86_400_000;

/** Minutes east of UTC. */
function findOffset(text: string): number | undefined {
  if (text.endsWith('Z') || text.endsWith('z')) return 0;
  const hours = twoDigits(text, text.length - 5);
  const minutes = twoDigits(text, text.length - 2);
  if (hours > 23 || minutes > 59) return undefined;
  const offset = hours * 60 + minutes;
  return text[text.length - 6] === '-' ? -offset : offset;
}

function milliseconds(text: string): number {
  if (text[19] !== '.') return 0;
  const digits = /^[0-9]+/.exec(text.slice(20))?.[0] ?? '';
  return Number(digits.slice(0, 3).padEnd(3, '0'));
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

/** UTC, whole seconds: `2026-01-31T23:59:59Z`. Years 0 to 9999 only. */
export function formatDateTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
