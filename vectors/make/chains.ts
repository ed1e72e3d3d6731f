// Chains that are valid, and chains that break one rule.

import {
  caExtensions,
  leafExtensions,
  type MintOptions,
  mintCertificateDer,
  type TestExtensions,
} from '../../packages/testing/src/pki-mint.ts';
import type { TestKeyType } from '../../packages/testing/src/pki-keys.ts';
import { freshChain, type FreshChainOptions, freshKey } from './fresh-chain.ts';
import { type Recorder, slug } from './recorder.ts';

type Row = readonly [name: string, rules: string, chain: FreshChainOptions, expect: string];

const timestamping = '1.3.6.1.5.5.7.3.8';
const at = (place: number, change: Partial<MintOptions>, length = 3): FreshChainOptions => ({
  length,
  tweak: (options, index) => (index === place ? { ...options, ...change } : options),
});
const leafOf = (extensions: TestExtensions): FreshChainOptions =>
  at(0, { extensions: { ...leafExtensions, ...extensions } }, 2);
const rootOf = (extensions: TestExtensions): FreshChainOptions => at(1, { extensions }, 2);
const usage = (usages: NonNullable<TestExtensions['keyUsage']>['usages'], isCritical = true): FreshChainOptions =>
  leafOf({ keyUsage: { usages, isCritical } });
const purposes = (oids: readonly string[], isCritical = false): FreshChainOptions =>
  leafOf({ extendedKeyUsage: { oids, isCritical } });
const { basicConstraints: constraints, keyUsage } = caExtensions;
const pathLengths = (...lengths: readonly (number | undefined)[]): FreshChainOptions => ({
  length: lengths.length + 1,
  tweak: (options, index) => {
    const pathLength = lengths[index - 1];
    return index === 0 || pathLength === undefined
      ? options
      : { ...options, extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength } } };
  },
});
const unknownCritical = { other: [{ oid: '1.2.3.4', isCritical: true, value: Uint8Array.of(0) }] };

const shapes: readonly Row[] = [
  ...[1, 2, 3, 4, 16].map((length): Row => [`${length} certificates`, '+CERT-01 +CERT-02', { length }, 'passed']),
  ['seventeen certificates', '-CERT-01', { length: 17 }, 'failed CERT-01'],
  [
    'one name throughout and different keys',
    '+CERT-03 +OC-69',
    {
      length: 3,
      tweak: (options) => ({
        ...options,
        subject: 'C=US,O=one,CN=name',
        ...(options.issuer && { issuer: { ...options.issuer, subject: 'C=US,O=one,CN=name' } }),
      }),
    },
    'passed',
  ],
  [
    'an issuer name in another case',
    '-CERT-02',
    {
      length: 2,
      tweak: (options, index) =>
        index === 0 && options.issuer
          ? { ...options, issuer: { ...options.issuer, subject: 'C=US,ST=WA,O=NV2 vectors,CN=Root CA' } }
          : options,
    },
    'failed CERT-02',
  ],
  [
    'a leaf signed by another key of its issuer name',
    '-CERT-02',
    {
      length: 2,
      tweak: (options, index) =>
        index === 0 && options.issuer ? { ...options, issuer: { ...options.issuer, key: freshKey('p256') } } : options,
    },
    'failed CERT-02',
  ],
  [
    'a root that only names itself as issuer',
    '-CERT-03',
    {
      length: 2,
      tweak: (options, index) =>
        index === 1 ? { ...options, issuer: { subject: options.subject ?? '', key: freshKey('p256') } } : options,
    },
    'failed CERT-03',
  ],
  [
    'a critical extension that nobody knows',
    '+CERT-08',
    at(0, { extensions: { ...leafExtensions, ...unknownCritical } }),
    'passed',
  ],
];

