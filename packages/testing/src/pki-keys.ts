// Key pairs for tests. Generating RSA keys is slow, so each is made once and kept under node_modules/.cache.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The six key types that can sign, and some that cannot. */
export type TestKeyType =
  | 'rsa2048'
  | 'rsa3072'
  | 'rsa4096'
  | 'p256'
  | 'p384'
  | 'p521'
  | 'rsa1024'
  | 'rsa2047'
  | 'p224'
  | 'secp256k1'
  | 'ed25519';

export interface TestKeyPair {
  readonly type: TestKeyType;
  /** DER. */
  readonly pkcs8: Uint8Array;
  readonly pkcs8Pem: string;
  /** DER. */
  readonly spki: Uint8Array;
}

// From where tests and chores run, the root: this file's own place is another one when a chore is bundled.
const cacheDirectory = join(process.cwd(), 'node_modules/.cache/nv2-test-keys');
const pairs = new Map<string, TestKeyPair>();

/** A key pair by type and number: the same number gives the same key, in this process and the next. */
export function testKeyPair(type: TestKeyType, index = 0): TestKeyPair {
  const name = `${type}-${index}`;
  const known = pairs.get(name);
  if (known !== undefined) return known;
  const pair = describePair(type, readCached(name) ?? writeCached(name, generate(type)));
  pairs.set(name, pair);
  return pair;
}

function describePair(type: TestKeyType, privateKey: KeyObject): TestKeyPair {
  return {
    type,
    pkcs8: new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' })),
    pkcs8Pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })),
  };
}

function readCached(name: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: readFileSync(join(cacheDirectory, name)), format: 'der', type: 'pkcs8' });
  } catch {
    // Not made yet, or damaged: either way it is made anew.
    return undefined;
  }
}

function writeCached(name: string, key: KeyObject): KeyObject {
  mkdirSync(cacheDirectory, { recursive: true });
  const temporary = join(cacheDirectory, `${name}.${randomUUID()}`);
  writeFileSync(temporary, key.export({ type: 'pkcs8', format: 'der' }), { mode: 0o600 });
  renameSync(temporary, join(cacheDirectory, name));
  // Another process may have renamed after us; whoever came last is what every later process reads.
  return readCached(name) ?? key;
}

function generate(type: TestKeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  const namedCurve = curveNames.get(type);
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(type.slice('rsa'.length)) }).privateKey;
}

const curveNames: ReadonlyMap<TestKeyType, string> = new Map([
  ['p224', 'secp224r1'],
  ['p256', 'P-256'],
  ['p384', 'P-384'],
  ['p521', 'P-521'],
  ['secp256k1', 'secp256k1'],
]);
