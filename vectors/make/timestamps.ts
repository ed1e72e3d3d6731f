// Time-stamp tokens and responses: by `openssl ts`, and by the authority of the tests, whose tokens can have any defect.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, encodeDer, encodeDerOid, encodeUtf8 } from '@nv2/base';
import {
  encodeHashAlgorithm,
  encodeSigningCertificate,
  encodeTestToken,
  leafExtensions,
  mintChain,
  type MintChainOptions,
  type TestAttribute,
  testAttributeOids,
  type TestChain,
  type TestTokenOptions,
  toPem,
} from '@nv2/testing';
import { type Recorder, slug } from './recorder.ts';

const data = encodeUtf8('the signature bytes\n');
const { contentType, messageDigest, signingTime, signingCertificate, signingCertificateV2 } = testAttributeOids;

export async function recordTimestamps(recorder: Recorder): Promise<void> {
  const about = recorder.file('data.bin', data);
  const authority = await mintChain({ purpose: 'timestamping', length: 3, keyIndex: 500 });
  const root = recorder.certificates('roots/tests.pem', [authority.root.der]);
  const other = await mintChain({ purpose: 'timestamping', length: 2, keyIndex: 501 });
  const otherRoot = recorder.certificates('roots/other.pem', [other.root.der]);

  const vector = (
    name: string,
    rules: string,
    token: Uint8Array,
    expect: string,
    roots = [root],
    source = 'the authority of the tests',
  ): void => {
    const file = recorder.file(`tokens/${slug(name)}.der`, token);
    recorder.vector(name, rules, source, { kind: 'timestamp-token', file, roots, data: about }, expect);
  };
  const token = (options: Partial<TestTokenOptions> = {}): Uint8Array =>
    encodeTestToken({ authority, ...options, statement: { data, ...options.statement } });

  recordGood(vector, token);
  for (const [name, rules, options, expect] of defects(authority)) vector(name, rules, token(options), expect);
  vector('another root', '-TSA-21', token(), 'failed TSA-21', [otherRoot]);
  vector('no root at all', '-TSA-21', token({ statement: { serialNumber: Uint8Array.of(2) } }), 'failed TSA-21', []);
  for (const [name, rules, chain, expect] of badChains()) {
    const bad = await mintChain({ purpose: 'timestamping', length: 3, keyIndex: 502, ...chain });
    const badRoot = recorder.certificates(`roots/${slug(name)}.pem`, [bad.root.der]);
    vector(name, rules, encodeTestToken({ authority: bad, statement: { data } }), expect, [badRoot]);
  }
  await recordOpenssl(recorder, about);
}

type Vector = (name: string, rules: string, token: Uint8Array, expect: string) => void;
type Token = (options?: Partial<TestTokenOptions>) => Uint8Array;

function recordGood(vector: Vector, token: Token): void {
  vector('a plain token', '+TSA-13 +TSA-14 +TSA-15 +TSA-16 +TSA-17', token(), 'passed');
  vector(
    'an accuracy and a fraction',
    '+TSA-26',
    token({ statement: { accuracy: { seconds: 1, millis: 5 }, genTime: '20240621071205.884Z' } }),
    'passed',
  );
  vector('an imprint of SHA-512', '+TSA-25', token({ statement: { imprintHash: 'sha512' } }), 'passed');
  const plain = token({ statement: { serialNumber: Uint8Array.of(3) } });
  const long = concatBytes([
    Uint8Array.of(0x30, 0x84, 0, 0, (plain.length - 4) >> 8, plain.length - 4),
    plain.subarray(4),
  ]);
  vector('a length in four octets', '+TSA-13', long, 'passed');
  const endless = concatBytes([Uint8Array.of(0x30, 0x80), plain.subarray(4), new Uint8Array(2)]);
  vector('an indefinite length', '-TSA-13', endless, 'failed TSA-13');
  vector('a token cut short', '-TSA-13', plain.subarray(0, -1), 'failed TSA-13');
}

type Defect = readonly [name: string, rules: string, options: Partial<TestTokenOptions>, expect: string];

const withAttributes = (
  change: (list: readonly TestAttribute[]) => readonly TestAttribute[],
): Partial<TestTokenOptions> => ({
  tweakSigner: (signer) => ({ ...signer, attributes: change(signer.attributes) }),
});
const without = (oid: string): Partial<TestTokenOptions> =>
  withAttributes((list) => list.filter((attribute) => attribute.oid !== oid));
