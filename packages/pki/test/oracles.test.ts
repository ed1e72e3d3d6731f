// Our reading of certificates against two independent readers.

import { X509Certificate } from 'node:crypto';
import { encodeHex, encodeUtf8 } from '@nv2/base';
import { caExtensions, mintCertificate, mintCertificateDer, type MintOptions, testKeyPair } from '@nv2/testing';
import * as fc from 'fast-check';
import { Certificate as PkijsCertificate } from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCertificate, parseCertificates, PkiError } from '../src/index.ts';

const variants: readonly [string, MintOptions][] = [
  ['a plain leaf', {}],
  ['a CA with RSA-3072', { key: testKeyPair('rsa3072'), extensions: caExtensions }],
  ['P-521 with SHA-512', { key: testKeyPair('p521'), hash: 'SHA-512' }],
  ['RSASSA-PSS', { key: testKeyPair('rsa2048'), isPss: true, hash: 'SHA-384' }],
  ['a long life', { notBefore: new Date('1950-01-01T00:00:00Z'), notAfter: new Date('9999-12-31T23:59:59Z') }],
  ['a path length', { extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength: 3 } } }],
  ['all sorts of names', { subject: 'C=US,ST=WA,DC=org,UID=u,emailAddress=a@b.example,OU=x+OU=y,CN=first,CN=last' }],
  ['a serial number with the top bit set', { serialNumber: '00ff' }],
  [
    'many extensions',
    {
      extensions: {
        basicConstraints: { isCa: false, isCritical: false },
        keyUsage: { usages: ['digitalSignature', 'decipherOnly'] },
        extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.3', '1.2.3.4.5'], isCritical: true },
        ocspUrls: ['http://ocsp.example/a'],
        crlUrls: ['http://crl.example/a'],
        other: [{ oid: '1.2.3.4', value: Uint8Array.of(1, 2, 3), isCritical: true }],
      },
    },
  ],
];

describe.each(variants)('%s', (_, options) => {
  let der: Uint8Array;
  beforeAll(async () => {
    der = await mintCertificateDer(options);
  });

  it('is read as OpenSSL reads it', () => {
    const ours = parseCertificate(der);
    const theirs = new X509Certificate(der);
    expect(ours.fingerprint).toBe(theirs.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(BigInt(`0x${ours.serialNumber}`)).toBe(BigInt(`0x${theirs.serialNumber}`));
    expect(ours.notBefore).toEqual(new Date(theirs.validFrom));
    expect(ours.notAfter).toEqual(new Date(theirs.validTo));
    expect(encodeHex(ours.spki)).toBe(theirs.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'));
    expect(ours.basicConstraints?.isCa ?? false).toBe(theirs.ca);
    // Node's `keyUsage` is the extended key usage.
    expect(ours.extendedKeyUsage?.oids).toEqual(theirs.keyUsage);
  });

  it('is read as pkijs reads it', () => {
    const ours = parseCertificate(der);
    const theirs = PkijsCertificate.fromBER(der);
    const theirAttributes = theirs.subject.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]);
    expect(ours.subject.rdns.flat().map(({ oid, value }) => [oid, value])).toEqual(theirAttributes);
    expect(ours.signatureAlgorithm.oid).toBe(theirs.signatureAlgorithm.algorithmId);
    expect(encodeHex(ours.tbs)).toBe(Buffer.from(theirs.tbsView).toString('hex'));
    expect(encodeHex(ours.signature)).toBe(Buffer.from(theirs.signatureValue.valueBlock.valueHexView).toString('hex'));
    expect(ours.extensions.map(({ oid, isCritical, value }) => [oid, isCritical, encodeHex(value)])).toEqual(
      theirs.extensions?.map(({ extnID, critical, extnValue }) => [
        extnID,
        critical,
        Buffer.from(extnValue.valueBlock.valueHexView).toString('hex'),
      ]),
    );
  });
});

describe('hostile certificates', () => {
  it('raise nothing but our own errors, whatever octets change', async () => {
    const { der } = await mintCertificate({
      extensions: { ...caExtensions, ocspUrls: ['http://a'], crlUrls: ['http://b'] },
    });
    const change = fc.record({ at: fc.nat(der.length - 1), octet: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(der.length), (changes, length) => {
        const changed = Uint8Array.from(der);
        for (const { at, octet } of changes) changed[at] = octet;
        for (const input of [changed, changed.subarray(0, length)]) {
          try {
            parseCertificate(input);
          } catch (error) {
            expect(error).toBeInstanceOf(PkiError);
          }
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('files raise nothing but our own errors on noise', () => {
    const text = fc.string().map(encodeUtf8);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), text), (noise) => {
        expect(() => parseCertificates(noise)).toThrow(PkiError);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
