// Signatures made by OpenSSL's command line with keys made for this file (known-answers.json).

import { readFileSync } from 'node:fs';
import { decodeDer, encodeUtf8, findPublicKey, isSignatureValid, parseBase64, type SignatureScheme } from '@nv2/base';
import { encodeDer, mintCertificate, testKeyPair, type TestKeyType } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { algorithmByName, builtinAlgorithms, findAlgorithm, type SubjectKey } from '../src/index.ts';
import { parseSubjectKey } from '../src/subject-key.ts';

interface KnownAnswer {
  readonly algorithm: string;
  readonly message: string;
  readonly spki: string;
  readonly signature: string;
}

const answers: readonly KnownAnswer[] = JSON.parse(
  readFileSync(new URL('known-answers.json', import.meta.url), 'utf8'),
);

function readKey(spki: Uint8Array): SubjectKey {
  return parseSubjectKey(decodeDer(spki, { maxBytes: 10_000 }));
}

function isGood(scheme: SignatureScheme, { spki, message }: KnownAnswer, signature: Uint8Array): boolean {
  const key = readKey(parseBase64(spki));
  const publicKey = key.kind === 'other' ? undefined : findPublicKey(key);
  return publicKey !== undefined && isSignatureValid(scheme, publicKey, encodeUtf8(message), signature);
}

describe('the six algorithms', () => {
  it.each(answers)(
    '$algorithm verifies a signature of OpenSSL and is the choice for its key [+ALG-01 +ALG-02 +OC-62]',
    (answer) => {
      const algorithm = algorithmByName(answer.algorithm);
      const signature = parseBase64(answer.signature);
      expect(findAlgorithm(readKey(parseBase64(answer.spki)))).toBe(algorithm);
      expect(signature).toHaveLength(algorithm.signatureBytes);
      expect(isGood(algorithm.scheme, answer, signature)).toBe(true);
    },
  );

  it.each(answers)('$algorithm refuses the signature with one bit changed [-ALG-01]', (answer) => {
    const signature = Uint8Array.from(parseBase64(answer.signature));
    signature[5] = (signature[5] ?? 0) ^ 1;
    expect(isGood(algorithmByName(answer.algorithm).scheme, answer, signature)).toBe(false);
  });

  it.each(answers)('no other algorithm verifies a signature of $algorithm [-ALG-02]', (answer) => {
    const others = builtinAlgorithms.filter(({ name }) => name !== answer.algorithm);
    expect(others.some(({ scheme }) => isGood(scheme, answer, parseBase64(answer.signature)))).toBe(false);
  });

  it.each(answers.filter(({ algorithm }) => algorithm.startsWith('ES')))(
    '$algorithm refuses its signature in ASN.1 form [-OC-62]',
    (answer) => {
      const raw = parseBase64(answer.signature);
      const integer = (part: Uint8Array): Uint8Array => encodeDer(0x02, Uint8Array.from([0, ...part]));
      const half = raw.length / 2;
      const der = encodeDer(0x30, integer(raw.subarray(0, half)), integer(raw.subarray(half)));
      expect(isGood(algorithmByName(answer.algorithm).scheme, answer, der)).toBe(false);
    },
  );

  it('carry the identifiers of the specification [+ALG-02]', () => {
    expect(
      builtinAlgorithms.map(({ name, coseId, keySpec, pluginName, hash }) => [name, coseId, keySpec, pluginName, hash]),
    ).toEqual([
      ['PS256', -37, 'RSA-2048', 'RSASSA-PSS-SHA-256', 'sha256'],
      ['PS384', -38, 'RSA-3072', 'RSASSA-PSS-SHA-384', 'sha384'],
      ['PS512', -39, 'RSA-4096', 'RSASSA-PSS-SHA-512', 'sha512'],
      ['ES256', -7, 'EC-256', 'ECDSA-SHA-256', 'sha256'],
      ['ES384', -35, 'EC-384', 'ECDSA-SHA-384', 'sha384'],
      ['ES512', -36, 'EC-521', 'ECDSA-SHA-512', 'sha512'],
    ]);
  });

  it.each(['none', 'RS256', 'HS256', 'EdDSA', 'ES256K', 'ps256', '', 'constructor'])(
    'are all there is: not %j [-ALG-01]',
    (name) => {
      expect(() => algorithmByName(name)).toThrow(expect.objectContaining({ code: 'PKI_ALGORITHM_UNKNOWN' }));
    },
  );
});

describe('the choice of the algorithm', () => {
  it.each<[TestKeyType, string]>([
    ['rsa2048', 'PS256'],
    ['rsa3072', 'PS384'],
    ['rsa4096', 'PS512'],
    ['p256', 'ES256'],
    ['p384', 'ES384'],
    ['p521', 'ES512'],
  ])('is made by a %s key alone: %s [+ALG-02 +ALG-03 +ALG-04]', (type, name) => {
    expect(findAlgorithm(readKey(testKeyPair(type).spki))?.name).toBe(name);
  });

  it.each<[TestKeyType, unknown]>([
    ['rsa1024', { kind: 'rsa', bits: 1024 }],
    ['rsa2047', { kind: 'rsa', bits: 2047 }],
    ['p224', { kind: 'other', algorithmOid: '1.2.840.10045.2.1' }],
    ['secp256k1', { kind: 'other', algorithmOid: '1.2.840.10045.2.1' }],
    ['ed25519', { kind: 'other', algorithmOid: '1.3.101.112' }],
  ])('falls on none for a %s key [-ALG-02 -ALG-03 -ALG-04 -OC-10]', (type, expected) => {
    const key = readKey(testKeyPair(type).spki);
    expect(key).toMatchObject(expected as object);
    expect(findAlgorithm(key)).toBeUndefined();
  });

  it('measures the modulus in bits, not in octets [+OC-10]', async () => {
    const { key } = await mintCertificate({ key: testKeyPair('rsa2048') });
    expect(key).toMatchObject({ kind: 'rsa', bits: 2048 });
    const shorter = readKey(testKeyPair('rsa2047').spki);
    // Both moduli fill 256 octets.
    expect(shorter.kind === 'rsa' && shorter.modulus.length).toBe(256);
  });
});
