// Outcomes as the JSON that people's scripts read.

import { describe, expect, it } from 'vitest';
import { notaryErrors, toReport } from '../src/index.ts';
import { chainOf, later, openScene, policyTrust, signIn, verifyIn } from './scene.ts';

describe('the report of a trusted artifact', () => {
  it('says who signed, under which anchor, when, and what was checked', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { expirySeconds: 3600, userMetadata: { buildId: '101' } });
    const report = toReport(await verifyIn(scene));
    const { certificates, root } = await chainOf();
    const certificate = (index: number): unknown => ({
      subject: index === 0 ? 'CN=signer,O=Example,ST=WA,C=US' : 'CN=Example Root CA,O=Example,ST=WA,C=US',
      issuer: 'CN=Example Root CA,O=Example,ST=WA,C=US',
      fingerprint: certificates[index]?.fingerprint,
      notBefore: '2020-01-01T00:00:00.000Z',
      notAfter: '2099-12-31T23:59:59.000Z',
    });
    const checks = [
      'integrity',
      'plugin',
      'criticalAttributes',
      'authenticity',
      'expiry',
      'authenticTimestamp',
      'revocation',
      'payload',
      'userMetadata',
    ];
    const { mediaType, digest, size } = scene.subject;
    expect(root.fingerprint).toBe(certificates[1]?.fingerprint);
    expect(report).toEqual({
      subject: { mediaType, digest, size },
      verdict: 'trusted',
      code: 'trusted',
      signature: signature.digest,
      policy: { level: 'strict' },
      isLimitReached: false,
      signatures: [
        {
          digest: signature.digest,
          verdict: 'trusted',
          code: 'trusted',
          format: 'jws',
          scheme: 'notary.x509',
          signer: 'CN=signer,O=Example,ST=WA,C=US',
          chain: [certificate(0), certificate(1)],
          time: '2030-06-01T12:00:00.000Z',
          expiry: '2030-06-01T13:00:00.000Z',
          signingAgent: 'test/1.0',
          hasTimestamp: false,
          anchor: certificate(1),
          trustedBy: 'policy wabbit-images',
          userMetadata: { buildId: '101' },
          checks: {
            ...Object.fromEntries(checks.map((check) => [check, { status: 'passed' }])),
            revocation: {
              status: 'passed',
              certificates: certificates.map(({ fingerprint }, index) => ({
                subject: index === 0 ? 'CN=signer,O=Example,ST=WA,C=US' : 'CN=Example Root CA,O=Example,ST=WA,C=US',
                fingerprint,
                status: 'not-checkable',
                method: 'none',
                servers: [],
              })),
            },
          },
        },
      ],
    });
  });
});

describe('the report of an untrusted artifact', () => {
  it('gives code, reason and facts of the failure, times as text', async () => {
    const scene = await openScene();
    await signIn(scene, { expirySeconds: 10 });
    const report = toReport(await verifyIn(scene));
    expect(report).toMatchObject({ verdict: 'untrusted', code: 'expired' });
    expect(report.signatures[0]?.checks?.expiry).toEqual({
      status: 'failed',
      action: 'enforce',
      code: 'expired',
      reason: 'the signature expired 2030-06-01T12:00:10.000Z, it is 2030-06-01T12:01:00.000Z',
      facts: { expiry: '2030-06-01T12:00:10.000Z', at: '2030-06-01T12:01:00.000Z' },
    });
    expect(report.signatures[0]?.checks?.revocation).toEqual({ status: 'skipped', because: 'earlier-failure' });
  });

  it('gives nested facts as plain data', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    const report = toReport(await verifyIn(scene));
    expect(report.signatures[0]?.checks?.authenticity?.facts).toMatchObject({
      stores: ['ca:wabbit'],
      root: { subject: 'CN=Example Root CA 1,O=Example,ST=WA,C=US', notAfter: '2099-12-31T23:59:59.000Z' },
    });
  });

  it('lists what is there instead of signatures', async () => {
    expect(toReport(await verifyIn(await openScene()))).toMatchObject({
      code: 'no-signature',
      others: [],
      signatures: [],
    });
  });
});

describe('every report', () => {
  it('survives a round trip through JSON unchanged', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    await signIn(scene, { expirySeconds: 10 });
    for (const trust of [
      await policyTrust(),
      await policyTrust({ level: 'audit' }),
      await policyTrust({ level: 'skip' }),
    ]) {
      const report = toReport(await verifyIn(scene, { trust, at: later(60) }));
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    }
  });

  it('of a skipped verification says so', async () => {
    const report = toReport(await verifyIn(await openScene(), { trust: await policyTrust({ level: 'skip' }) }));
    expect(report).toMatchObject({ verdict: 'not-verified', code: 'policy-level-skip', policy: { level: 'skip' } });
  });
});

describe('error codes', () => {
  it('all belong to this package', () => {
    for (const name of Object.keys(notaryErrors)) expect(name).toMatch(/^NOTARY_/);
  });
});