const authorities: readonly Row[] = [
  ['no basicConstraints', '-CERT-12 -CERT-06', rootOf({ ...(keyUsage && { keyUsage }) }), 'failed CERT-12'],
  ['cA false', '-CERT-12', rootOf({ ...caExtensions, basicConstraints: { isCa: false } }), 'failed CERT-12'],
  [
    'basicConstraints that are not critical',
    '-CERT-12 -OC-10',
    rootOf({ ...caExtensions, basicConstraints: { isCa: true, isCritical: false } }),
    'failed CERT-12',
  ],
  ['path length 0 over a leaf', '+CERT-13', pathLengths(0), 'passed'],
  ['path length 0 over an intermediate', '-CERT-13', pathLengths(undefined, 0), 'failed CERT-13'],
  ['path length 1 over an intermediate', '+CERT-13', pathLengths(undefined, 1), 'passed'],
  ['path length 1 over two intermediates', '-CERT-13', pathLengths(undefined, undefined, 1), 'failed CERT-13'],
  ['no keyUsage', '-CERT-14', rootOf({ ...(constraints && { basicConstraints: constraints }) }), 'failed CERT-14'],
  ['no keyCertSign', '-CERT-14', rootOf({ ...caExtensions, keyUsage: { usages: ['cRLSign'] } }), 'failed CERT-14'],
  [
    'a keyUsage that is not critical',
    '-CERT-14',
    rootOf({ ...caExtensions, keyUsage: { usages: ['keyCertSign'], isCritical: false } }),
    'failed CERT-14',
  ],
  [
    'a purpose, which counts for time-stamps only',
    '+CERT-15',
    rootOf({ ...caExtensions, extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.1'] } }),
    'passed',
  ],
];

const leaves: readonly Row[] = [
  ['cA false', '+CERT-16', leafOf({ basicConstraints: { isCa: false } }), 'passed'],
  ['cA true', '-CERT-16', leafOf({ basicConstraints: { isCa: true } }), 'failed CERT-16'],
  ['no keyUsage', '-CERT-17', at(0, { extensions: {} }, 2), 'failed CERT-17'],
  ['a keyUsage that is not critical', '-CERT-17', usage(['digitalSignature'], false), 'failed CERT-17'],
  ['contentCommitment beside digitalSignature', '+CERT-18', usage(['digitalSignature', 'contentCommitment']), 'passed'],
  ['contentCommitment alone', '-CERT-18', usage(['contentCommitment']), 'failed CERT-18'],
  ...(
    [
      'keyEncipherment',
      'dataEncipherment',
      'keyAgreement',
      'keyCertSign',
      'cRLSign',
      'encipherOnly',
      'decipherOnly',
    ] as const
  ).map(
    (name): Row => [`${name} beside digitalSignature`, '-CERT-18', usage(['digitalSignature', name]), 'failed CERT-18'],
  ),
  ['the purpose codeSigning', '+CERT-19', purposes(['1.3.6.1.5.5.7.3.3']), 'passed'],
  ['an unknown purpose', '+CERT-20', purposes(['1.3.6.1.4.1.311.61.1.1']), 'passed'],
  ...Object.entries({
    anyExtendedKeyUsage: '2.5.29.37.0',
    serverAuth: '1.3.6.1.5.5.7.3.1',
    clientAuth: '1.3.6.1.5.5.7.3.2',
    emailProtection: '1.3.6.1.5.5.7.3.4',
    timeStamping: timestamping,
    OCSPSigning: '1.3.6.1.5.5.7.3.9',
  }).map(
    ([name, oid]): Row => [
      `the purposes codeSigning and ${name}`,
      `-CERT-19${name === 'anyExtendedKeyUsage' ? ' -OC-10' : ''}`,
      purposes(['1.3.6.1.5.5.7.3.3', oid]),
      'failed CERT-19',
    ],
  ),
  ...(['rsa2048', 'p384', 'p521'] as const).map(
    (type): Row => [`a ${type} key`, '+CERT-22 +ALG-03', { type, length: 2 }, 'passed'],
  ),
  ...(['rsa1024', 'rsa2047', 'p224', 'secp256k1', 'ed25519'] as const satisfies readonly TestKeyType[]).map(
    (type): Row => [`a ${type} key`, '-CERT-22 -ALG-03', { type, length: 2 }, 'failed CERT-22'],
  ),
];

const stamps: readonly Row[] = [
  ['the purpose timeStamping alone, critical', '+CERT-21', purposes([timestamping], true), 'passed'],
  ['the purpose timeStamping, not critical', '-CERT-21', purposes([timestamping]), 'failed CERT-21'],
  ['no purpose', '-CERT-21', leafOf({}), 'failed CERT-21'],
  ['a second purpose', '-CERT-21', purposes([timestamping, '1.2.3.4'], true), 'failed CERT-21'],
  [
    'a critical extension that nobody knows',
    '-CERT-08',
    leafOf({ extendedKeyUsage: { oids: [timestamping], isCritical: true }, ...unknownCritical }),
    'failed CERT-08',
  ],
];

export async function recordChains(recorder: Recorder): Promise<void> {
  await recordRows(recorder, 'a chain of', shapes);
  await recordRows(recorder, 'a CA with', authorities);
  await recordRows(recorder, 'a leaf with', leaves);
  await recordRows(recorder, 'a time-stamping leaf with', stamps, 'timestamping');
  await recordHashes(recorder);
  await recordTimes(recorder);
  await recordFiles(recorder);
}

async function recordRows(
  recorder: Recorder,
  kind: string,
  rows: readonly Row[],
  purpose?: 'timestamping',
): Promise<void> {
  for (const [name, rules, options, expect] of rows) {
    const { certificates } = await freshChain(options);
    const file = recorder.certificates(`chains/${slug(`${kind} ${name}`)}.pem`, certificates);
    recorder.vector(
      `${kind} ${name}`,
      rules,
      'nv2',
      { kind: 'chain', certificates: [file], ...(purpose && { purpose }) },
      expect,
    );
  }
}

async function recordHashes(recorder: Recorder): Promise<void> {
  const keys = [freshKey('p256'), freshKey('rsa2048'), freshKey('rsa2048')];
  for (const [index, place] of ['leaf', 'intermediate', 'root'].entries()) {
    for (const isPss of [false, true]) {
      const weak = (options: MintOptions, certificate: number): MintOptions => ({
        ...options,
        isPss,
        ...(certificate === index ? { hash: 'SHA-1' as const } : {}),
      });
      const { certificates } = await freshChain({ keys, length: 3, tweak: weak });
      const name = `a chain with a SHA-1 signature${isPss ? ' by PSS' : ''} on its ${place}`;
      const file = recorder.certificates(`chains/${slug(name)}.pem`, certificates);
      recorder.vector(name, '-CERT-07 -OC-63', 'nv2', { kind: 'chain', certificates: [file] }, 'failed CERT-07');
    }
  }
  const { certificates } = await freshChain({ keys, length: 3, tweak: (options) => ({ ...options, hash: 'SHA-512' }) });
  const file = recorder.certificates('chains/sha-512.pem', certificates);
  recorder.vector(
    'a chain with SHA-512 signatures',
    '+CERT-07',
    'nv2',
    { kind: 'chain', certificates: [file] },
    'passed',
  );
}

async function recordTimes(recorder: Recorder): Promise<void> {
  const notBefore = new Date('2024-01-01T00:00:00Z');
  const notAfter = new Date('2024-12-31T23:59:59Z');
  const { certificates } = await freshChain(at(1, { notBefore, notAfter }));
  const file = recorder.certificates('chains/short-lived-intermediate.pem', certificates);
  const row = (name: string, rules: string, instant: string | undefined, expect: string): void =>
    recorder.vector(
      name,
      rules,
      'nv2',
      { kind: 'chain', certificates: [file], ...(instant && { at: instant }) },
      expect,
    );
  row('a CA that is valid for 2024, with no instant given', '+CERT-11', undefined, 'passed');
  row('a CA that is valid for 2024, at its first second', '+CERT-10', '2024-01-01T00:00:00Z', 'passed');
  row('a CA that is valid for 2024, at its last second', '+CERT-10', '2024-12-31T23:59:59Z', 'passed');
  row('a CA that is valid for 2024, one second early', '-CERT-10', '2023-12-31T23:59:59Z', 'failed CERT-10');
  row('a CA that is valid for 2024, one second late', '-CERT-10 -CERT-09', '2025-01-01T00:00:00Z', 'failed CERT-10');
}

async function recordFiles(recorder: Recorder): Promise<void> {
  const der = await mintCertificateDer({ key: freshKey('p256') });
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
  const rows: readonly (readonly [string, string, Uint8Array | string, string])[] = [
    ['one certificate in DER', '+CERT-23', der, 'certificates 1'],
    ['two certificates in DER', '+CERT-23', Buffer.concat([der, der]), 'certificates 2'],
    ['text around a PEM block', '+CERT-23', `subject: me\n${pem}the end\n`, 'certificates 1'],
    ['PEM with carriage returns', '+CERT-23', pem.replaceAll('\n', '\r\n'), 'certificates 1'],
    ['nothing', '-CERT-23', '', 'error PKI_CERTIFICATE_INVALID'],
    ['text alone', '-CERT-23', 'no certificate here\n', 'error PKI_CERTIFICATE_INVALID'],
    ['DER with a byte after it', '-CERT-23', Buffer.concat([der, Uint8Array.of(0)]), 'error PKI_CERTIFICATE_INVALID'],
    ['DER without its last byte', '-CERT-23', der.subarray(0, -1), 'error PKI_CERTIFICATE_INVALID'],
    ['a PEM block without end', '-CERT-23', pem.replace(/-----END.*/, ''), 'error PKI_CERTIFICATE_INVALID'],
    [
      'a PEM block that holds something else',
      '-CERT-23',
      `${pem}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`,
      'error PKI_CERTIFICATE_INVALID',
    ],
    [
      'a PEM block with other base64',
      '-CERT-23',
      pem.replace(/\n[A-Za-z0-9+/]{4}/, '\n!!!!'),
      'error PKI_CERTIFICATE_INVALID',
    ],
  ];
  for (const [name, rules, content, expect] of rows) {
    const file = recorder.file(`certificate-files/${slug(name)}`, content);
    recorder.vector(`a certificate file of ${name}`, rules, 'nv2', { kind: 'certificate-file', file }, expect);
  }
}
