// Byte ranges of downloads (RFC 9110 section 14) and of upload chunks (distribution-spec, "Pushing a blob in chunks").

import { maxRanges } from '../limits.ts';
import type { ByteRange } from '../storage/driver.ts';

export type RangeOutcome =
  | { readonly kind: 'whole' }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'parts'; readonly parts: readonly [ByteRange, ...ByteRange[]] };

const whole: RangeOutcome = { kind: 'whole' };
const unsatisfiable: RangeOutcome = { kind: 'unsatisfiable' };

/**
 * What a Range header asks of a content of `size` bytes. Another unit, bad syntax and more than 16 parts mean the
 * whole;
 * a last byte before the first is unsatisfiable, as the conformance program wants. Overlapping parts are merged.
 */
export function checkRange(header: string, size: number): RangeOutcome {
  const [, list] = /^bytes=([0-9,\-\t ]+)$/i.exec(header) ?? [];
  if (list === undefined) return whole;
  const specs = list.split(',').map((spec) => spec.trim());
  if (specs.length > maxRanges) return whole;
  const parts: ByteRange[] = [];
  for (const spec of specs) {
    const bounds = /^(\d{0,15})-(\d{0,15})$/.exec(spec);
    if (bounds === null || spec === '-') return whole;
    const part = resolve(bounds[1] ?? '', bounds[2] ?? '', size);
    if (part !== undefined) parts.push(part);
  }
  const [first, ...rest] = merge(parts);
  return first === undefined ? unsatisfiable : { kind: 'parts', parts: [first, ...rest] };
}

function resolve(first: string, last: string, size: number): ByteRange | undefined {
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? undefined : { start, end };
}

/** Overlapping parts become one; parts keep the order of their first mention. */
function merge(parts: readonly ByteRange[]): readonly ByteRange[] {
  const merged: ByteRange[] = [];
  for (const part of parts) {
    const { start, end } = part;
    let grown = { start, end };
    let at = merged.length;
    for (let index = merged.length - 1; index >= 0; index--) {
      const other = merged[index];
      if (other === undefined || other.start > grown.end || other.end < grown.start) continue;
      grown = { start: Math.min(other.start, grown.start), end: Math.max(other.end, grown.end) };
      merged.splice(index, 1);
      at = index;
    }
    merged.splice(at, 0, grown);
  }
  return merged;
}

/**
 * The Content-Range of an upload chunk: `a-b`, also `bytes a-b/*`.
 *
 * @returns `undefined` when it is neither, or b is before a
 */
export function findChunkRange(header: string): ByteRange | undefined {
  const [, first, last] = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\*|\d{1,15}))?$/.exec(header.trim()) ?? [];
  const start = Number(first);
  const end = Number(last);
  return first === undefined || start > end ? undefined : { start, end };
}
