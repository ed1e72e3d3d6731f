import { concatBytes, encodeDer, encodeDerOid, encodeUtf8, hashBytes, parseHex } from '@nv2/base';
import {
  caExtensions,
  encodeHashAlgorithm,
  encodeSigningCertificate,
  encodeTestToken,
  leafExtensions,
  mintCertificate,
  mintChain,
  type MintChainOptions,
  type TestAttribute,
  testAttributeOids,
  type TestChain,
  testKeyPair,
  type TestStatement,
  type TestTokenOptions,
  toSigningKey,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type CertificateCache, createCertificateCache } from '../certificate-cache.ts';
import type { Certificate } from '../certificate.ts';
import { type CertificateChain, checkChain } from '../check-chain.ts';
import { maxChainLength } from '../limits.ts';
import type { RevocationChecker, RevocationRequest } from '../revocation/check-revocation.ts';
import { checkTimestamp, type TimestampResult } from './check-timestamp.ts';
import { maxTokenCertificates } from './limits.ts';
import { parseTimestampToken } from './parse-token.ts';

const data = encodeUtf8('the signature bytes');
const at = new Date('2026-01-01T00:00:00Z');
const notRevoked: RevocationChecker = () => Promise.resolve({ status: 'passed', certificates: [] });
const { contentType, messageDigest, signingTime, signingCertificate, signingCertificateV2 } = testAttributeOids;

function authorityOf(options: MintChainOptions = {}): Promise<TestChain> {
  return mintChain({ length: 3, purpose: 'timestamping', keyIndex: 7, ...options });
}

type Options = Partial<Omit<TestTokenOptions, 'statement'>> & {
  readonly statement?: TestStatement;
  readonly check?: Partial<Parameters<typeof checkTimestamp>[0]>;
};

async function judge({ check, ...options }: Options = {}): Promise<TimestampResult> {
  const authority = options.authority ?? (await authorityOf());
  const token = encodeTestToken({ ...options, authority, statement: { data, ...options.statement } });
  return checkTimestamp({ token, data, roots: [authority.root], at, checkRevocation: notRevoked, ...check });
}

/** `passed`, `unknown` or the broken rule. */
async function verdictOf(options: Options = {}): Promise<string> {
  const result = await judge(options);
  return result.status === 'failed' ? result.rule : result.status;
}

const withAttributes = (change: (attributes: readonly TestAttribute[]) => readonly TestAttribute[]): Options => ({
  tweakSigner: (signer) => ({ ...signer, attributes: change(signer.attributes) }),
});
const without = (oid: string): Options => withAttributes((list) => list.filter((attribute) => attribute.oid !== oid));
const withValues = (oid: string, ...values: readonly Uint8Array[]): Options =>
  withAttributes((list) => [...list.filter((attribute) => attribute.oid !== oid), { oid, values }]);

describe('a genuine token', () => {
  it('gives the time, the range and the chain that vouches for it [+TSA-21 +TSA-25 +TSA-10 +TSA-14 +TSA-15 +TSA-16 +TSA-20]', async () => {
    const authority = await authorityOf();
    const result = await judge({ authority, statement: { accuracy: { seconds: 1 } } });
    expect(result).toMatchObject({
      status: 'passed',
      timestamp: {
        policy: '1.2.3.4.1',
        genTime: new Date('2024-06-21T07:12:05Z'),
        earliest: new Date('2024-06-21T07:12:04Z'),
        latest: new Date('2024-06-21T07:12:06Z'),
      },
    });
    const chain = result.status === 'passed' ? result.timestamp.chain : [];
    expect(chain.map(({ fingerprint }) => fingerprint)).toEqual(
      authority.certificates.map(({ fingerprint }) => fingerprint),
    );
  });

  it.each<[string, Options, MintChainOptions]>([
    ['ECDSA with P-256', {}, { keyType: 'p256' }],
    ['ECDSA with P-384', { hash: 'sha384' }, { keyType: 'p384' }],
    ['ECDSA with P-521', { hash: 'sha512' }, { keyType: 'p521' }],
    ['RSA under the name of the key', {}, { keyType: 'rsa2048' }],
    ['RSA with its hash', { rsa: 'with-hash', hash: 'sha512' }, { keyType: 'rsa3072' }],
    ['RSASSA-PSS', { rsa: 'pss', hash: 'sha384' }, { keyType: 'rsa2048' }],
    ['an imprint of another hash than the signature’s', { statement: { imprintHash: 'sha512' } }, {}],
    ['a chain of two', {}, { length: 2 }],
    ['a chain of five', {}, { length: 5 }],
  ])('is accepted with %s [+TSA-18 +TSA-17 +ALG-07]', async (_, options, chain) => {
    expect(await verdictOf({ ...options, authority: await authorityOf(chain) })).toBe('passed');
  });

  it('is accepted in BER with definite lengths [+TSA-13]', async () => {
    const authority = await authorityOf();
    const token = encodeTestToken({ authority, statement: { data } });
    const loose = concatBytes([
      Uint8Array.of(0x30, 0x84, 0, 0, (token.length - 4) >> 8, token.length - 4),
      token.subarray(4),
    ]);
    const request = { data, roots: [authority.root], at, checkRevocation: notRevoked };
    expect(await checkTimestamp({ ...request, token: loose })).toMatchObject({ status: 'passed' });
    const endless = concatBytes([Uint8Array.of(0x30, 0x80), token.subarray(4), new Uint8Array(2)]);
    expect(await checkTimestamp({ ...request, token: endless })).toMatchObject({
      status: 'failed',
      rule: 'TSA-13',
      reason: 'indefinite length at byte 0',
    });
  });
});

