// Inputs near the seeds: each is a seed and a few edits, so that a failure shrinks to fewer and simpler edits.

import * as fc from 'fast-check';

export const maxInputBytes = 64 * 1024;

interface Edit {
  readonly kind: number;
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

type Apply = (input: Uint8Array, edit: Edit, context: Context) => Uint8Array;

interface Context {
  readonly seeds: readonly Uint8Array[];
  readonly tokens: readonly Uint8Array[];
}

const interesting = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x2c, 0x2f, 0x30, 0x5c, 0x7b, 0x7d, 0x9f];

export function mutants(seeds: readonly Uint8Array[], tokens: readonly string[]): fc.Arbitrary<Uint8Array> {
  const context = { seeds, tokens: tokens.flatMap((token) => [Buffer.from(token, 'latin1'), Buffer.from(token)]) };
  const edit = fc.record({ kind: fc.nat(edits.length - 1), at: fc.nat(), length: fc.nat(), value: fc.nat() });
  return fc
    .tuple(fc.nat(Math.max(seeds.length - 1, 0)), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, list]) =>
      list.reduce<Uint8Array>(
        (input, each) => (edits[each.kind] ?? flip)(input, each, context).subarray(0, maxInputBytes),
        seeds[seed] ?? new Uint8Array(),
      ),
    );
}

const flip: Apply = (input, { at, value }) => change(input, at, (byte) => byte ^ (1 << (value % 8)));

const edits: readonly Apply[] = [
  flip,
  (input, { at, value }) => change(input, at, () => interesting[value % interesting.length] ?? 0),
  (input, { at, value }) => change(input, at, (byte) => byte + (value % 2 === 0 ? 1 : -1)),
  // Cut out, cut off.
  (input, edit) => replace(input, edit, new Uint8Array()),
  (input, { at }) => input.slice(0, at % (input.length + 1)),
  // Double, or copy elsewhere.
  (input, edit) => insert(input, edit.at, range(input, edit)),
  (input, edit) => insert(input, edit.value, range(input, edit)),
  // Much of the same: what is quadratic shows itself.
  (input, edit) =>
    insert(input, edit.at, repeat(range(input, { ...edit, length: edit.length % 16 }), edit.value % 4096)),
  (input, edit, { tokens }) => insert(input, edit.at, repeat(pick(tokens, edit.length), edit.value % 2048)),
  (input, { at, value }, { tokens }) => insert(input, at, pick(tokens, value)),
  (input, edit, { tokens }) => replace(input, { ...edit, length: edit.length % 24 }, pick(tokens, edit.value)),
  // Half of this and half of another.
  (input, edit, { seeds }) => {
    const other = pick(seeds, edit.value);
    return join([input.subarray(0, edit.at % (input.length + 1)), other.subarray(edit.length % (other.length + 1))]);
  },
];

function change(input: Uint8Array, at: number, to: (byte: number) => number): Uint8Array {
  const copy = input.slice();
  const index = at % Math.max(copy.length, 1);
  if (index < copy.length) copy[index] = to(copy[index] ?? 0);
  return copy;
}

function range(input: Uint8Array, { at, length }: Edit): Uint8Array {
  const start = at % (input.length + 1);
  return input.subarray(start, start + (length % 256) + 1);
}

function replace(input: Uint8Array, edit: Edit, by: Uint8Array): Uint8Array {
  const start = edit.at % (input.length + 1);
  return join([input.subarray(0, start), by, input.subarray(start + range(input, edit).length)]);
}

function insert(input: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  const start = at % (input.length + 1);
  return join([input.subarray(0, start), piece, input.subarray(start)]);
}

function repeat(piece: Uint8Array, times: number): Uint8Array {
  if (piece.length === 0) return piece;
  return Buffer.alloc(Math.min(piece.length * times, maxInputBytes), piece);
}

function pick(pieces: readonly Uint8Array[], index: number): Uint8Array {
  return pieces[index % Math.max(pieces.length, 1)] ?? new Uint8Array();
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