const withValue = (oid: string, ...values: readonly Uint8Array[]): Partial<TestTokenOptions> =>
  withAttributes((list) => [...list.filter((attribute) => attribute.oid !== oid), { oid, values }]);

function defects({ certificates: [leaf] }: TestChain): readonly Defect[] {
  const octets = encodeDer(0x04, new Uint8Array(32));
  const first = {
    oid: signingCertificate,
    values: [encodeDer(0x30, encodeDer(0x30, encodeDer(0x30, encodeDer(0x04, new Uint8Array(20)))))],
  };
  return [
    [
      'SignedData of version 1',
      '-TSA-13',
      { tweakSignedData: (signed) => ({ ...signed, version: 1 }) },
      'failed TSA-13',
    ],
    [
      'content of another type',
      '-TSA-14',
      { tweakSignedData: (signed) => ({ ...signed, contentType: '1.2.840.113549.1.7.1' }) },
      'failed TSA-14',
    ],
    ['no signer', '-TSA-15', { tweakSignedData: (signed) => ({ ...signed, signers: [] }) }, 'failed TSA-15'],
    [
      'two signers',
      '-TSA-15',
      { tweakSignedData: (signed) => ({ ...signed, signers: [...signed.signers, ...signed.signers] }) },
      'failed TSA-15',
    ],
    ['a SignerInfo of version 2', '-TSA-15', { tweakSigner: (signer) => ({ ...signer, version: 2 }) }, 'failed TSA-15'],
    [
      'no certificates',
      '-TSA-10',
      { tweakSignedData: (signed) => ({ ...signed, certificates: undefined }) },
      'failed TSA-10',
    ],
    ['no signed attributes', '-TSA-16', withAttributes(() => []), 'failed TSA-16'],
    ['no content type attribute', '-TSA-16', without(contentType), 'failed TSA-16'],
    ['no message digest', '-TSA-16', without(messageDigest), 'failed TSA-16'],
    ['another message digest', '-TSA-16', withValue(messageDigest, octets), 'failed TSA-16'],
    ['an attribute twice', '-TSA-16', withAttributes((list) => [...list, ...list.slice(0, 1)]), 'failed TSA-16'],
    ['an attribute of two values', '-TSA-16', withValue(messageDigest, octets, octets), 'failed TSA-16'],
    [
      'a flipped bit in the signature',
      '-TSA-17',
      { tweakSignature: (signature) => signature.map((octet, at) => (at === 20 ? octet ^ 1 : octet)) },
      'failed TSA-17',
    ],
    [
      'SHA-1 as the hash of the signer',
      '-TSA-18',
      { tweakSigner: (signer) => ({ ...signer, digestAlgorithm: encodeHashAlgorithm('sha1') }) },
      'failed TSA-18',
    ],
    [
      'ECDSA with SHA-1',
      '-TSA-18',
      {
        tweakSigner: (signer) => ({
          ...signer,
          signatureAlgorithm: encodeDer(0x30, encodeDerOid('1.2.840.10045.4.1')),
        }),
      },
      'failed TSA-18',
    ],
    ['no signing certificate attribute', '-TSA-19', without(signingCertificateV2), 'failed TSA-19'],
    [
      'signing certificate of version 1 alone',
      '-TSA-19',
      withAttributes((list) => [...list.filter(({ oid }) => oid !== signingCertificateV2), first]),
      'failed TSA-19',
    ],
    [
      'the hash of another certificate',
      '-TSA-19',
      withValue(signingCertificateV2, encodeSigningCertificate(data)),
      'failed TSA-19',
    ],
    [
      'the certificate by SHA-512',
      '+TSA-19',
      withValue(signingCertificateV2, encodeSigningCertificate(leaf.der, { hash: 'sha512' })),
      'passed',
    ],
    [
      'a signing time outside the chain',
      '-TSA-22',
      withAttributes((list) => [...list, { oid: signingTime, values: [encodeDer(0x17, encodeUtf8('190220000000Z'))] }]),
      'failed TSA-22',
    ],
    ['other data', '-TSA-25', { statement: { data: encodeUtf8('other') } }, 'failed TSA-25'],
    ['an imprint of SHA-1', '-TSA-25', { statement: { imprintHash: 'sha1' } }, 'failed TSA-25'],
    ['TSTInfo of version 2', '-TSA-25', { statement: { version: 2 } }, 'failed TSA-25'],
    ['a thousand milliseconds', '-TSA-26', { statement: { accuracy: { millis: 1000 } } }, 'failed TSA-26'],
  ];
}

