// Times in the forms of the reference, whose time type keeps the zone and the digits it was read with.

const written = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An instant, or a date-time of RFC 3339 as it was written, in its own zone. */
export type ShownTime = Date | string;

/** C's asctime, `Tue Jan  2 09:17:46 2025`: of a written time the digits on its own clock, of an instant those of UTC. */
export function asctime(time: ShownTime): string {
  const [, year = '', month = '', day = '', clock = ''] = parts(time);
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const weekday = days[midnight.getUTCDay()] ?? '';
  return `${weekday} ${months[midnight.getUTCMonth()] ?? ''} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
}

/** RFC 3339 with as many digits below a second as say something, nine at most, and `Z` for no offset. */
export function rfc3339(time: ShownTime): string {
  const [, year, month, day, clock, digits = '', zone = ''] = parts(time);
  const fraction = digits.slice(0, 9).replace(/0+$/, '');
  const offset = /^(?:z|[+-]00:00)$/i.test(zone) ? 'Z' : zone;
  return `${year}-${month}-${day}T${clock}${fraction === '' ? '' : `.${fraction}`}${offset}`;
}

/** RFC 1123 with a numeric zone, as the reference quotes times in messages: `Mon, 02 Jan 2006 15:04:05 +0000`. */
export function rfc1123(time: Date): string {
  return time.toUTCString().replace('GMT', '+0000');
}

/** How the reference's runtime prints an instant by itself: `2022-12-06 03:05:15 +0000 UTC`. */
export function plainTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

function parts(time: ShownTime): readonly (string | undefined)[] {
  const match = written.exec(typeof time === 'string' ? time : time.toISOString());
  // Envelopes are parsed before anything of them is shown, and X.509 has no year of five digits.
  if (match === null) throw new TypeError('not a date-time of RFC 3339');
  return match;
}
