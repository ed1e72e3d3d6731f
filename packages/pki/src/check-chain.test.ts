// Every rule of chains, each with a twin that differs in one thing.

import { encodeHex, parseHex } from '@nv2/base';
import {
  caExtensions,
  leafExtensions,
  type MintChainOptions,
  mintCertificate,
  mintChain,
  type MintOptions,
  type TestExtensions,
  testKeyPair,
  type TestKeyPair,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import type { Certificate } from './certificate.ts';
import { type CertificateCache, createCertificateCache } from './certificate-cache.ts';
import { type ChainResult, type CheckChainOptions, checkChain } from './check-chain.ts';
import { parseCertificate } from './parse-certificate.ts';

type Purpose = CheckChainOptions['purpose'];
const caKey = testKeyPair('p256', 901);
const caName = 'C=US,O=Example,CN=CA';
const ca = { subject: caName, key: caKey };

const leafOf = (extensions: TestExtensions): MintChainOptions => ({
  tweak: (options, index) => (index === 0 ? { ...options, extensions } : options),
});
const rootOf = (extensions: TestExtensions, length = 2): MintChainOptions => ({
  length,
  tweak: (options, index) => (index === length - 1 ? { ...options, extensions } : options),
});
const pathLengths = (...lengths: readonly (number | undefined)[]): MintChainOptions => ({
  length: lengths.length + 1,
  tweak: (options, index) => {
    const pathLength = lengths[index - 1];
    if (index === 0 || pathLength === undefined) return options;
    return { ...options, extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength } } };
  },
});
const purposes = (oids: readonly string[], isCritical = false): TestExtensions => ({
  ...leafExtensions,
  extendedKeyUsage: { oids, isCritical },
});
const usage = (usages: NonNullable<TestExtensions['keyUsage']>['usages'], isCritical = true): TestExtensions => ({
  ...leafExtensions,
  keyUsage: { usages, isCritical },
});
const { keyUsage: caUsage, basicConstraints: caConstraints } = caExtensions;
const timestamping = '1.3.6.1.5.5.7.3.8';
const unknownCritical = { other: [{ oid: '1.2.3.4', isCritical: true, value: new Uint8Array(1) }] };

function outcome(result: ChainResult): string {
  return result.status === 'passed' ? 'passed' : `${result.rule} at ${result.certificate}`;
}

async function check(options: MintChainOptions, rest: Partial<CheckChainOptions> = {}): Promise<string> {
  const purpose = options.purpose ?? 'code-signing';
  const { certificates } = await mintChain({ ...options, purpose });
  return outcome(checkChain(certificates, { purpose, ...rest }));
}