describe('the structure of a token', () => {
  it.each<[string, string, Options]>([
    [
      'SignedData of version 1 [-TSA-13 +OC-23]',
      'TSA-13',
      { tweakSignedData: (signed) => ({ ...signed, version: 1 }) },
    ],
    [
      'content of another type [-TSA-14]',
      'TSA-14',
      { tweakSignedData: (signed) => ({ ...signed, contentType: '1.2.840.113549.1.7.1' }) },
    ],
    ['no content [-TSA-14]', 'TSA-14', { tweakSignedData: (signed) => ({ ...signed, content: undefined }) }],
    ['no signer [-TSA-15]', 'TSA-15', { tweakSignedData: (signed) => ({ ...signed, signers: [] }) }],
    [
      'two signers, both genuine [-TSA-15 +OC-16]',
      'TSA-15',
      { tweakSignedData: (signed) => ({ ...signed, signers: [...signed.signers, ...signed.signers] }) },
    ],
    [
      'more signers than are read [-TSA-15]',
      'TSA-15',
      {
        tweakSignedData: (signed) => ({
          ...signed,
          signers: Array.from({ length: 9 }, () => signed.signers[0] ?? new Uint8Array()),
        }),
      },
    ],
    ['a SignerInfo of version 2 [-TSA-15]', 'TSA-15', { tweakSigner: (signer) => ({ ...signer, version: 2 }) }],
    [
      'a signer named by key identifier [-TSA-15]',
      'TSA-15',
      { tweakSigner: (signer) => ({ ...signer, version: 3, id: encodeDer(0x80, parseHex('01020304')) }) },
    ],
    ['no certificates [-TSA-10]', 'TSA-10', { tweakSignedData: (signed) => ({ ...signed, certificates: [] }) }],
    [
      'the member of certificates missing [-TSA-10]',
      'TSA-10',
      { tweakSignedData: (signed) => ({ ...signed, certificates: undefined }) },
    ],
    [
      'an attribute certificate [-TSA-21]',
      'TSA-21',
      {
        tweakSignedData: (signed) => ({
          ...signed,
          certificates: [...(signed.certificates ?? []), encodeDer(0xa1, parseHex('0500'))],
        }),
      },
    ],
    [
      'a certificate that is none [-TSA-21]',
      'TSA-13',
      { tweakSignedData: (signed) => ({ ...signed, certificates: [...(signed.certificates ?? []), encodeDer(0x30)] }) },
    ],
    [
      'seventeen certificates [-TSA-21]',
      'TSA-15',
      {
        tweakSignedData: (signed) => ({
          ...signed,
          certificates: Array.from({ length: 17 }, () => signed.certificates?.[0] ?? new Uint8Array()),
        }),
      },
    ],
    [
      'nine announced hashes [-TSA-18]',
      'TSA-15',
      {
        tweakSignedData: (signed) => ({
          ...signed,
          digestAlgorithms: Array.from({ length: 9 }, () => encodeHashAlgorithm('sha256')),
        }),
      },
    ],
  ])('refuses %s', async (_, rule, options) => {
    expect(await verdictOf(options)).toBe(rule);
  });

  it.each([
    ['nothing', ''],
    ['another type of content', '300b06092a864886f70d010701'],
    ['noise', 'deadbeef'],
  ])('refuses %s [-TSA-13]', async (_, hex) => {
    const result = await checkTimestamp({ token: parseHex(hex), data, roots: [], at, checkRevocation: notRevoked });
    expect(result).toMatchObject({ status: 'failed', rule: 'TSA-13' });
  });

  it('refuses a token above 1 MiB before reading it', async () => {
    const token = encodeDer(0x30, new Uint8Array(1 << 20));
    const result = await checkTimestamp({ token, data, roots: [], at, checkRevocation: notRevoked });
    expect(result).toMatchObject({ status: 'failed', reason: 'token of 1048581 bytes is larger than 1048576' });
    expect(() => parseTimestampToken(token)).toThrow(expect.objectContaining({ code: 'PKI_TIMESTAMP_TOO_LARGE' }));
  });
});

