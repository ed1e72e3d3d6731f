// Inputs as trees, so that an edit leaves the syntax whole and reaches what lies behind it. The readers here are lenient and know
// no more than where things begin and end.

/** A value: a leaf with its bytes as written, or a container. */
export interface Tree {
  /** What the format needs to write it: a bracket, a CBOR head or a DER tag. */
  readonly head: string | number;
  /** Name of a JSON member, as written. */
  readonly key?: string;
  readonly content?: Uint8Array;
  readonly children?: readonly Tree[];
}

export interface TreeFormat {
  /** @throws anything when the input has no such shape */
  readonly read: (input: Uint8Array) => Tree;
  readonly write: (tree: Tree) => Uint8Array;
  /** Leaves worth putting anywhere. */
  readonly leaves: readonly Tree[];
}

export type Shape = 'json' | 'cbor' | 'der';

export function treeFormat(shape: Shape): TreeFormat {
  return formats[shape];
}

const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const jsonLeaf = (text: string): Tree => ({ head: '', content: Buffer.from(text) });

function fromJson(value: Json): Tree {
  if (typeof value !== 'object' || value === null) return jsonLeaf(JSON.stringify(value));
  if (Array.isArray(value)) return { head: '[', children: value.map(fromJson) };
  return {
    head: '{',
    children: Object.entries(value).map(([name, item]) => ({ ...fromJson(item), key: JSON.stringify(name) })),
  };
}

function toJson(tree: Tree): string {
  const items = (tree.children ?? []).map((child, index) =>
    tree.head === '{' ? `${child.key ?? JSON.stringify(`k${index}`)}:${toJson(child)}` : toJson(child),
  );
  if (tree.children === undefined) return Buffer.from(tree.content ?? []).toString();
  return tree.head === '{' ? `{${items.join(',')}}` : `[${items.join(',')}]`;
}

const json: TreeFormat = {
  read: (input) => fromJson(JSON.parse(new TextDecoder().decode(input))),
  write: (tree) => new Uint8Array(Buffer.from(toJson(tree))),
  leaves: [
    'null',
    'true',
    '""',
    '"*"',
    '-1',
    '0',
    '1.5',
    '9007199254740993',
    '1e999',
    '[]',
    '{}',
    '"\\u0000"',
    '"\\ud800"',
  ].map(jsonLeaf),
};

/** Map entries are children in turn: key, value, key, value. */
function readCbor(input: Uint8Array, start: number): readonly [Tree, number] {
  const initial = input[start] ?? 0;
  const [major, info] = [initial >> 5, initial & 0x1f];
  const width = info < 24 ? 0 : 1 << (info - 24);
  const argument =
    width === 0 ? info : Number(`0x${Buffer.from(input.subarray(start + 1, start + 1 + width)).toString('hex')}`);
  let at = start + 1 + width;
  if (info > 27 || at > input.length) throw new RangeError('not CBOR');
  if (major < 4 || major === 7) {
    const end = at + (major === 2 || major === 3 ? argument : 0);
    if (end > input.length) throw new RangeError('not CBOR');
    return [{ head: -1, content: input.slice(start, end) }, end];
  }
  const children: Tree[] = [];
  for (let left = major === 6 ? 1 : argument * (major === 5 ? 2 : 1); left > 0; left--) {
    const [child, end] = readCbor(input, at);
    children.push(child);
    at = end;
  }
  return [{ head: major === 6 ? 0xc0 + argument : major << 5, children }, at];
}

function writeCbor({ head, content, children }: Tree): Uint8Array {
  if (children === undefined) return content ?? Uint8Array.of(0xf6);
  const items = children.map(writeCbor);
  if (Number(head) >= 0xc0) return bytes([Number(head)], items[0] ?? [0xf6]);
  const count = head === 0xa0 ? items.length >> 1 : items.length;
  const kept = items.slice(0, head === 0xa0 ? count * 2 : count);
  return bytes(count < 24 ? [Number(head) + count] : [Number(head) + 24, count & 0xff], ...kept);
}

const cbor: TreeFormat = {
  read: (input) => readCbor(input, 0)[0],
  write: writeCbor,
  leaves: [
    'f6',
    'f7',
    'f4',
    '00',
    '26',
    '20',
    '3824',
    '1a63c8a000',
    'fb7ff8000000000000',
    '40',
    '60',
    '6161',
    '80',
    'a0',
    'c100',
    '1bffffffffffffffff',
  ].map((hex) => ({ head: -1, content: Buffer.from(hex, 'hex') })),
};

function readDer(input: Uint8Array): readonly Tree[] {
  const trees: Tree[] = [];
  for (let at = 0; at < input.length; ) {
    const [tag = 0, first = 0] = input.subarray(at, at + 2);
    const width = first < 0x80 ? 0 : first & 0x7f;
    const length =
      width === 0 ? first : Number(`0x${Buffer.from(input.subarray(at + 2, at + 2 + width)).toString('hex')}`);
    const start = at + 2 + width;
    at = start + length;
    if (width > 4 || !(at <= input.length)) throw new RangeError('not DER');
    const content = input.slice(start, at);
    const children = (tag & 0x20) !== 0 ? readDer(content) : tag === 0x04 ? tryDer(content) : undefined;
    trees.push({ head: tag, ...(children === undefined ? { content } : { children }) });
  }
  return trees;
}

/** Extension values are DER inside an OCTET STRING. */
function tryDer(content: Uint8Array): readonly Tree[] | undefined {
  try {
    return readDer(content);
  } catch {
    // Plain bytes then.
    return undefined;
  }
}

function writeDer({ head, content, children }: Tree): Uint8Array {
  const body = content ?? bytes(...(children ?? []).map(writeDer));
  const length = body.length;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return bytes([Number(head)], length < 0x80 ? [length] : long, body);
}

const der: TreeFormat = {
  read: (input) => {
    const [tree] = readDer(input);
    if (tree === undefined) throw new RangeError('not DER');
    return tree;
  },
  write: writeDer,
  leaves: [
    '05:',
    '01:ff',
    '01:01',
    '02:00',
    '02:',
    '02:0080',
    '02:ff',
    '06:550403',
    '06:80',
    '0c:ff',
    '1e:d800',
    '18:32303530303130313030303030305a',
    '17:3030',
    '03:00',
    '03:0801',
    '30:',
    '31:',
    '04:',
    'a3:',
  ].map((text) => {
    const [tag = '', content = ''] = text.split(':');
    return { head: Number(`0x${tag}`), content: Buffer.from(content, 'hex') };
  }),
};

const formats: Readonly<Record<Shape, TreeFormat>> = { json, cbor, der };