describe('the shape of a chain', () => {
  it.each([1, 2, 3, 4, 16])(
    'may have %i certificates, leaf first and a self-signed root last [+CERT-01 +CERT-02 +CERT-05 +CERT-06]',
    async (length) => {
      expect(await check({ length })).toBe('passed');
      expect(await check({ length, purpose: 'timestamping' })).toBe('passed');
    },
  );

  it('gives the chain that it checked, in its order [+CERT-01]', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const result = checkChain(certificates, { purpose: 'code-signing' });
    expect(result.status === 'passed' && result.chain).toEqual(certificates);
  });

  it('cannot be empty or longer than sixteen [-CERT-01]', async () => {
    expect(outcome(checkChain([], { purpose: 'code-signing' }))).toBe('CERT-01 at 0');
    expect(await check({ length: 17 })).toBe('CERT-01 at 16');
  });

  it('holds no certificate twice, the root included [-CERT-01 -CERT-05]', async () => {
    const { certificates, root } = await mintChain({ length: 3 });
    expect(outcome(checkChain([...certificates, root], { purpose: 'code-signing' }))).toBe('CERT-01 at 3');
    const [single] = (await mintChain({ length: 1 })).certificates;
    expect(outcome(checkChain([single, single], { purpose: 'code-signing' }))).toBe('CERT-01 at 1');
  });

  it('holds nothing unrelated, at the end, between or before [-CERT-01 -CERT-02]', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const { root: stranger } = await mintChain({ length: 2, keyIndex: 7 });
    const [leaf, ...rest] = certificates;
    const judge = (chain: readonly Certificate[]): string => outcome(checkChain(chain, { purpose: 'code-signing' }));
    expect(judge([...certificates, stranger])).toBe('CERT-05 at 2');
    expect(judge([leaf, stranger, ...rest])).toBe('CERT-02 at 0');
    expect(judge([stranger, ...certificates])).toBe('CERT-16 at 0');
  });

  it('is in order and complete [-CERT-01 -CERT-02 -CERT-03]', async () => {
    const { certificates } = await mintChain({ length: 4 });
    const [leaf, lower, upper, root] = certificates as readonly [Certificate, Certificate, Certificate, Certificate];
    const judge = (...chain: readonly Certificate[]): string => outcome(checkChain(chain, { purpose: 'code-signing' }));
    expect(judge(leaf, upper, lower, root)).toBe('CERT-02 at 0');
    expect(judge(leaf, upper, root)).toBe('CERT-02 at 0');
    expect(judge(leaf, lower, root)).toBe('CERT-02 at 1');
    expect(judge(leaf, lower, upper)).toBe('CERT-03 at 2');
    expect(judge(root, upper, lower, leaf)).toBe('CERT-16 at 0');
  });

  it('is linked by signatures, not by names alone [-CERT-02]', async () => {
    const root = await mintCertificate({ ...ca, extensions: caExtensions });
    const forged = await mintCertificate({ issuer: { subject: caName, key: testKeyPair('p256', 902) } });
    const real = await mintCertificate({ issuer: ca });
    expect(outcome(checkChain([real, root], { purpose: 'code-signing' }))).toBe('passed');
    expect(outcome(checkChain([forged, root], { purpose: 'code-signing' }))).toBe('CERT-02 at 0');
  });

  it('is linked by names byte for byte, not by signatures alone [-CERT-02]', async () => {
    const root = await mintCertificate({ ...ca, extensions: caExtensions });
    const renamed = await mintCertificate({ issuer: { subject: 'C=US,O=Example,CN=ca', key: caKey } });
    const retyped = await mintCertificate({
      issuer: {
        subject: [
          [{ type: 'C', value: 'US', as: 'printable' }],
          [{ type: 'O', value: 'Example' }],
          [{ type: 'CN', value: 'CA' }],
        ],
        key: caKey,
      },
    });
    expect(outcome(checkChain([renamed, root], { purpose: 'code-signing' }))).toBe('CERT-02 at 0');
    expect(outcome(checkChain([retyped, root], { purpose: 'code-signing' }))).toBe('CERT-02 at 0');
  });

  it('may have one name throughout, as long as the keys differ [+CERT-03 +OC-69]', async () => {
    const subject = 'C=US,O=Example,CN=one name for all';
    const oneName = (options: MintOptions): MintOptions => ({ ...options, subject });
    for (const length of [2, 3, 4]) expect(await check({ length, tweak: oneName })).toBe('passed');
  });

  it('does not end in a certificate that only names itself as issuer [-CERT-03 -OC-69]', async () => {
    const impostor = await mintCertificate({
      ...ca,
      issuer: { subject: caName, key: testKeyPair('p256', 902) },
      extensions: caExtensions,
    });
    const leaf = await mintCertificate({ issuer: ca });
    expect(outcome(checkChain([leaf, impostor], { purpose: 'code-signing' }))).toBe('CERT-03 at 1');
  });

  it('of one is a self-signed leaf that needs nothing of a CA [+CERT-04]', async () => {
    const { certificates } = await mintChain({ length: 1 });
    expect(certificates[0].basicConstraints).toBeUndefined();
    expect(outcome(checkChain(certificates, { purpose: 'code-signing' }))).toBe('passed');
  });

  it('of one is neither issued by another nor a CA [-CERT-04]', async () => {
    const { certificates, root } = await mintChain({ length: 2 });
    expect(outcome(checkChain([certificates[0]], { purpose: 'code-signing' }))).toBe('CERT-04 at 0');
    expect(outcome(checkChain([root], { purpose: 'code-signing' }))).toBe('CERT-16 at 0');
  });

  it('has no self-signed certificate before its end [-CERT-05]', async () => {
    const root = await mintCertificate({ ...ca, extensions: caExtensions });
    // Self-signed, and by the same key and name as the root, so that the root "issued" it as well.
    const self = await mintCertificate({ ...ca, serialNumber: '01', extensions: leafExtensions });
    expect(outcome(checkChain([self], { purpose: 'code-signing' }))).toBe('passed');
    expect(outcome(checkChain([self, root], { purpose: 'code-signing' }))).toBe('CERT-05 at 0');
    const leaf = await mintCertificate({ issuer: ca });
    const again = await mintCertificate({ ...ca, serialNumber: '02', extensions: caExtensions });
    expect(outcome(checkChain([leaf, again, root], { purpose: 'code-signing' }))).toBe('CERT-05 at 1');
  });
});

