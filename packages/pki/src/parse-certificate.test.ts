import { describeError, encodeHex, parseHex } from '@nv2/base';
import {
  encodeDer,
  encodeDerOid,
  leafExtensions,
  mintCertificate,
  mintCertificateDer,
  type MintOptions,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './parse-certificate.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

const refused = expect.objectContaining({ code: 'PKI_CERTIFICATE_INVALID' });

/** Replaces DER inside the signed part; both texts are hexadecimal of one length, so that no length changes. */
const replacing =
  (from: string, to: string) =>
  (tbs: Uint8Array): Uint8Array => {
    const hex = encodeHex(tbs);
    if (!hex.includes(from)) throw new Error(`the signed part has no ${from}`);
    return parseHex(hex.replace(from, to));
  };

/** Re-wraps the members of the signed part. */
const rewrapping =
  (change: (content: Uint8Array) => readonly Uint8Array[]) =>
  (tbs: Uint8Array): Uint8Array =>
    encodeDer(0x30, ...change(tbs.subarray(4)));

const withExtension = (oid: string, value: Uint8Array, isCritical = false): MintOptions => ({
  extensions: { ...leafExtensions, other: [{ oid, value, isCritical }] },
});

describe('a certificate', () => {
  it('is read into plain data', async () => {
    const certificate = await mintCertificate({
      serialNumber: '01ab',
      subject: 'C=US,ST=WA,O=Example,CN=signer',
      notBefore: new Date('2024-02-29T23:59:59Z'),
      notAfter: new Date('2049-12-31T23:59:59Z'),
      extensions: {
        basicConstraints: { isCa: false },
        keyUsage: { usages: ['digitalSignature', 'contentCommitment', 'decipherOnly'] },
        extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.3'] },
        other: [{ oid: '1.2.3.4', isCritical: true, value: Uint8Array.of(1, 2) }],
      },
    });
    expect(certificate).toMatchObject({
      version: 3,
      serialNumber: '01ab',
      notBefore: new Date('2024-02-29T23:59:59Z'),
      notAfter: new Date('2049-12-31T23:59:59Z'),
      key: { kind: 'ec', curve: 'P-256', bits: 256 },
      signatureAlgorithm: { oid: '1.2.840.10045.4.3.2', parameters: undefined },
      basicConstraints: { isCritical: true, isCa: false },
      extendedKeyUsage: { isCritical: false, oids: ['1.3.6.1.5.5.7.3.3'] },
      revocationSources: { ocsp: [], crl: [] },
    });
    expect(certificate.keyUsage).toEqual({
      isCritical: true,
      usages: new Set(['digitalSignature', 'contentCommitment', 'decipherOnly']),
    });
    expect(certificate.extensions.map(({ oid, isCritical }) => [oid, isCritical])).toEqual([
      ['2.5.29.19', true],
      ['2.5.29.15', true],
      ['2.5.29.37', false],
      ['1.2.3.4', true],
    ]);
  });

  it.each(['2050-01-01T00:00:00Z', '2122-12-19T02:43:39Z', '3021-10-31T19:20:03Z', '9999-12-31T23:59:59Z'])(
    'may be valid until %s [+OC-65]',
    async (text) => {
      expect((await mintCertificate({ notAfter: new Date(text) })).notAfter).toEqual(new Date(text));
    },
  );

  it('is a copy: changing the input afterwards changes nothing', async () => {
    const der = await mintCertificateDer();
    const certificate = parseCertificate(der);
    const before = encodeHex(certificate.spki);
    der.fill(0);
    expect(encodeHex(certificate.spki)).toBe(before);
  });

  it('may say FALSE where that is the default', async () => {
    const explicitFalse = encodeDer(0x30, encodeDer(0x01, Uint8Array.of(0)));
    const { basicConstraints } = await mintCertificate(withExtension('2.5.29.19', explicitFalse));
    expect(basicConstraints).toEqual({ isCritical: false, isCa: false });
  });

  it('of version 1 has no extensions', async () => {
    const { version, extensions } = await mintCertificate({ tweakTbs: toVersion1 });
    expect([version, extensions]).toEqual([1, []]);
  });

  it('may have the unique identifiers that nobody uses', async () => {
    const identifiers = Buffer.concat([encodeDer(0x81, Uint8Array.of(0, 1)), encodeDer(0x82, Uint8Array.of(0, 2))]);
    const { extensions } = await mintCertificate({
      tweakTbs: rewrapping((content) => insertBeforeExtensions(content, identifiers)),
    });
    expect(extensions).toHaveLength(1);
  });

  it.each<[string, string, MintOptions]>([
    ['of version 2', 'version 2', { tweakTbs: replacing('a003020102', 'a003020101') }],
    ['that writes out version 1', 'version 1', { tweakTbs: replacing('a003020102', 'a003020100') }],
    ['of version 4', 'version 4', { tweakTbs: replacing('a003020102', 'a003020103') }],
    [
      'of version 1 with extensions',
      'end of the signed part',
      { tweakTbs: rewrapping((content) => [content.subarray(5)]) },
    ],
    [
      'whose two signature algorithms differ',
      'algorithms of the certificate differ',
      { tweakTbs: replacing('06082a8648ce3d040302', '06082a8648ce3d040303') },
    ],
    ['that repeats an extension', 'appears twice', withExtension('2.5.29.15', parseHex('03020780'))],
    [
      'that repeats an unknown extension',
      'appears twice',
      { extensions: { other: ['1', '2'].map((value) => ({ oid: '1.2.3.4', value: parseHex(`0${value}`) })) } },
    ],
    ['with a keyUsage that is no BIT STRING', 'not a BIT STRING', withoutUsage('2.5.29.15', parseHex('040100'))],
    ['with a keyUsage of unknown bits', 'more bits', withoutUsage('2.5.29.15', parseHex('030400ffffff'))],
    ['with a keyUsage whose padding is set', 'padding bits', withoutUsage('2.5.29.15', parseHex('03020781'))],
    ['with an empty extendedKeyUsage', 'expected a purpose', withExtension('2.5.29.37', parseHex('3000'))],
    [
      'with an extendedKeyUsage that is no SEQUENCE',
      'extendedKeyUsage is not a SEQUENCE',
      withExtension('2.5.29.37', parseHex('0500')),
    ],
    [
      'with a basicConstraints that is no SEQUENCE',
      'basicConstraints is not a SEQUENCE',
      withExtension('2.5.29.19', parseHex('0101ff')),
    ],
    ['with a negative path length', 'negative', withExtension('2.5.29.19', parseHex('30060101ff0201ff'))],
    ['with a BOOLEAN that is neither', 'BOOLEAN', withExtension('2.5.29.19', parseHex('3003010101'))],
    ['with bytes after basicConstraints', '1 more bytes', withExtension('2.5.29.19', parseHex('300000'))],
    [
      'with a time without seconds',
      'digits',
      {
        notBefore: new Date('2024-01-01T00:00:00Z'),
        tweakTbs: replacing('170d3234303130313030303030305a', '170d32343031303130303030305a5a'),
      },
    ],
    [
      'with a day that does not exist',
      'does not exist',
      {
        notBefore: new Date('2024-01-01T00:00:00Z'),
        tweakTbs: replacing('3234303130313030303030305a', '3234303233303030303030305a'),
      },
    ],
    ['with a time of another type', 'expected UTCTime', { tweakTbs: replacing('3020170d', '3020130d') }],
    [
      'with an empty list of extensions',
      'expected an extension',
      { extensions: {}, tweakTbs: rewrapping((content) => [content, parseHex('a3023000')]) },
    ],
    [
      'with members after the extensions',
      'end of the signed part',
      { tweakTbs: rewrapping((content) => [content, parseHex('0500')]) },
    ],
    [
      'with an authorityInfoAccess that is no SEQUENCE',
      'authorityInfoAccess is not a SEQUENCE',
      withExtension('1.3.6.1.5.5.7.1.1', parseHex('0500')),
    ],
    [
      'with a distribution point that is no SEQUENCE',
      'a distribution point',
      withExtension('2.5.29.31', parseHex('30020500')),
    ],
    [
      'with a URL outside ASCII',
      'printable ASCII',
      withExtension(
        '1.3.6.1.5.5.7.1.1',
        encodeDer(0x30, encodeDer(0x30, encodeDerOid('1.3.6.1.5.5.7.48.1'), encodeDer(0x86, Uint8Array.of(0xe9)))),
      ),
    ],
  ])('%s is refused', async (_, reason, options) => {
    const der = await mintCertificateDer(options);
    const error = thrownBy(() => parseCertificate(der));
    expect(error).toEqual(refused);
    expect(describeError(error)).toContain(reason);
  });

  it('with one byte more, or one less, is refused', async () => {
    const der = await mintCertificateDer();
    expect(() => parseCertificate(Uint8Array.from([...der, 0]))).toThrow(refused);
    expect(() => parseCertificate(der.subarray(0, -1))).toThrow(refused);
    expect(() => parseCertificate(new Uint8Array(0))).toThrow(refused);
    expect(() => parseCertificate(encodeDer(0x31, der))).toThrow(refused);
  });

  it('above 64 KiB is refused before it is read', async () => {
    expect(() => parseCertificate(new Uint8Array(64 * 1024 + 1))).toThrow(
      expect.objectContaining({ code: 'PKI_CERTIFICATE_TOO_LARGE', kind: 'limit' }),
    );
    const value = new Uint8Array(63 * 1024);
    expect((await mintCertificate(withExtension('1.2.3.4', value))).extensions).toHaveLength(2);
  });
});

// 64 KiB have room for thousands of each, which would cost megabytes once parsed and kept (OC-50).
describe('a certificate that lists things', () => {
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const crowded: readonly (readonly [what: string, options: (count: number) => MintOptions])[] = [
    ['parts of a name', (count) => ({ subject: times(count, (at) => `OU=${at}`).join(',') })],
    [
      'attributes in one part of a name',
      (count) => ({ subject: [times(count, (at) => ({ type: 'OU', value: `${at}` }))] }),
    ],
    [
      'extensions',
      // Beside keyUsage.
      (count) => ({
        extensions: {
          ...leafExtensions,
          other: times(count - 1, (at) => ({ oid: `1.2.3.${at}`, value: Uint8Array.of(5, 0) })),
        },
      }),
    ],
    ['purposes', (count) => ({ extensions: { extendedKeyUsage: { oids: times(count, (at) => `1.2.3.${at}`) } } })],
    ['OCSP addresses', (count) => ({ extensions: { ocspUrls: times(count, (at) => `http://o.example/${at}`) } })],
    ['CRL addresses', (count) => ({ extensions: { crlUrls: times(count, (at) => `http://c.example/${at}`) } })],
  ];

  it.each(crowded)('may have 64 %s [+OC-50]', async (_, options) => {
    await expect(mintCertificate(options(64))).resolves.toMatchObject({ version: 3 });
  });

  it.each(crowded)('is refused with 65 %s [-OC-50]', async (_, options) => {
    const der = await mintCertificateDer(options(65));
    const error = thrownBy(() => parseCertificate(der));
    expect(error).toEqual(refused);
    expect(error).toMatchObject({ cause: { code: 'DER_LIMIT' } });
  });
});

function withoutUsage(oid: string, value: Uint8Array): MintOptions {
  return { extensions: { other: [{ oid, value }] } };
}

function toVersion1(tbs: Uint8Array): Uint8Array {
  const content = tbs.subarray(4).subarray(5);
  return encodeDer(0x30, content.subarray(0, content.length - extensionsLength(content)));
}

function insertBeforeExtensions(content: Uint8Array, inserted: Uint8Array): readonly Uint8Array[] {
  const at = content.length - extensionsLength(content);
  return [content.subarray(0, at), inserted, content.subarray(at)];
}

// The extensions of the plain certificate are shorter than 128 bytes and come last.
function extensionsLength(content: Uint8Array): number {
  for (let length = 2; length < 130; length++) {
    const at = content.length - length;
    if (content[at] === 0xa3 && content[at + 1] === length - 2) return length;
  }
  throw new Error('no extensions found');
}
