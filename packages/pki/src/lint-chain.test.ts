// Findings about chains: all of them, and none that a verification would not have.

import { caExtensions, leafExtensions, mintChain, type MintChainOptions, testKeyPair } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { checkChain, type CheckChainOptions } from './check-chain.ts';
import { lintChain, type LintChainOptions } from './lint-chain.ts';

const rulesOf = (findings: ReturnType<typeof lintChain>): readonly string[] =>
  findings.map(({ rule, certificate }) => `${rule} at ${certificate}`);

async function lint(options: MintChainOptions, rest: Partial<LintChainOptions> = {}): Promise<readonly string[]> {
  const purpose = options.purpose ?? 'code-signing';
  return rulesOf(lintChain((await mintChain(options)).certificates, { purpose, ...rest }));
}

const at = (index: number, change: NonNullable<MintChainOptions['tweak']>): MintChainOptions => ({
  length: 3,
  tweak: (options, place) => (place === index ? change(options, place) : options),
});

describe('findings about a chain', () => {
  it.each(['code-signing', 'timestamping'] as const)('are none where it is right for %s', async (purpose) => {
    for (const length of [1, 2, 3, 16]) expect(await lint({ length, purpose })).toEqual([]);
  });

  it('are all there at once, in the order of the chain', async () => {
    const bad: MintChainOptions = {
      length: 3,
      notAfter: new Date('2021-01-01T00:00:00Z'),
      tweak: (options, index) => {
        if (index === 0) {
          const extendedKeyUsage = { oids: ['1.3.6.1.5.5.7.3.1'] };
          return { ...options, extensions: { basicConstraints: { isCa: true }, extendedKeyUsage } };
        }
        if (index === 1) return { ...options, extensions: { basicConstraints: { isCa: true, isCritical: false } } };
        return { ...options, extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength: 0 } } };
      },
    };
    expect(await lint(bad, { at: new Date('2022-01-01T00:00:00Z') })).toEqual([
      'CERT-16 at 0',
      'CERT-17 at 0',
      'CERT-19 at 0',
      'CERT-10 at 0',
      'CERT-12 at 1',
      'CERT-14 at 1',
      'CERT-10 at 1',
      'CERT-13 at 2',
      'CERT-10 at 2',
    ]);
  });

  it('include every one that a verification stops at', async () => {
    const chains: readonly MintChainOptions[] = [
      at(0, (options) => ({ ...options, hash: 'SHA-1' })),
      at(0, (options) => ({ ...options, extensions: {} })),
      at(0, (options) => ({ ...options, extensions: { keyUsage: { usages: ['keyAgreement'] } } })),
      at(0, (options) => ({
        ...options,
        extensions: { ...leafExtensions, extendedKeyUsage: { oids: ['2.5.29.37.0'] } },
      })),
      at(1, (options) => ({ ...options, extensions: leafExtensions })),
      at(2, (options) => ({ ...options, extensions: { ...caExtensions, keyUsage: { usages: ['cRLSign'] } } })),
      at(1, (options) => ({ ...options, key: testKeyPair('rsa1024') })),
      { length: 17 },
      { ...at(0, (options) => ({ ...options, extensions: leafExtensions })), purpose: 'timestamping' },
    ];
    for (const options of chains) {
      const { certificates } = await mintChain(options);
      for (const purpose of ['code-signing', 'timestamping'] as const) {
        const check: CheckChainOptions = { purpose, at: new Date('2030-01-01T00:00:00Z') };
        const result = checkChain(certificates, check);
        const expected = result.status === 'passed' ? undefined : `${result.rule} at ${result.certificate}`;
        const found = rulesOf(lintChain(certificates, check));
        if (expected === undefined) expect(found).toEqual([]);
        else expect(found).toContain(expected);
      }
    }
  });

  it('name a certificate that the next one did not issue, and a chain without its end', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const [leaf, intermediate, root] = certificates;
    const purpose = 'code-signing';
    expect(rulesOf(lintChain([leaf, root!, intermediate!], { purpose }))).toEqual([
      'CERT-02 at 0',
      'CERT-05 at 1',
      'CERT-03 at 2',
    ]);
    expect(rulesOf(lintChain([leaf, intermediate!], { purpose }))).toEqual(['CERT-03 at 1']);
    expect(rulesOf(lintChain([leaf, intermediate!], { purpose, isPartial: true }))).toEqual([]);
    expect(rulesOf(lintChain([leaf], { purpose }))).toEqual(['CERT-04 at 0']);
    expect(rulesOf(lintChain([leaf, leaf], { purpose, isPartial: true }))).toContain('CERT-01 at 1');
    expect(rulesOf(lintChain([], { purpose }))).toEqual(['CERT-01 at 0']);
  });

  it('about an authority are those of an authority', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const [leaf, ...authorities] = certificates;
    const purpose = 'code-signing';
    expect(rulesOf(lintChain(authorities, { purpose, hasLeaf: false }))).toEqual([]);
    expect(rulesOf(lintChain(authorities, { purpose }))).toContain('CERT-16 at 0');
    expect(rulesOf(lintChain([leaf], { purpose, hasLeaf: false, isPartial: true }))).toContain('CERT-12 at 0');
  });
});