describe('signature algorithms in a chain', () => {
  const chainOf = (
    keys: readonly [TestKeyPair, TestKeyPair, TestKeyPair],
    change: (options: MintOptions, index: number) => MintOptions,
  ): MintChainOptions => ({
    length: 3,
    tweak: (options, index) => {
      const issuer = options.issuer && { ...options.issuer, key: keys[index + 1] ?? keys[2] };
      const key = keys[index] ?? keys[0];
      return change({ ...options, key, ...(issuer && { issuer }) }, index);
    },
  });
  const rsaKeys = [testKeyPair('rsa2048'), testKeyPair('rsa2048', 1), testKeyPair('rsa2048', 2)] as const;
  const ecKeys = [testKeyPair('p256'), testKeyPair('p384', 1), testKeyPair('p521', 2)] as const;

  it.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'may be RSA or ECDSA with %s, and RSASSA-PSS [+CERT-07]',
    async (hash) => {
      expect(await check(chainOf(rsaKeys, (options) => ({ ...options, hash })))).toBe('passed');
      expect(await check(chainOf(rsaKeys, (options) => ({ ...options, hash, isPss: true })))).toBe('passed');
      expect(await check(chainOf(ecKeys, (options) => ({ ...options, hash })))).toBe('passed');
    },
  );

  it.each([
    ['the leaf', 0],
    ['an intermediate', 1],
    ['the root', 2],
  ])('are never SHA-1, not even of %s [-CERT-07 -OC-63]', async (_, place) => {
    const weak = (options: MintOptions, index: number): MintOptions =>
      index === place ? { ...options, hash: 'SHA-1' } : options;
    expect(await check(chainOf(rsaKeys, weak))).toBe(`CERT-07 at ${place}`);
    expect(await check(chainOf(rsaKeys, (options, index) => ({ ...weak(options, index), isPss: true })))).toBe(
      `CERT-07 at ${place}`,
    );
    expect(await check(chainOf(ecKeys, weak))).toBe(`CERT-07 at ${place}`);
  });

  it.each([
    ['MD2', '02'],
    ['MD5', '04'],
  ])('are never %s [-CERT-07]', async (hash, arc) => {
    const { certificates } = await mintChain({ length: 1, keyType: 'rsa2048' });
    const weak = parseCertificate(
      parseHex(encodeHex(certificates[0].der).replaceAll('2a864886f70d01010b', `2a864886f70d0101${arc}`)),
    );
    const result = checkChain([weak], { purpose: 'code-signing' });
    expect(result).toMatchObject({
      status: 'failed',
      rule: 'CERT-07',
      certificate: 0,
      reason: expect.stringContaining(hash),
    });
  });

  it('are never of a kind we do not compute [-CERT-07]', async () => {
    const edwards = testKeyPair('ed25519');
    const root = await mintCertificate({ subject: caName, key: edwards, extensions: caExtensions });
    const leaf = await mintCertificate({ issuer: { subject: caName, key: edwards } });
    expect(checkChain([leaf, root], { purpose: 'code-signing' })).toMatchObject({
      rule: 'CERT-07',
      certificate: 0,
      reason: 'a certificate is signed with algorithm 1.3.101.112, expected SHA-256, SHA-384 or SHA-512',
    });
  });

  it('of CAs may come from keys of any size above 2048 bits [+ALG-06]', async () => {
    const root = await mintCertificate({ subject: caName, key: testKeyPair('rsa2048'), extensions: caExtensions });
    const leaf = await mintCertificate({ issuer: { subject: caName, key: testKeyPair('rsa2048') } });
    expect(outcome(checkChain([leaf, root], { purpose: 'code-signing' }))).toBe('passed');
  });

  it('that cannot sign here are named by what they are [-CERT-22]', async () => {
    const reason = async (type: 'rsa2047' | 'ed25519'): Promise<string | undefined> => {
      const leaf = await mintCertificate({ key: testKeyPair(type), issuer: ca, extensions: leafExtensions });
      const root = await mintCertificate({ ...ca, extensions: caExtensions });
      const result = checkChain([leaf, root], { purpose: 'code-signing' });
      return result.status === 'failed' ? result.reason : undefined;
    };
    const expected = 'expected RSA of 2048, 3072 or 4096 bits, P-256, P-384 or P-521';
    expect(await reason('rsa2047')).toBe(`the key of the leaf is RSA of 2047 bits, ${expected}`);
    expect(await reason('ed25519')).toBe(`the key of the leaf is of an unsupported kind, ${expected}`);
  });

  it('of CAs come from smaller RSA keys only where that is asked for [-ALG-06]', async () => {
    const small = testKeyPair('rsa2047');
    const root = await mintCertificate({ subject: caName, key: small, extensions: caExtensions });
    const leaf = await mintCertificate({ issuer: { subject: caName, key: small } });
    expect(outcome(checkChain([leaf, root], { purpose: 'code-signing' }))).toBe('ALG-06 at 1');
    expect(outcome(checkChain([leaf, root], { purpose: 'code-signing', allowSmallCaKeys: true }))).toBe('passed');
  });
});

