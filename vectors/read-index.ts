// index.json of a folder of vectors: strict, because a misspelt member would silently judge something else.

import {
  type JsonObject,
  type JsonValue,
  parseArray,
  parseJson,
  parseObject,
  parseString,
  parseStringArray,
  parseStringMap,
} from '@nv2/base';
import type { BlobInput, EnvelopeInput, SubjectFile, VectorCase, VectorInput } from './case.ts';

const maxIndexBytes = 2 << 20;

/**
 * Reads `{"at": …, "vectors": [{"name", "rules", "source", "kind", …, "expect"}]}`. `at` is the instant of verification for
 * every vector that names none; `rules` are signed rule IDs such as `-CERT-13` and become part of the name.
 *
 * @throws BaseError for a member of a wrong type, Error for one that is unknown or missing
 */
export function readIndex(bytes: Uint8Array): readonly VectorCase[] {
  const document = new Members(parseObject(parseJson(bytes, { maxBytes: maxIndexBytes }), '$'), '$');
  const at = document.time('at');
  const vectors = parseArray(document.required('vectors'), '$.vectors').map((value, index) =>
    readVector(new Members(parseObject(value, `$.vectors[${index}]`), `$.vectors[${index}]`), at),
  );
  document.assertAllRead();
  return vectors;
}

function readVector(members: Members, at: string): VectorCase {
  const rules = parseStringArray(members.required('rules'), `${members.path}.rules`);
  const bad = rules.find((rule) => !/^[+-][A-Z]+(?:-[A-Z]+)?-\d{2}$/.test(rule));
  if (bad !== undefined) throw new Error(`${members.path}.rules: ${JSON.stringify(bad)} is no signed rule ID`);
  const name = members.text('name');
  const vector = {
    name: rules.length === 0 ? name : `${name} [${rules.join(' ')}]`,
    source: members.text('source'),
    expect: members.text('expect'),
    ...readInput(members, at),
  };
  members.assertAllRead();
  return vector;
}

function readInput(members: Members, at: string): VectorInput {
  const kind = members.text('kind');
  switch (kind) {
    case 'envelope':
      return { kind, ...readEnvelope(members, at) };
    case 'blob':
      return { kind, ...readBlob(members, at) };
    case 'chain':
      return {
        kind,
        certificates: members.texts('certificates'),
        ...members.optional('purpose', (value) => oneOf(value, ['timestamping'])),
        ...members.optional('at', time),
      };
    case 'revocation':
      return {
        kind,
        certificates: members.texts('certificates'),
        data: members.texts('data'),
        at: members.optional('at', time).at ?? at,
        ...members.optional('signedAt', time),
      };
    case 'timestamp-token':
      return {
        kind,
        file: members.text('file'),
        roots: members.texts('roots'),
        ...members.optional('data', parseString),
      };
    case 'timestamp-response':
    case 'certificate-file':
    case 'settings':
      return { kind, file: members.text('file') };
    case 'identity':
      return { kind, certificate: members.text('certificate'), identities: members.texts('identities') };
    case 'trust-policy':
      return {
        kind,
        file: members.text('file'),
        ...members.optional('policy', (value) => oneOf(value, ['blob'])),
        ...members.optional('repository', parseString),
      };
    case 'trust-store':
      return {
        kind,
        directory: members.text('directory'),
        store: oneOf(members.required('store'), storeTypes),
        ...members.optional('plant', (value) => oneOf(value, ['symlink', 'subdirectory'])),
      };
    case 'store-member':
      return { kind, file: members.text('file'), store: oneOf(members.required('store'), storeTypes) };
    case 'signing-keys':
      return { kind, file: members.text('file'), ...members.optional('use', parseString) };
    case 'layout':
      return { kind, directory: members.text('directory'), tag: members.text('tag') };
    case 'signature-manifest':
      return {
        kind,
        file: members.text('file'),
        envelope: members.text('envelope'),
        subject: subject(members.required('subject'), `${members.path}.subject`),
      };
    default:
      throw new Error(`${members.path}.kind: unknown kind ${JSON.stringify(kind)}`);
  }
}

const storeTypes = ['ca', 'signingAuthority', 'tsa'] as const;

function readEnvelope(members: Members, at: string): Omit<EnvelopeInput, 'kind'> {
  return {
    file: members.text('file'),
    ...members.optional('mediaType', parseString),
    ...members.optional('subject', subject),
    ...readJudgement(members, at),
  };
}

function readBlob(members: Members, at: string): Omit<BlobInput, 'kind'> {
  return {
    file: members.text('file'),
    blob: members.text('blob'),
    ...members.optional('mediaType', parseString),
    ...readJudgement(members, at),
  };
}

function readJudgement(members: Members, at: string) {
  const anchors = members.required('anchors');
  return {
    anchors: anchors === 'own' ? ('own' as const) : parseStringArray(anchors, `${members.path}.anchors`),
    at: members.optional('at', time).at ?? at,
    ...members.optional('store', (value) => oneOf(value, ['ca', 'signingAuthority'])),
    ...members.optional('identities', parseStringArray),
    ...members.optional('level', (value) => oneOf(value, ['strict', 'permissive', 'audit'])),
    ...members.optional('tsa', parseStringArray),
    ...members.optional('verifyTimestamp', (value) => oneOf(value, ['always', 'afterCertExpiry'])),
    ...members.optional('userMetadata', parseStringMap),
  };
}

function subject(value: JsonValue | undefined, path: string): SubjectFile {
  const members = new Members(parseObject(value, path), path);
  const file = { file: members.text('file'), mediaType: members.text('mediaType') };
  members.assertAllRead();
  return file;
}

function time(value: JsonValue | undefined, path: string): string {
  const text = parseString(value, path);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text))
    throw new Error(`${path}: ${JSON.stringify(text)} is no instant`);
  return text;
}

function oneOf<const T extends string>(value: JsonValue | undefined, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new Error(`expected ${words.join(' or ')}, found ${JSON.stringify(value)}`);
  return word;
}

/** Hands out members and remembers which. */
class Members {
  readonly path: string;
  readonly #object: JsonObject;
  readonly #read = new Set<string>();

  constructor(object: JsonObject, path: string) {
    this.#object = object;
    this.path = path;
  }

  required(name: string): JsonValue {
    this.#read.add(name);
    const value = this.#object[name];
    if (value === undefined) throw new Error(`${this.path}: no member ${JSON.stringify(name)}`);
    return value;
  }

  text(name: string): string {
    return parseString(this.required(name), `${this.path}.${name}`);
  }

  texts(name: string): readonly string[] {
    return parseStringArray(this.required(name), `${this.path}.${name}`);
  }

  time(name: string): string {
    return time(this.required(name), `${this.path}.${name}`);
  }

  /** `{[name]: value}`, or nothing where the member is absent, to be spread. */
  optional<const N extends string, T>(name: N, read: (value: JsonValue, path: string) => T): { readonly [K in N]?: T } {
    this.#read.add(name);
    const value = this.#object[name];
    // One member of the very name and type that the signature promises.
    return (value === undefined ? {} : { [name]: read(value, `${this.path}.${name}`) }) as { readonly [K in N]?: T };
  }

  assertAllRead(): void {
    const unknown = Object.keys(this.#object).filter((name) => !this.#read.has(name));
    if (unknown.length > 0) throw new Error(`${this.path}: unknown members ${unknown.join(', ')}`);
  }
}
