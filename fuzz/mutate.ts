// Inputs near the seeds: each is a seed and a few edits, so that a failure shrinks to fewer and simpler edits.

import * as fc from 'fast-check';
import { type Shape, type Tree, treeFormat } from './trees.ts';

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

export function mutants(
  seeds: readonly Uint8Array[],
  tokens: readonly string[] = [],
  shape?: Shape,
): fc.Arbitrary<Uint8Array> {
  const context = { seeds, tokens: tokens.flatMap((token) => [Buffer.from(token, 'latin1'), Buffer.from(token)]) };
  const edit = fc.record({ kind: fc.nat(999), at: fc.nat(), length: fc.nat(), value: fc.nat() });
  return fc
    .tuple(fc.nat(Math.max(seeds.length - 1, 0)), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([index, list, isPlain]) => {
      const seed = seeds[index] ?? new Uint8Array();
      const input = shape === undefined || isPlain ? editBytes(seed, list, context) : editTree(seed, list, shape);
      return input.subarray(0, maxInputBytes);
    });
}

function editBytes(seed: Uint8Array, list: readonly Edit[], context: Context): Uint8Array {
  return list.reduce<Uint8Array>(
    (input, each) => (edits[each.kind % edits.length] ?? flip)(input, each, context).subarray(0, maxInputBytes),
    seed,
  );
}

/** Edits that leave the syntax whole. A seed that has no such shape is edited as bytes. */
function editTree(seed: Uint8Array, list: readonly Edit[], shape: Shape): Uint8Array {
  const format = treeFormat(shape);
  try {
    const tree = list.reduce((each, edit) => changeNode(each, edit, format.leaves), format.read(seed));
    return format.write(tree);
  } catch {
    return editBytes(seed, list, { seeds: [], tokens: [] });
  }
}

function changeNode(root: Tree, edit: Edit, leaves: readonly Tree[]): Tree {
  const all = nodes(root);
  const chosen = pick(all, edit.at);
  const other = edit.value % 2 === 0 ? pick(all, edit.length) : pick(leaves, edit.length);
  const keyed = (tree: Tree): Tree => (chosen?.key === undefined ? tree : { ...tree, key: chosen.key });
  const replacements: readonly (() => readonly Tree[])[] = [
    () => [],
    () => (chosen ? [chosen, chosen] : []),
    () => (chosen && other ? [keyed(other)] : []),
    () => (chosen && other ? [chosen, other] : []),
    () => (chosen ? [changeLeaf(chosen, edit)] : []),
    () => (chosen ? [changeLeaf(chosen, edit)] : []),
    () => (chosen?.children ? [{ ...chosen, children: chosen.children.toReversed() }] : []),
    () =>
      chosen
        ? [
            typeof chosen.head === 'number' && chosen.head >= 0
              ? { ...chosen, head: chosen.head ^ (1 << (edit.value % 6)) }
              : chosen,
          ]
        : [],
  ];
  const by = replacements[edit.kind % replacements.length]?.() ?? [];
  return root === chosen ? (by[0] ?? root) : replaceNode(root, chosen, by);
}

function nodes(tree: Tree): readonly Tree[] {
  return [tree, ...(tree.children ?? []).flatMap(nodes)];
}

function replaceNode(tree: Tree, chosen: Tree | undefined, by: readonly Tree[]): Tree {
  if (tree.children === undefined) return tree;
  return {
    ...tree,
    children: tree.children.flatMap((child) => (child === chosen ? by : [replaceNode(child, chosen, by)])),
  };
}

/** One byte of a leaf, not its first where that says what it is; or its name in other letter case. */
function changeLeaf(tree: Tree, { length, value }: Edit): Tree {
  if (tree.key !== undefined && value % 3 === 0) {
    const key = length % 2 === 0 ? tree.key.toUpperCase() : tree.key.replace(/.(?="$)/, '');
    return { ...tree, key };
  }
  if (tree.content === undefined) return tree;
  const first = tree.content.length > 2 && typeof tree.head === 'string' ? 1 : 0;
  const content = tree.content.slice();
  const at = first + (length % Math.max(content.length - 2 * first, 1));
  const old = content[at] ?? 0;
  // A digit or letter becomes another, so that what is checked is its meaning.
  content[at] = old >= 0x30 && old < 0x7a ? old + (value % 2 === 0 ? 1 : -1) : old ^ (1 << (value % 8));
  return { ...tree, content };
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
  (input, edit, { tokens }) => insert(input, edit.at, repeat(piece(tokens, edit.length), edit.value % 2048)),
  (input, { at, value }, { tokens }) => insert(input, at, piece(tokens, value)),
  (input, edit, { tokens }) => replace(input, { ...edit, length: edit.length % 24 }, piece(tokens, edit.value)),
  // Half of this and half of another.
  (input, edit, { seeds }) => {
    const other = piece(seeds, edit.value);
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

function repeat(part: Uint8Array, times: number): Uint8Array {
  if (part.length === 0) return part;
  return Buffer.alloc(Math.min(part.length * times, maxInputBytes), part);
}

function pick<T>(items: readonly T[], index: number): T | undefined {
  return items[index % Math.max(items.length, 1)];
}

function piece(pieces: readonly Uint8Array[], index: number): Uint8Array {
  return pick(pieces, index) ?? new Uint8Array();
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