describe('other extensions in a chain', () => {
  const everywhere = (options: MintOptions): MintOptions => ({
    ...options,
    extensions: { ...options.extensions, ...unknownCritical },
  });
  const policies = { other: [{ oid: '2.5.29.32', isCritical: true, value: parseHex('3006300406022a03') }] };

  it('are ignored for code signing even if critical [+CERT-08]', async () => {
    expect(await check({ length: 3, tweak: everywhere })).toBe('passed');
  });

  it.each([0, 1, 2])('make a time-stamping chain fail if critical and unknown: at %i [-CERT-08]', async (place) => {
    const tweak = (options: MintOptions, index: number): MintOptions =>
      index === place ? everywhere(options) : options;
    expect(await check({ length: 3, purpose: 'timestamping', tweak })).toBe(`CERT-08 at ${place}`);
  });

  it('make a time-stamping chain fail if they are name constraints that bind [-CERT-08]', async () => {
    const constraints = { other: [{ oid: '2.5.29.30', isCritical: true, value: parseHex('3000') }] };
    const tweak = (options: MintOptions, index: number): MintOptions =>
      index === 1 ? { ...options, extensions: { ...options.extensions, ...constraints } } : options;
    expect(await check({ length: 2, purpose: 'timestamping', tweak })).toBe('CERT-08 at 1');
  });

  it('that are unknown and not critical do not matter to time stamps [+CERT-08]', async () => {
    const plain = { other: [{ oid: '1.2.3.4', value: new Uint8Array(1) }] };
    const tweak = (options: MintOptions): MintOptions => ({
      ...options,
      extensions: { ...options.extensions, ...plain },
    });
    expect(await check({ length: 3, purpose: 'timestamping', tweak })).toBe('passed');
  });

  it('that restrict nobody may be critical in a time-stamping chain [+CERT-08]', async () => {
    const tweak = (options: MintOptions): MintOptions => ({
      ...options,
      extensions: { ...options.extensions, ...policies },
    });
    expect(await check({ length: 3, purpose: 'timestamping', tweak })).toBe('passed');
  });
});