function badChains(): readonly (readonly [name: string, rules: string, chain: MintChainOptions, expect: string])[] {
  const leaf = (
    extensions: NonNullable<ReturnType<NonNullable<MintChainOptions['tweak']>>['extensions']>,
  ): MintChainOptions => ({
    tweak: (options, index) => (index === 0 ? { ...options, extensions } : options),
  });
  const stamping = '1.3.6.1.5.5.7.3.8';
  return [
    ['no purpose', '-TSA-20 -CERT-21', leaf(leafExtensions), 'failed CERT-21'],
    [
      'a purpose that is not critical',
      '-TSA-20 -CERT-21',
      leaf({ ...leafExtensions, extendedKeyUsage: { oids: [stamping] } }),
      'failed CERT-21',
    ],
    [
      'a second purpose',
      '-TSA-20 -CERT-21',
      leaf({ ...leafExtensions, extendedKeyUsage: { isCritical: true, oids: [stamping, '1.3.6.1.5.5.7.3.3'] } }),
      'failed CERT-21',
    ],
    [
      'a chain that has expired since',
      '+TSA-23',
      { notBefore: new Date('2024-01-01T00:00:00Z'), notAfter: new Date('2025-01-01T00:00:00Z') },
      'passed',
    ],
    [
      'a chain that had expired',
      '-TSA-23',
      { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2024-01-01T00:00:00Z') },
      'failed CERT-10',
    ],
  ];
}

/** What Debian's `openssl ts` writes: with RSA and with P-256, and a refusal. */
async function recordOpenssl(recorder: Recorder, about: string): Promise<void> {
  for (const [keyType, keyIndex] of [
    ['rsa2048', 503],
    ['p256', 504],
  ] as const) {
    const chain = await mintChain({ purpose: 'timestamping', length: 2, keyType, keyIndex });
    const root = recorder.certificates(`roots/openssl-${keyType}.pem`, [chain.root.der]);
    const { token, granted, refused } = runOpenssl(chain);
    const file = recorder.file(`tokens/openssl-${keyType}.der`, token);
    const source = 'openssl 3.0';
    recorder.vector(
      `openssl ts with ${keyType}`,
      '+TSA-18',
      source,
      { kind: 'timestamp-token', file, roots: [root], data: about },
      'passed',
    );
    if (keyType !== 'rsa2048') continue;
    const response = recorder.file('responses/refused.der', refused);
    recorder.vector(
      'a refusal of openssl ts',
      '-TSA-08',
      source,
      { kind: 'timestamp-response', file: response },
      'refused rejection badAlg',
    );
    const cut = recorder.file('responses/cut.der', granted.subarray(0, -1));
    recorder.vector(
      'a response cut short',
      '-TSA-08',
      source,
      { kind: 'timestamp-response', file: cut },
      'error PKI_BER_INVALID',
    );
  }
}

function runOpenssl(chain: TestChain): {
  readonly token: Uint8Array;
  readonly granted: Uint8Array;
  readonly refused: Uint8Array;
} {
  const cwd = mkdtempSync(join(tmpdir(), 'nv2-vectors-'));
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', ['ts', ...args], { cwd, stdio: 'pipe' });
  };
  try {
    writeFileSync(join(cwd, 'data.bin'), data);
    writeFileSync(join(cwd, 'tsa.key'), chain.key.pkcs8Pem);
    writeFileSync(join(cwd, 'tsa.crt'), toPem('CERTIFICATE', chain.certificates[0].der));
    writeFileSync(join(cwd, 'serial'), '01\n');
    writeFileSync(
      join(cwd, 'tsa.cnf'),
      '[tsa]\ndefault_tsa = c\n[c]\nserial = serial\nsigner_cert = tsa.crt\nsigner_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\ness_cert_id_alg = sha256\n',
    );
    openssl('-query', '-data', 'data.bin', '-sha256', '-cert', '-out', 'good.tsq');
    openssl('-reply', '-config', 'tsa.cnf', '-queryfile', 'good.tsq', '-out', 'good.tsr');
    openssl('-reply', '-config', 'tsa.cnf', '-queryfile', 'good.tsq', '-token_out', '-out', 'good.token');
    openssl('-query', '-data', 'data.bin', '-sha512', '-cert', '-out', 'bad.tsq');
    openssl('-reply', '-config', 'tsa.cnf', '-queryfile', 'bad.tsq', '-out', 'bad.tsr');
    const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(cwd, name)));
    return { token: read('good.token'), granted: read('good.tsr'), refused: read('bad.tsr') };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
