import { encodeDer, encodeDerOid, mintCertificate, testKeyPair } from '@nv2/testing';
import { findPublicKey, parseHex, type PublicKey } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import type { Certificate } from './certificate.ts';
import { certificateSignature, isCertificateSignedWith } from './certificate-signature.ts';

const withAlgorithm = async (oid: string, parameters?: Uint8Array): Promise<Certificate> => ({
  ...(await mintCertificate()),
  signatureAlgorithm: { oid, parameters },
});
const pss = '1.2.840.113549.1.1.10';
const sha256 = encodeDer(0x30, encodeDerOid('2.16.840.1.101.3.4.2.1'));
const sha384 = encodeDer(0x30, encodeDerOid('2.16.840.1.101.3.4.2.2'));
const sha1 = encodeDer(0x30, encodeDerOid('1.3.14.3.2.26'));
const hash = (algorithm: Uint8Array): Uint8Array => encodeDer(0xa0, algorithm);
const mask = (algorithm: Uint8Array, oid = '1.2.840.113549.1.1.8'): Uint8Array =>
  encodeDer(0xa1, encodeDer(0x30, encodeDerOid(oid), algorithm));
const number = (tag: number, value: number): Uint8Array => encodeDer(tag, encodeDer(0x02, Uint8Array.of(value)));

describe('signature algorithms of certificates', () => {
  it.each<[string, Uint8Array | undefined]>([
    ['NULL', parseHex('0500')],
    ['no', undefined],
  ])('may have %s parameters with RSA and ECDSA', async (_, parameters) => {
    for (const oid of ['1.2.840.113549.1.1.11', '1.2.840.10045.4.3.2']) {
      expect(certificateSignature(await withAlgorithm(oid, parameters))).toMatchObject({ kind: 'usable' });
    }
  });

  it.each([
    '1.2.840.113549.1.1.2',
    '1.2.840.113549.1.1.4',
    '1.2.840.113549.1.1.5',
    '1.3.14.3.2.29',
    '1.2.840.10045.4.1',
    '1.2.840.10040.4.3',
  ])('are refused by name where the hash is broken: %s [-CERT-07]', async (oid) => {
    expect(certificateSignature(await withAlgorithm(oid, parseHex('0500')))).toMatchObject({ kind: 'broken' });
  });

  it.each([
    ['Ed25519', '1.3.101.112', undefined],
    ['RSA without hash', '1.2.840.113549.1.1.1', parseHex('0500')],
    ['SHA-224', '1.2.840.113549.1.1.14', parseHex('0500')],
    ['RSA with other parameters', '1.2.840.113549.1.1.11', parseHex('3000')],
  ])('are unknown otherwise: %s [-CERT-07]', async (_, oid, parameters) => {
    expect(certificateSignature(await withAlgorithm(oid, parameters))).toEqual({ kind: 'unknown' });
  });

  it.each<[string, readonly Uint8Array[], string]>([
    ['one hash throughout and its salt [+CERT-07]', [hash(sha256), mask(sha256), number(0xa2, 32)], 'usable'],
    ['the trailer written out', [hash(sha256), mask(sha256), number(0xa2, 32), number(0xa3, 1)], 'usable'],
    ['another trailer [-CERT-07]', [hash(sha256), mask(sha256), number(0xa2, 32), number(0xa3, 2)], 'unknown'],
    ['another salt length [-CERT-07]', [hash(sha256), mask(sha256), number(0xa2, 20)], 'unknown'],
    ['the salt length left out [-CERT-07]', [hash(sha256), mask(sha256)], 'unknown'],
    ['two hashes [-CERT-07]', [hash(sha256), mask(sha384), number(0xa2, 32)], 'unknown'],
    ['another mask function [-CERT-07]', [hash(sha256), mask(sha256, '1.2.3'), number(0xa2, 32)], 'unknown'],
    ['the hash left out, which means SHA-1 [-CERT-07]', [mask(sha256), number(0xa2, 32)], 'broken'],
    ['the mask left out, which means SHA-1 [-CERT-07]', [hash(sha256), number(0xa2, 32)], 'broken'],
    ['SHA-1 written out [-CERT-07]', [hash(sha1), mask(sha1), number(0xa2, 20)], 'unknown'],
    ['nothing, which means SHA-1 [-CERT-07]', [], 'broken'],
    ['a member too many [-CERT-07]', [hash(sha256), mask(sha256), number(0xa2, 32), number(0xa4, 1)], 'unknown'],
  ])('RSASSA-PSS with %s', async (_, members, kind) => {
    expect(certificateSignature(await withAlgorithm(pss, encodeDer(0x30, ...members))).kind).toBe(kind);
  });

  it('RSASSA-PSS with parameters missing or unreadable [-CERT-07]', async () => {
    expect(certificateSignature(await withAlgorithm(pss))).toEqual({ kind: 'broken', hash: 'SHA-1' });
    expect(certificateSignature(await withAlgorithm(pss, parseHex('0500')))).toEqual({ kind: 'unknown' });
  });

  it('match the kind of the key', async () => {
    const keyOf = (certificate: Certificate): PublicKey => {
      const key = certificate.key.kind === 'other' ? undefined : findPublicKey(certificate.key);
      if (key === undefined) throw new Error('no key');
      return key;
    };
    const rsa = await mintCertificate({ key: testKeyPair('rsa2048') });
    const ec = await mintCertificate();
    expect([isCertificateSignedWith(rsa, keyOf(rsa)), isCertificateSignedWith(ec, keyOf(ec))]).toEqual([true, true]);
    expect([isCertificateSignedWith(rsa, keyOf(ec)), isCertificateSignedWith(ec, keyOf(rsa))]).toEqual([false, false]);
    // OpenSSL lets the key decide: asked for RSA with an elliptic key, it verifies ECDSA.
    const mislabelled = { ...ec, signatureAlgorithm: rsa.signatureAlgorithm };
    expect(isCertificateSignedWith(mislabelled, keyOf(ec))).toBe(false);
  });
});
