// Values of attributes as the reference prints them, without quotes or types.

import type { AttributeValue } from '@nv2/envelope';
import { compareBytes } from './json.ts';
import { plainTime } from './time.ts';

/** @param isJson JSON has one kind of number, which the reference reads as floating point */
export function renderValue(value: AttributeValue, isJson: boolean): string {
  const inner = (member: AttributeValue): string => renderValue(member, isJson);
  if (typeof value === 'string') return value;
  if (value === null) return '<nil>';
  if (typeof value === 'number') return !isJson && Number.isInteger(value) ? String(value) : renderFloat(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `[${Array.from(value).join(' ')}]`;
  if (value instanceof Date) return plainTime(value);
  if (Array.isArray(value)) return `[${value.map(inner).join(' ')}]`;
  const members: readonly (readonly [string, AttributeValue])[] =
    value instanceof Map
      ? Array.from(
          value as ReadonlyMap<string | number, AttributeValue>,
          ([key, member]) => [String(key), member] as const,
        )
      : Object.entries(value);
  const sorted = members.toSorted(([a], [b]) => compareBytes(a, b));
  return `map[${sorted.map(([key, member]) => `${key}:${inner(member)}`).join(' ')}]`;
}

/** The shortest digits that read back the same; with an exponent below 10⁻⁴ and from 10⁶ on. */
function renderFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 6)) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return power >= 0 ? String(value) : value.toFixed(Math.max(0, digits.replace(/[-.]/g, '').length - 1 - power));
}