describe('time in a chain', () => {
  const notBefore = new Date('2024-01-01T00:00:00Z');
  const notAfter = new Date('2024-12-31T23:59:59Z');
  const shortLived = (place: number): MintChainOptions => ({
    length: 3,
    tweak: (options, index) => (index === place ? { ...options, notBefore, notAfter } : options),
  });

  it('may be longer below than above: validity is not nested [+CERT-09]', async () => {
    expect(await check(shortLived(2))).toBe('passed');
    expect(await check(shortLived(2), { at: new Date('2024-06-01T00:00:00Z') })).toBe('passed');
  });

  it('is judged for each certificate on its own [-CERT-09]', async () => {
    expect(await check(shortLived(2), { at: new Date('2025-06-01T00:00:00Z') })).toBe('CERT-10 at 2');
  });

  it.each([0, 1, 2])('includes both ends, to the second, at %i [+CERT-10]', async (place) => {
    for (const at of ['2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.000Z', '2024-12-31T23:59:59.999Z']) {
      expect(await check(shortLived(place), { at: new Date(at) })).toBe('passed');
    }
  });

  it.each([0, 1, 2])('ends there, at %i [-CERT-10]', async (place) => {
    for (const at of ['2023-12-31T23:59:59.999Z', '2025-01-01T00:00:00.000Z', 'never']) {
      expect(await check(shortLived(place), { at: new Date(at) })).toBe(
        at === 'never' ? 'CERT-10 at 0' : `CERT-10 at ${place}`,
      );
    }
  });

  it('does not count unless an instant is given [+CERT-11]', async () => {
    expect(
      await check({ notBefore: new Date('1999-01-01T00:00:00Z'), notAfter: new Date('2000-01-01T00:00:00Z') }),
    ).toBe('passed');
  });

  it('counts as soon as one is given [-CERT-11]', async () => {
    const old = { notBefore: new Date('1999-01-01T00:00:00Z'), notAfter: new Date('2000-01-01T00:00:00Z') };
    expect(await check(old, { at: new Date('2024-01-01T00:00:00Z') })).toBe('CERT-10 at 0');
  });
});

describe('a chain that a cache knows', () => {
  const codeSigning = { purpose: 'code-signing' } as const;

  it('is judged in time all the same [-CERT-10]', async () => {
    const cache = createCertificateCache();
    const { certificates } = await mintChain({ notAfter: new Date('2024-12-31T23:59:59Z') });
    const at = (text: string): string =>
      outcome(checkChain(certificates, { ...codeSigning, cache, at: new Date(text) }));
    for (let round = 0; round < 2; round += 1) {
      expect(at('2024-06-01T00:00:00Z')).toBe('passed');
      expect(at('2025-06-01T00:00:00Z')).toBe('CERT-10 at 0');
    }
  });

  it('did not become known under laxer rules, nor for another purpose [-ALG-06]', async () => {
    const cache = createCertificateCache();
    const small = testKeyPair('rsa2047');
    const root = await mintCertificate({ subject: caName, key: small, extensions: caExtensions });
    const leaf = await mintCertificate({ issuer: { subject: caName, key: small } });
    const chain = [leaf, root];
    expect(outcome(checkChain(chain, { ...codeSigning, cache, allowSmallCaKeys: true }))).toBe('passed');
    expect(outcome(checkChain(chain, { ...codeSigning, cache }))).toBe('ALG-06 at 1');

    const { certificates } = await mintChain({ length: 3 });
    expect(outcome(checkChain(certificates, { ...codeSigning, cache }))).toBe('passed');
    expect(outcome(checkChain(certificates, { purpose: 'timestamping', cache }))).not.toBe('passed');
    expect(outcome(checkChain(certificates.slice(0, 2), { ...codeSigning, cache }))).toBe('CERT-03 at 1');
  });

  it('is not one that broke a rule', async () => {
    const cache = createCertificateCache();
    const { certificates } = await mintChain({ length: 3 });
    const [leaf, intermediate, root] = certificates;
    const wrong = [leaf, root!, intermediate!];
    for (let round = 0; round < 2; round += 1) {
      // Twice in a row: the good one takes its place, being of the same leaf.
      expect(outcome(checkChain(wrong, { ...codeSigning, cache }))).toBe('CERT-02 at 0');
      expect(outcome(checkChain(wrong, { ...codeSigning, cache }))).toBe('CERT-02 at 0');
      expect(outcome(checkChain(certificates, { ...codeSigning, cache }))).toBe('passed');
    }
  });

  it('costs no signature check', async () => {
    const cache = createCertificateCache();
    const { certificates } = await mintChain({ length: 3 });
    let checks = 0;
    const counting: CertificateCache = {
      ...cache,
      isSignedBy(child, parent) {
        checks += 1;
        return cache.isSignedBy(child, parent);
      },
    };
    expect(outcome(checkChain(certificates, { ...codeSigning, cache: counting }))).toBe('passed');
    const needed = checks;
    expect(needed).toBeGreaterThan(0);
    expect(outcome(checkChain(certificates, { ...codeSigning, cache: counting }))).toBe('passed');
    expect(checks).toBe(needed);
  });
});