describe('what the signer signed', () => {
  const octets = (length: number): Uint8Array => encodeDer(0x04, new Uint8Array(length));

  it.each<[string, string, Options]>([
    ['no attributes [-TSA-16]', 'TSA-16', withAttributes(() => [])],
    ['no contentType [-TSA-16]', 'TSA-16', without(contentType)],
    [
      'a contentType of something else [-TSA-16]',
      'TSA-16',
      withValues(contentType, encodeDerOid('1.2.840.113549.1.7.1')),
    ],
    ['a contentType that is no identifier [-TSA-16]', 'TSA-16', withValues(contentType, octets(3))],
    ['no messageDigest [-TSA-16]', 'TSA-16', without(messageDigest)],
    ['a messageDigest of something else [-TSA-16]', 'TSA-16', withValues(messageDigest, octets(32))],
    ['a messageDigest that is no octets [-TSA-16]', 'TSA-16', withValues(messageDigest, parseHex('0500'))],
    [
      'two values of one attribute [-TSA-16 +OC-56]',
      'TSA-16',
      withAttributes((list) =>
        list.map((attribute) =>
          attribute.oid === messageDigest ? { ...attribute, values: [...attribute.values, octets(32)] } : attribute,
        ),
      ),
    ],
    ['an attribute without value [-TSA-16]', 'TSA-16', withValues(contentType)],
    [
      'an attribute twice [-TSA-16 +OC-56]',
      'TSA-16',
      withAttributes((list) => [...list, ...list.filter(({ oid }) => oid === messageDigest)]),
    ],
    [
      'thirty-three attributes [-TSA-16]',
      'TSA-16',
      withAttributes((list) => [
        ...list,
        ...Array.from({ length: 30 }, (_, at) => ({ oid: `1.2.3.${at}`, values: [octets(1)] })),
      ]),
    ],
    [
      'an attribute of thirty-three values [-TSA-16]',
      'TSA-16',
      withValues('1.2.3', ...Array.from({ length: 33 }, () => octets(1))),
    ],
    ['a changed statement [-TSA-16]', 'TSA-16', { tweakSignedData: (signed) => ({ ...signed, content: octets(5) }) }],
    [
      'a changed signature [-TSA-17]',
      'TSA-17',
      { tweakSignature: (signature) => signature.map((octet, at) => (at === 20 ? octet ^ 1 : octet)) },
    ],
    ['no signature [-TSA-17]', 'TSA-17', { tweakSignature: () => new Uint8Array() }],
  ])('refuses %s', async (_, rule, options) => {
    expect(await verdictOf(options)).toBe(rule);
  });

  it('verifies over the attributes as SET OF in the order of DER, not as they stand in the message [+TSA-17]', async () => {
    const extra = { oid: '1.2.3', values: [octets(1)] };
    expect(await verdictOf(withAttributes((list) => [extra, ...list]))).toBe('passed');
    expect(await verdictOf(withAttributes((list) => [...list, extra].toReversed()))).toBe('passed');
  });

  it.each<[string, string, Options]>([
    [
      'SHA-1 as its hash [-TSA-18]',
      'TSA-18',
      { tweakSigner: (signer) => ({ ...signer, digestAlgorithm: encodeHashAlgorithm('sha1') }) },
    ],
    [
      'a hash that the token does not announce [-TSA-18]',
      'TSA-18',
      { tweakSignedData: (signed) => ({ ...signed, digestAlgorithms: [encodeHashAlgorithm('sha512')] }) },
    ],
    [
      'a hash with parameters [-TSA-18]',
      'TSA-18',
      {
        tweakSigner: (signer) => ({
          ...signer,
          digestAlgorithm: encodeDer(0x30, encodeDerOid('2.16.840.1.101.3.4.2.1'), octets(1)),
        }),
      },
    ],
    [
      'ECDSA with SHA-1 [-TSA-18]',
      'TSA-18',
      {
        tweakSigner: (signer) => ({
          ...signer,
          signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.2.840.10045.4.1')),
        }),
      },
    ],
    [
      'RSA with SHA-1 [-TSA-18]',
      'TSA-18',
      {
        tweakSigner: (signer) => ({
          ...signer,
          signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.2.840.113549.1.1.5'), parseHex('0500')),
        }),
      },
    ],
    [
      'Ed25519 [-TSA-18]',
      'TSA-18',
      { tweakSigner: (signer) => ({ ...signer, signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.3.101.112')) }) },
    ],
    [
      'PSS without parameters, which means SHA-1 [-TSA-18]',
      'TSA-18',
      {
        tweakSigner: (signer) => ({
          ...signer,
          signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.2.840.113549.1.1.10')),
        }),
      },
    ],
    [
      'the name of RSA with a key of another kind [-TSA-18]',
      'TSA-17',
      {
        tweakSigner: (signer) => ({
          ...signer,
          signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.2.840.113549.1.1.1'), parseHex('0500')),
        }),
      },
    ],
  ])('refuses %s', async (_, rule, options) => {
    expect(await verdictOf(options)).toBe(rule);
  });

  it('refuses PSS over another hash than the signer’s [-TSA-18]', async () => {
    const authority = await authorityOf({ keyType: 'rsa2048' });
    const announce: Options = {
      tweakSigner: (signer) => ({ ...signer, digestAlgorithm: encodeHashAlgorithm('sha512') }),
      tweakSignedData: (signed) => ({ ...signed, digestAlgorithms: [encodeHashAlgorithm('sha512')] }),
    };
    expect(await verdictOf({ ...announce, authority, rsa: 'pss' })).toBe('TSA-18');
  });
});

describe('the certificate that the signer names', () => {
  const serialOf = (chain: TestChain, index = 0): Uint8Array =>
    encodeDer(0x02, parseHex(chain.certificates[index]?.serialNumber ?? ''));
  const issuerSerial = (chain: TestChain, name = chain.certificates[0].issuer.der): Uint8Array =>
    encodeDer(0x30, encodeDer(0x30, encodeDer(0xa4, name)), serialOf(chain));
  const named = (chain: TestChain, options: Parameters<typeof encodeSigningCertificate>[1]): Options => ({
    authority: chain,
    ...withValues(signingCertificateV2, encodeSigningCertificate(chain.certificates[0].der, options)),
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)('may be named by its %s [+TSA-19]', async (hash) => {
    expect(await verdictOf(named(await authorityOf(), { hash }))).toBe('passed');
  });

  it('may be named by issuer and number too [+TSA-19]', async () => {
    const authority = await authorityOf();
    expect(await verdictOf(named(authority, { issuerSerial: issuerSerial(authority) }))).toBe('passed');
  });

  it('must be named the same by what is signed and what is not [-TSA-19]', async () => {
    const authority = await authorityOf();
    const other = issuerSerial(authority, authority.root.subject.der);
    expect(await verdictOf(named(authority, { issuerSerial: other }))).toBe('TSA-19');
    const id = encodeDer(0x30, authority.certificates[0].issuer.der, serialOf(authority, 1));
    expect(await verdictOf({ authority, tweakSigner: (signer) => ({ ...signer, id }) })).toBe('TSA-10');
  });

  it('must have a single directory name as issuer [-TSA-19]', async () => {
    const authority = await authorityOf();
    const wrong = encodeDer(
      0x30,
      encodeDer(0x30, encodeDer(0xa5, authority.certificates[0].issuer.der)),
      serialOf(authority),
    );
    expect(await verdictOf(named(authority, { issuerSerial: wrong }))).toBe('TSA-19');
  });

  it.each<[string, (leaf: Uint8Array) => Options]>([
    ['is not named at all', () => without(signingCertificateV2)],
    [
      'is named by version 1 alone, whose hash is SHA-1',
      () =>
        withAttributes((list) => [
          ...list.filter(({ oid }) => oid !== signingCertificateV2),
          {
            oid: signingCertificate,
            values: [encodeDer(0x30, encodeDer(0x30, encodeDer(0x30, encodeDer(0x04, new Uint8Array(20)))))],
          },
        ]),
    ],
    ['is named by no entry', () => withValues(signingCertificateV2, encodeDer(0x30, encodeDer(0x30)))],
    ['has another hash', () => withValues(signingCertificateV2, encodeSigningCertificate(data))],
    [
      'comes second',
      (leaf) =>
        withValues(
          signingCertificateV2,
          encodeDer(
            0x30,
            encodeDer(
              0x30,
              encodeDer(0x30, encodeDer(0x04, new Uint8Array(32))),
              encodeDer(0x30, encodeDer(0x04, leaf.subarray(0, 32))),
            ),
          ),
        ),
    ],
    [
      'is named by SHA-1',
      () =>
        withValues(
          signingCertificateV2,
          encodeDer(
            0x30,
            encodeDer(0x30, encodeDer(0x30, encodeHashAlgorithm('sha1'), encodeDer(0x04, new Uint8Array(20)))),
          ),
        ),
    ],
    [
      'is named among seventeen',
      () =>
        withValues(
          signingCertificateV2,
          encodeDer(
            0x30,
            encodeDer(0x30, ...Array.from({ length: 17 }, () => encodeDer(0x30, encodeDer(0x04, new Uint8Array(32))))),
          ),
        ),
    ],
    ['is named by what is no SEQUENCE', () => withValues(signingCertificateV2, parseHex('0500'))],
  ])('is not accepted when it %s [-TSA-19]', async (_, options) => {
    const authority = await authorityOf();
    expect(await verdictOf({ ...options(authority.certificates[0].der), authority })).toBe('TSA-19');
  });

  it('may be named by both versions [+TSA-19]', async () => {
    const first = { oid: signingCertificate, values: [encodeDer(0x30, encodeDer(0x30))] };
    expect(await verdictOf(withAttributes((list) => [...list, first]))).toBe('passed');
  });
});

describe('the chain of the authority', () => {
  it('ends in a root that the caller gave, and in nothing else [-TSA-21]', async () => {
    const [authority, other] = await Promise.all([authorityOf(), authorityOf({ keyIndex: 9 })]);
    expect(await verdictOf({ authority, check: { roots: [other.root] } })).toBe('TSA-21');
    expect(await verdictOf({ authority, check: { roots: [] } })).toBe('TSA-21');
    expect(await verdictOf({ authority, check: { roots: [other.root, authority.root] } })).toBe('passed');
    // The root that travels along is no root.
    const withRoot: Options = {
      tweakSignedData: (signed) => ({ ...signed, certificates: authority.certificates.map(({ der }) => der) }),
    };
    expect(await verdictOf({ authority, ...withRoot, check: { roots: [other.root] } })).toBe('TSA-21');
    expect(await verdictOf({ authority, ...withRoot })).toBe('passed');
  });

  it('is found whatever the order of the certificates, and fails when one is missing [+TSA-21 -TSA-21]', async () => {
    const authority = await authorityOf({ length: 4 });
    const reversed: Options = {
      tweakSignedData: (signed) => ({ ...signed, certificates: signed.certificates?.toReversed() }),
    };
    expect(await verdictOf({ authority, ...reversed })).toBe('passed');
    const cut: Options = {
      tweakSignedData: (signed) => ({ ...signed, certificates: signed.certificates?.slice(0, 2) }),
    };
    expect(await verdictOf({ authority, ...cut })).toBe('TSA-21');
  });

  it('is looked for in bounded time among certificates of one name and key [-TSA-21]', async () => {
    const key = testKeyPair('p256', 90);
    const twins = await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        mintCertificate({
          subject: 'CN=twin',
          key,
          issuer: { subject: 'CN=twin', key },
          serialNumber: `1${index.toString(16)}`,
          extensions: { basicConstraints: { isCa: true }, keyUsage: { usages: ['keyCertSign'] } },
        }),
      ),
    );
    const leafKey = testKeyPair('p256', 91);
    const leaf = await mintCertificate({
      subject: 'CN=leaf',
      key: leafKey,
      issuer: { subject: 'CN=twin', key },
      extensions: { ...leafExtensions, extendedKeyUsage: { isCritical: true, oids: ['1.3.6.1.5.5.7.3.8'] } },
    });
    const certificates = [leaf, ...twins] as const;
    const authority: TestChain = {
      key: leafKey,
      keys: [leafKey],
      certificates: [...certificates, leaf],
      root: leaf,
      pem: '',
      signingKey: toSigningKey(leafKey, [leaf]),
    };
    const other = await authorityOf();
    const cache = createCertificateCache();
    let compared = 0;
    const isSignedBy: CertificateCache['isSignedBy'] = (child, parent) => {
      compared += 1;
      return cache.isSignedBy(child, parent);
    };
    const check = { roots: [other.root], cache: { ...cache, isSignedBy } };
    expect(await verdictOf({ authority, check })).toBe('TSA-21');
    // Each certificate once or twice. There are more than 10 to the 12 paths through them.
    expect(compared).toBeGreaterThan(15);
    expect(compared).toBeLessThan(200);
  });

  const leafWith = (change: NonNullable<MintChainOptions['tweak']>): MintChainOptions => ({ tweak: change });

  it.each<[string, string, MintChainOptions]>([
    [
      'no purpose [-TSA-20]',
      'CERT-21',
      leafWith((options, index) => (index === 0 ? { ...options, extensions: leafExtensions } : options)),
    ],
    [
      'a purpose that is not critical [-TSA-20]',
      'CERT-21',
      leafWith((options, index) =>
        index === 0
          ? { ...options, extensions: { ...leafExtensions, extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.8'] } } }
          : options,
      ),
    ],
    [
      'a second purpose [-TSA-20]',
      'CERT-21',
      leafWith((options, index) =>
        index === 0
          ? {
              ...options,
              extensions: {
                ...leafExtensions,
                extendedKeyUsage: { isCritical: true, oids: ['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.3'] },
              },
            }
          : options,
      ),
    ],
    [
      'a SHA-1 signature below its root, which nobody counts as one [-TSA-24 -TSA-18]',
      'TSA-21',
      leafWith((options, index) => (index === 1 ? { ...options, hash: 'SHA-1' } : options)),
    ],
    [
      'a SHA-1 signature of its root [-TSA-24 -TSA-18]',
      'CERT-07',
      leafWith((options, index) => (index === 2 ? { ...options, hash: 'SHA-1' } : options)),
    ],
    [
      'an issuer that is no CA [-TSA-24]',
      'CERT-12',
      leafWith((options, index) =>
        index === 1 ? { ...options, extensions: { keyUsage: { usages: ['keyCertSign'] } } } : options,
      ),
    ],
  ])('refuses %s', async (_, rule, chain) => {
    expect(await verdictOf({ authority: await authorityOf(chain) })).toBe(rule);
  });

  it('refuses a key that may not sign [-ALG-07]', async () => {
    const plain = await authorityOf();
    const [, intermediate, root] = plain.certificates;
    const key = testKeyPair('rsa1024');
    const issuerKey = plain.keys[1] ?? key;
    const leaf = await mintCertificate({
      subject: 'CN=weak',
      key,
      issuer: { subject: 'C=US,ST=WA,O=Example,CN=Example Intermediate CA 7', key: issuerKey },
      extensions: { ...leafExtensions, extendedKeyUsage: { isCritical: true, oids: ['1.3.6.1.5.5.7.3.8'] } },
    });
    const certificates = [leaf, intermediate ?? leaf, root ?? leaf] as const;
    expect(await verdictOf({ authority: { ...plain, key, certificates } })).toBe('CERT-22');
  });

  it('has to be valid when the token was made, not now [+TSA-23 +TSA-24]', async () => {
    const validity = { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') };
    expect(await verdictOf({ authority: await authorityOf(validity) })).toBe('passed');
  });

  it('has to be valid now where a token is asked for [-TSA-11 -TSA-23]', async () => {
    const authority = await authorityOf({ notAfter: new Date('2025-01-01T00:00:00Z') });
    expect(await verdictOf({ authority, check: { validAt: at } })).toBe('CERT-10');
    const late: Options = { authority, statement: { genTime: '20250101000001Z' } };
    expect(await verdictOf(late)).toBe('CERT-10');
  });
});

describe('what the token is about', () => {
  it('must be the data that it is checked for [-TSA-25 -TSA-02]', async () => {
    expect(await verdictOf({ statement: { data: encodeUtf8('another signature') } })).toBe('TSA-25');
  });

  it('must be hashed with SHA-256, SHA-384 or SHA-512 [-TSA-25]', async () => {
    expect(await verdictOf({ statement: { imprintHash: 'sha1' } })).toBe('TSA-25');
  });

  it('is read only after the signature has been verified [+TSA-29 +OC-16 +OC-56]', async () => {
    const unreadable: Options = { tweakStatement: () => parseHex('0500') };
    expect(await verdictOf(unreadable)).toBe('TSA-25');
    expect(await verdictOf({ ...unreadable, tweakSignature: () => new Uint8Array(64) })).toBe('TSA-17');
  });

  it('is not even hashed when the signature does not verify [-TSA-29]', async () => {
    expect(await verdictOf({ statement: { data: new Uint8Array() }, tweakSignature: () => new Uint8Array(64) })).toBe(
      'TSA-17',
    );
  });
});

describe('when the signer says it signed', () => {
  const signedAt = (text: string): Options =>
    withAttributes((list) => [...list, { oid: signingTime, values: [encodeDer(0x17, encodeUtf8(text))] }]);

  it('lies within the validity of the authority’s chain [+TSA-22]', async () => {
    expect(await verdictOf(signedAt('240621071205Z'))).toBe('passed');
  });

  it.each([
    ['before it', '190220000000Z', 'TSA-22'],
    ['unreadable', 'yesterday', 'TSA-13'],
  ])('is refused when it is %s [-TSA-22]', async (_, text, rule) => {
    expect(await verdictOf(signedAt(text))).toBe(rule);
  });
});

describe('the signing chain', () => {
  async function chainOf(notBefore: string, notAfter: string, place: number): Promise<CertificateChain> {
    const tweak: MintChainOptions['tweak'] = (options, index) =>
      index === place ? { ...options, notBefore: new Date(notBefore), notAfter: new Date(notAfter) } : options;
    const { certificates } = await mintChain({ length: 3, tweak });
    const result = checkChain(certificates, { purpose: 'code-signing' });
    if (result.status === 'failed') throw new Error(result.reason);
    return result.chain;
  }
  const statement = { accuracy: { seconds: 1 } };

  it.each([0, 1, 2])('holds the whole range, both ends inclusive, in certificate %i [+TSA-27]', async (place) => {
    const signingChain = await chainOf('2024-06-21T07:12:04Z', '2024-06-21T07:12:06Z', place);
    expect(await verdictOf({ statement, check: { signingChain } })).toBe('passed');
  });

  it.each([
    ['begins too late', 0, '2024-06-21T07:12:05Z', '2099-01-01T00:00:00Z'],
    ['ends too early', 0, '2020-01-01T00:00:00Z', '2024-06-21T07:12:05Z'],
    ['begins too late in an intermediate', 1, '2024-06-21T07:12:05Z', '2099-01-01T00:00:00Z'],
    ['ends too early in the root', 2, '2020-01-01T00:00:00Z', '2024-06-21T07:12:05Z'],
  ])('that %s fails the time-stamp, which is shown all the same [-TSA-27]', async (_, place, notBefore, notAfter) => {
    const signingChain = await chainOf(notBefore, notAfter, place);
    expect(await judge({ statement, check: { signingChain } })).toMatchObject({
      status: 'failed',
      rule: 'TSA-27',
      timestamp: { genTime: new Date('2024-06-21T07:12:05Z') },
    });
  });
});

describe('revocation of the authority', () => {
  it('is asked about its chain, for time-stamping, now and without a signing time [+TSA-28 +OC-54]', async () => {
    const asked: RevocationRequest[] = [];
    const checkRevocation: RevocationChecker = (request) => {
      asked.push(request);
      return notRevoked(request);
    };
    const authority = await authorityOf();
    await judge({ authority, check: { checkRevocation } });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ purpose: 'timestamping', at });
    expect(asked[0]).not.toHaveProperty('authenticSigningTime');
    expect(asked[0]?.chain.map(({ fingerprint }) => fingerprint)).toEqual(
      authority.certificates.map(({ fingerprint }) => fingerprint),
    );
  });

  it('fails the time-stamp when it is revoked or unknown [-TSA-28 -OC-54]', async () => {
    const [certificate] = (await authorityOf()).certificates;
    const revoked: RevocationChecker = () =>
      Promise.resolve({ status: 'revoked', certificate, reason: 'keyCompromise', certificates: [] });
    const unknown: RevocationChecker = () =>
      Promise.resolve({ status: 'unknown', reason: 'no answer', certificates: [] });
    expect(await judge({ check: { checkRevocation: revoked } })).toMatchObject({
      status: 'failed',
      rule: 'TSA-28',
      timestamp: {},
    });
    expect(await judge({ check: { checkRevocation: unknown } })).toMatchObject({
      status: 'unknown',
      rule: 'TSA-28',
      timestamp: {},
    });
  });

  it('is not asked for a token that fails before [-OC-12]', async () => {
    const checkRevocation: RevocationChecker = () => Promise.reject(new Error('asked'));
    expect(await verdictOf({ tweakSignature: () => new Uint8Array(), check: { checkRevocation } })).toBe('TSA-17');
    await expect(judge({ check: { checkRevocation } })).rejects.toThrow('asked');
  });
});

describe('of several ways to a root', () => {
  const expired = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2021-01-01T00:00:00Z') };

  /** The same root twice, by name and key: once in time, once not. */
  async function rootsOf(authority: TestChain): Promise<{ readonly good: Certificate; readonly old: Certificate }> {
    const key = authority.keys.at(-1) ?? authority.key;
    const old = await mintCertificate({
      subject: 'C=US,ST=WA,O=Example,CN=Example Root CA 7',
      key,
      extensions: caExtensions,
      serialNumber: '77',
      ...expired,
    });
    expect(old.subject.der).toEqual(authority.root.subject.der);
    return { good: authority.root, old };
  }

  it('the first that keeps the rules counts, wherever it stands [+TSA-21 +TSA-24]', async () => {
    const authority = await authorityOf();
    const { good, old } = await rootsOf(authority);
    for (const roots of [
      [good, old],
      [old, good],
    ]) {
      const result = await judge({ authority, check: { roots } });
      expect(result.status === 'passed' && result.timestamp.chain.at(-1)?.fingerprint).toBe(good.fingerprint);
    }
  });

  it('none may keep them: then the first says what is wrong, and where [-TSA-24]', async () => {
    const authority = await authorityOf();
    const { old } = await rootsOf(authority);
    const result = await judge({ authority, check: { roots: [old] } });
    expect(result).toMatchObject({ status: 'failed', rule: 'CERT-10' });
    expect(reasonOf(result)).toMatch(/^certificate 3 of the time-stamp authority: a certificate is valid from 2020/);
  });

  it('none may be there: that is told without a place, and what is missing [-TSA-21]', async () => {
    const authority = await authorityOf();
    const other = await authorityOf({ keyIndex: 9 });
    expect(reasonOf(await judge({ authority, check: { roots: [] } }))).toBe(
      'there is no trusted root certificate for time-stamps',
    );
    expect(reasonOf(await judge({ authority, check: { roots: [other.root] } }))).toMatch(
      /^no path leads from \S.* to a trusted root certificate for time-stamps$/,
    );
  });

  it('none is longer than a chain may be', async () => {
    const longest = await authorityOf({ length: maxChainLength });
    expect(await verdictOf({ authority: longest })).toBe('passed');
    const longer = await authorityOf({ length: maxChainLength + 1 });
    expect(await verdictOf({ authority: longer })).toBe('TSA-21');
  });
});

function reasonOf(result: TimestampResult): string {
  return result.status === 'passed' ? '' : result.reason;
}

describe('words and forms of a signer', () => {
  it('without signed attributes is told so [-TSA-16]', async () => {
    const result = await judge(withAttributes(() => []));
    expect(result).toMatchObject({ rule: 'TSA-16', reason: 'the signer signed no attributes' });
  });

  it('named by a key identifier is not supported, whatever version it states [-TSA-15]', async () => {
    for (const version of [1, 3]) {
      const tweakSigner: Options['tweakSigner'] = (signer) => ({
        ...signer,
        version,
        id: encodeDer(0x80, Uint8Array.of(1, 2, 3)),
      });
      const result = await judge({ tweakSigner });
      expect(result).toMatchObject({
        rule: 'TSA-15',
        reason: `the SignerInfo has version ${version}, expected 1 with issuer and serial number`,
      });
    }
  });

  it('may use one of several hashes that the token announces, in any place [+TSA-18]', async () => {
    const [mine, other] = [encodeHashAlgorithm('sha256'), encodeHashAlgorithm('sha512')];
    for (const digestAlgorithms of [
      [mine, other],
      [other, mine],
    ]) {
      const tweakSignedData: Options['tweakSignedData'] = (signed) => ({ ...signed, digestAlgorithms });
      expect(await verdictOf({ tweakSignedData })).toBe('passed');
    }
    expect(await verdictOf({ tweakSignedData: (signed) => ({ ...signed, digestAlgorithms: [other] }) })).toBe('TSA-18');
  });

  it('is told by what it cannot be [-TSA-18]', async () => {
    const named = async (oid: string): Promise<string> =>
      reasonOf(
        await judge({
          tweakSigner: (signer) => ({ ...signer, signatureAlgorithm: encodeDer(0x30, encodeDerOid(oid)) }),
        }),
      );
    expect(await named('1.2.840.10045.4.1')).toMatch(/^the token is signed with SHA-1, expected RSA or ECDSA/);
    expect(await named('1.2.3.4')).toMatch(/^the token is signed with algorithm 1\.2\.3\.4, expected RSA or ECDSA/);
  });
});

describe('the name that the signer gives its certificate', () => {
  const id = (...members: readonly Uint8Array[]): Uint8Array => encodeDer(0x30, ...members);
  const digestOf = (der: Uint8Array): Uint8Array => encodeDer(0x04, hashBytes('sha256', der));

  it('is asked for by its version [-TSA-19]', async () => {
    expect(reasonOf(await judge(without(signingCertificateV2)))).toBe(
      'the signed attributes lack signingCertificateV2',
    );
    const first = withAttributes((list) => [
      ...list.filter(({ oid }) => oid !== signingCertificateV2),
      { oid: signingCertificate, values: [encodeDer(0x30)] },
    ]);
    expect(reasonOf(await judge(first))).toMatch(/^the signer is named by signingCertificate, whose hash is SHA-1/);
  });

  it('has one value, as every attribute [-TSA-16]', async () => {
    expect(reasonOf(await judge(withValues(messageDigest)))).toMatch(/has 0 values, expected one$/);
    const twice = withValues(messageDigest, encodeDer(0x04), encodeDer(0x04));
    expect(reasonOf(await judge(twice))).toMatch(/has 2 values, expected one$/);
  });

  it.each<[string, number, string]>([
    ['alone', 1, 'passed'],
    ['before others', 2, 'passed'],
    ['before as many as are read', maxTokenCertificates, 'passed'],
    ['before one more', maxTokenCertificates + 1, 'TSA-19'],
  ])('stands %s (%i in all) [+TSA-19 -TSA-19]', async (_, count, expected) => {
    const authority = await authorityOf();
    const [{ der }] = authority.certificates;
    const ids = Array.from({ length: count }, (__, index) => id(digestOf(index === 0 ? der : Uint8Array.of(index))));
    expect(await verdictOf({ authority, ...withValues(signingCertificateV2, id(id(...ids))) })).toBe(expected);
  });

  it('is not followed by something else [-TSA-19]', async () => {
    const authority = await authorityOf();
    const [{ der }] = authority.certificates;
    const value = id(id(id(digestOf(der)), id(encodeDer(0x05))));
    expect(await verdictOf({ authority, ...withValues(signingCertificateV2, value) })).toBe('TSA-13');
  });
});

describe('the signal of a caller', () => {
  it('reaches the check of revocation, and none is made up', async () => {
    const asked: RevocationRequest[] = [];
    const checkRevocation: RevocationChecker = (request) => {
      asked.push(request);
      return notRevoked(request);
    };
    const { signal } = new AbortController();
    await judge({ check: { checkRevocation, signal } });
    await judge({ check: { checkRevocation } });
    expect(asked[0]?.signal).toBe(signal);
    expect(asked[1]).not.toHaveProperty('signal');
  });
});
