import {
  encodeDer,
  encodeDerOid,
  leafExtensions,
  mintCertificate,
  mintChain,
  type MintChainOptions,
  type TestExtensions,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type CertificateChain, checkChain } from '../check-chain.ts';
import type { RevocationOutcome } from './check-revocation.ts';
import { checkRevocationOffline } from './offline.ts';
import { findRevocationSources } from './sources.ts';

const at = new Date('2024-01-01T00:00:00Z');

async function chainWith(place: number, extensions: TestExtensions, length = 3): Promise<CertificateChain> {
  const tweak: MintChainOptions['tweak'] = (options, index) =>
    index === place ? { ...options, extensions: { ...options.extensions, ...extensions } } : options;
  const { certificates } = await mintChain({ length, tweak });
  const result = checkChain(certificates, { purpose: 'code-signing' });
  if (result.status === 'failed') throw new Error(result.reason);
  return result.chain;
}

async function check(place: number, extensions: TestExtensions, length = 3): Promise<RevocationOutcome['status']> {
  return (
    await checkRevocationOffline({ chain: await chainWith(place, extensions, length), purpose: 'code-signing', at })
  ).status;
}

describe('revocation sources', () => {
  it('are the URLs of the two extensions, in order [+REV-04]', async () => {
    const certificate = await mintCertificate({
      extensions: {
        ...leafExtensions,
        ocspUrls: ['http://ocsp.example/1', 'HTTP://ocsp.example/2'],
        crlUrls: ['http://crl.example/1', 'ldap://crl.example/2'],
      },
    });
    expect(findRevocationSources(certificate)).toEqual({
      ocsp: ['http://ocsp.example/1', 'HTTP://ocsp.example/2'],
      crl: ['http://crl.example/1', 'ldap://crl.example/2'],
    });
  });

  it('are none without the extensions [-REV-04]', async () => {
    expect(findRevocationSources(await mintCertificate())).toEqual({ ocsp: [], crl: [] });
  });

  it.each<[string, string, Uint8Array]>([
    ['a distribution point without a name', '2.5.29.31', encodeDer(0x30, encodeDer(0x30))],
    [
      'a distribution point with reasons only',
      '2.5.29.31',
      encodeDer(0x30, encodeDer(0x30, encodeDer(0x81, Uint8Array.of(6, 0x40)))),
    ],
    [
      'a directory name',
      '2.5.29.31',
      encodeDer(0x30, encodeDer(0x30, encodeDer(0xa0, encodeDer(0xa0, encodeDer(0xa4, encodeDer(0x30)))))),
    ],
    [
      'the issuer’s address',
      '1.3.6.1.5.5.7.1.1',
      encodeDer(0x30, encodeDer(0x30, encodeDerOid('1.3.6.1.5.5.7.48.2'), encodeDer(0x86))),
    ],
  ])('are not %s', async (_, oid, value) => {
    const certificate = await mintCertificate({ extensions: { ...leafExtensions, other: [{ oid, value }] } }).catch(
      (error: unknown) => error,
    );
    expect(certificate).toMatchObject({ revocationSources: { ocsp: [], crl: [] } });
  });
});

describe('revocation without a network', () => {
  it('passes where nobody can be asked [+REV-04 +REV-02]', async () => {
    expect(await check(0, {})).toBe('passed');
  });

  it.each([0, 1])('is unknown where somebody could be asked about certificate %i [-REV-04 -REV-03]', async (place) => {
    expect(await check(place, { ocspUrls: ['http://ocsp.example'] })).toBe('unknown');
    expect(await check(place, { crlUrls: ['http://crl.example'] })).toBe('unknown');
  });

  it('does not ask about the root, which is all there is in a chain of one [+REV-03]', async () => {
    const sources = { ocspUrls: ['http://ocsp.example'], crlUrls: ['http://crl.example'] };
    expect(await check(2, sources)).toBe('passed');
    expect(await check(0, sources, 1)).toBe('passed');
  });

  it('takes only a chain that was checked [-REV-02]', async () => {
    const { certificates } = await mintChain({ length: 2 });
    // @ts-expect-error: plain certificates are not a CertificateChain, which only checkChain makes.
    const outcome = await checkRevocationOffline({ chain: certificates, purpose: 'code-signing', at });
    expect(outcome.status).toBe('passed');
  });
});