describe('CA certificates', () => {
  const both: readonly Purpose[] = ['code-signing', 'timestamping'];

  it.each<[string, MintChainOptions, string, readonly Purpose[]]>([
    ['with critical basicConstraints and cA [+CERT-12 +CERT-06]', rootOf(caExtensions), 'passed', both],
    [
      'without basicConstraints [-CERT-12 -CERT-06]',
      rootOf({ ...(caUsage && { keyUsage: caUsage }) }),
      'CERT-12 at 1',
      both,
    ],
    [
      'with cA false [-CERT-12 -CERT-06]',
      rootOf({ ...caExtensions, basicConstraints: { isCa: false } }),
      'CERT-12 at 1',
      both,
    ],
    [
      'with basicConstraints that are not critical [-CERT-12 -OC-10]',
      rootOf({ ...caExtensions, basicConstraints: { isCa: true, isCritical: false } }),
      'CERT-12 at 1',
      both,
    ],
    [
      'as intermediate without basicConstraints [-CERT-12]',
      {
        length: 3,
        tweak: (options, index) =>
          index === 1 ? { ...options, extensions: { ...(caUsage && { keyUsage: caUsage }) } } : options,
      },
      'CERT-12 at 1',
      both,
    ],

    ['with path length 0 over a leaf [+CERT-13]', pathLengths(0), 'passed', both],
    ['with path length 0 over an intermediate [-CERT-13]', pathLengths(undefined, 0), 'CERT-13 at 2', both],
    ['with path length 1 over an intermediate [+CERT-13]', pathLengths(undefined, 1), 'passed', both],
    [
      'with path length 1 over two intermediates [-CERT-13]',
      pathLengths(undefined, undefined, 1),
      'CERT-13 at 3',
      both,
    ],
    ['with exact path lengths all the way [+CERT-13]', pathLengths(0, 1, 2), 'passed', both],
    ['with a larger path length below a smaller one [+CERT-13]', pathLengths(5, 1), 'passed', both],

    [
      'with keyCertSign, critical [+CERT-14 +CERT-06]',
      rootOf({ ...caExtensions, keyUsage: { usages: ['keyCertSign'] } }),
      'passed',
      both,
    ],
    [
      'without keyUsage [-CERT-14]',
      rootOf({ ...(caConstraints && { basicConstraints: caConstraints }) }),
      'CERT-14 at 1',
      both,
    ],
    [
      'without keyCertSign [-CERT-14 -CERT-06]',
      rootOf({ ...caExtensions, keyUsage: { usages: ['cRLSign', 'digitalSignature'] } }),
      'CERT-14 at 1',
      both,
    ],
    [
      'with a keyUsage that is not critical, for code signing [-CERT-14]',
      rootOf({ ...caExtensions, keyUsage: { usages: ['keyCertSign'], isCritical: false } }),
      'CERT-14 at 1',
      ['code-signing'],
    ],
    [
      'with a keyUsage that is not critical, for time stamps [+CERT-14]',
      rootOf({ ...caExtensions, keyUsage: { usages: ['keyCertSign'], isCritical: false } }),
      'passed',
      ['timestamping'],
    ],

    [
      'with any purposes, for code signing [+CERT-15]',
      rootOf({ ...caExtensions, extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.1'] } }),
      'passed',
      ['code-signing'],
    ],
    [
      'with a purpose that excludes time stamps [-CERT-15]',
      rootOf({ ...caExtensions, extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.1'] } }),
      'CERT-15 at 1',
      ['timestamping'],
    ],
    [
      'with the purpose of time stamps among others [+CERT-15]',
      rootOf({ ...caExtensions, extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.1', timestamping] } }),
      'passed',
      ['timestamping'],
    ],
    [
      'with any purpose [+CERT-15]',
      rootOf({ ...caExtensions, extendedKeyUsage: { oids: ['2.5.29.37.0'] } }),
      'passed',
      ['timestamping'],
    ],
  ])('%s', async (_, options, expected, purposesToCheck) => {
    for (const purpose of purposesToCheck) expect(await check({ ...options, purpose })).toBe(expected);
  });

  it('that are self-issued count for the path length [-CERT-13]', async () => {
    const subject = 'C=US,O=Example,CN=one name for all';
    const lengths = pathLengths(undefined, 0);
    const tweak = (options: MintOptions, index: number): MintOptions => ({
      ...(lengths.tweak?.(options, index) ?? options),
      subject,
    });
    expect(await check({ ...lengths, tweak })).toBe('CERT-13 at 2');
  });

  it('of version 1 have no extensions and cannot issue [-CERT-06]', async () => {
    const toVersion1 = (tbs: Uint8Array): Uint8Array => {
      const hex = encodeHex(tbs.subarray(9));
      const content = parseHex(hex.slice(0, hex.lastIndexOf('a3')));
      return parseHex(`3081${content.length.toString(16)}${encodeHex(content)}`);
    };
    const root = await mintCertificate({
      ...ca,
      extensions: { keyUsage: { usages: ['keyCertSign'] } },
      tweakTbs: toVersion1,
    });
    const leaf = await mintCertificate({ issuer: ca });
    expect(root.version).toBe(1);
    expect(outcome(checkChain([leaf, root], { purpose: 'code-signing' }))).toBe('CERT-12 at 1');
  });
});

describe('leaf certificates', () => {
  const both: readonly Purpose[] = ['code-signing', 'timestamping'];
  const tsa = (extensions: TestExtensions): TestExtensions => ({
    extendedKeyUsage: { oids: [timestamping], isCritical: true },
    ...extensions,
  });

  it.each<[string, TestExtensions, string, readonly Purpose[]]>([
    ['without basicConstraints [+CERT-16]', leafExtensions, 'passed', both],
    ['with cA false [+CERT-16]', { ...leafExtensions, basicConstraints: { isCa: false } }, 'passed', both],
    ['with cA true [-CERT-16]', { ...leafExtensions, basicConstraints: { isCa: true } }, 'CERT-16 at 0', both],

    ['with critical keyUsage [+CERT-17]', leafExtensions, 'passed', both],
    ['without keyUsage [-CERT-17]', {}, 'CERT-17 at 0', both],
    [
      'with a keyUsage that is not critical, for code signing [-CERT-17]',
      usage(['digitalSignature'], false),
      'CERT-17 at 0',
      ['code-signing'],
    ],
    [
      'with a keyUsage that is not critical, for time stamps [+CERT-17]',
      usage(['digitalSignature'], false),
      'passed',
      ['timestamping'],
    ],

    [
      'with digitalSignature and contentCommitment [+CERT-18]',
      usage(['digitalSignature', 'contentCommitment']),
      'passed',
      both,
    ],
    ['without digitalSignature [-CERT-18]', usage(['contentCommitment']), 'CERT-18 at 0', both],
    ['without any usage [-CERT-18]', usage([]), 'CERT-18 at 0', both],
    ['with keyEncipherment [-CERT-18]', usage(['digitalSignature', 'keyEncipherment']), 'CERT-18 at 0', both],
    ['with dataEncipherment [-CERT-18]', usage(['digitalSignature', 'dataEncipherment']), 'CERT-18 at 0', both],
    ['with keyAgreement [-CERT-18]', usage(['digitalSignature', 'keyAgreement']), 'CERT-18 at 0', both],
    ['with keyCertSign [-CERT-18]', usage(['digitalSignature', 'keyCertSign']), 'CERT-18 at 0', both],
    ['with cRLSign [-CERT-18]', usage(['digitalSignature', 'cRLSign']), 'CERT-18 at 0', both],
    ['with encipherOnly [-CERT-18]', usage(['digitalSignature', 'encipherOnly']), 'CERT-18 at 0', both],
    ['with decipherOnly [-CERT-18]', usage(['digitalSignature', 'decipherOnly']), 'CERT-18 at 0', both],
  ])('%s', async (_, extensions, expected, purposesToCheck) => {
    for (const purpose of purposesToCheck) {
      expect(await check({ ...leafOf(purpose === 'timestamping' ? tsa(extensions) : extensions), purpose })).toBe(
        expected,
      );
    }
  });

  it.each<[string, TestExtensions, string]>([
    ['without purposes [+CERT-19]', leafExtensions, 'passed'],
    ['for codeSigning [+CERT-19]', purposes(['1.3.6.1.5.5.7.3.3']), 'passed'],
    ['for codeSigning, critical [+CERT-19]', purposes(['1.3.6.1.5.5.7.3.3'], true), 'passed'],
    ['for an unknown purpose [+CERT-20]', purposes(['1.3.6.1.4.1.311.61.1.1']), 'passed'],
    [
      'for an unknown purpose beside a forbidden one [-CERT-20]',
      purposes(['1.3.6.1.4.1.311.61.1.1', '1.3.6.1.5.5.7.3.1']),
      'CERT-19 at 0',
    ],
    ['for anyExtendedKeyUsage [-CERT-19 -OC-10]', purposes(['2.5.29.37.0']), 'CERT-19 at 0'],
    ['for serverAuth [-CERT-19]', purposes(['1.3.6.1.5.5.7.3.1']), 'CERT-19 at 0'],
    ['for clientAuth [-CERT-19]', purposes(['1.3.6.1.5.5.7.3.2']), 'CERT-19 at 0'],
    ['for emailProtection [-CERT-19]', purposes(['1.3.6.1.5.5.7.3.4']), 'CERT-19 at 0'],
    ['for timeStamping [-CERT-19]', purposes([timestamping]), 'CERT-19 at 0'],
    ['for OCSPSigning [-CERT-19]', purposes(['1.3.6.1.5.5.7.3.9']), 'CERT-19 at 0'],
    ['for codeSigning and serverAuth [-CERT-19]', purposes(['1.3.6.1.5.5.7.3.3', '1.3.6.1.5.5.7.3.1']), 'CERT-19 at 0'],
  ])('of a code signer %s', async (_, extensions, expected) => {
    expect(await check(leafOf(extensions))).toBe(expected);
  });

  it.each<[string, TestExtensions, string]>([
    ['for timeStamping alone, critical [+CERT-21]', purposes([timestamping], true), 'passed'],
    ['for timeStamping, not critical [-CERT-21]', purposes([timestamping], false), 'CERT-21 at 0'],
    ['without purposes [-CERT-21]', leafExtensions, 'CERT-21 at 0'],
    ['for timeStamping and an unknown purpose [-CERT-21]', purposes([timestamping, '1.2.3.4'], true), 'CERT-21 at 0'],
    ['for timeStamping twice [-CERT-21]', purposes([timestamping, timestamping], true), 'CERT-21 at 0'],
    ['for codeSigning [-CERT-21]', purposes(['1.3.6.1.5.5.7.3.3'], true), 'CERT-21 at 0'],
    ['for anyExtendedKeyUsage [-CERT-21]', purposes(['2.5.29.37.0'], true), 'CERT-21 at 0'],
  ])('of a time-stamp authority %s', async (_, extensions, expected) => {
    expect(await check({ ...leafOf(extensions), purpose: 'timestamping' })).toBe(expected);
  });

  it.each(['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'] as const)(
    'may have a %s key [+CERT-22 +ALG-03 +ALG-07]',
    async (keyType) => {
      for (const purpose of both) expect(await check({ keyType, purpose })).toBe('passed');
    },
  );

  it.each(['rsa1024', 'rsa2047', 'p224', 'secp256k1', 'ed25519'] as const)(
    'cannot have a %s key [-CERT-22 -ALG-03 -ALG-07 -OC-10]',
    async (type) => {
      const root = await mintCertificate({ ...ca, extensions: caExtensions });
      for (const purpose of both) {
        const extensions = purpose === 'timestamping' ? tsa(leafExtensions) : leafExtensions;
        const leaf = await mintCertificate({ issuer: ca, key: testKeyPair(type), extensions });
        expect(outcome(checkChain([leaf, root], { purpose }))).toBe('CERT-22 at 0');
      }
    },
  );
});
