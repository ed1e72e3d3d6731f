// What the policy's level makes of findings (docs/spec-map.md sections 13.3, 16.2, 16.3).

import { encodeUtf8 } from '@nv2/base';
import { levelOf } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import {
  applyPolicy,
  type ArtifactOutcome,
  builtinChecks,
  type Check,
  type CheckResult,
  encodePayload,
  type Finding,
  toReport,
  verifyEnvelope,
} from '../src/index.ts';
import { contextOf } from './check-context.ts';
import { pushSignature, signRaw } from './forged.ts';
import { recordStore } from './recorded-store.ts';
import { chainOf, later, openScene, type PolicyOptions, policyTrust, type Scene, signIn, verifyIn } from './scene.ts';

/** One signature per defect; everything else about it is in order. */
const defects: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  none: (scene) => signIn(scene),
  integrity: (scene) => pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}') }),
  authenticity: async (scene) => signIn(scene, { by: await chainOf(1) }),
  expiry: (scene) => signIn(scene, { expirySeconds: 10 }),
  authenticTimestamp: async (scene) => signIn(scene, { by: await expiredChain() }),
  payload: (scene) => signRaw(scene, { payload: encodePayload({ ...scene.subject, size: 1 }) }),
  plugin: (scene) => signRaw(scene, { verificationPlugin: 'com.example.verifier' }),
  criticalAttributes: (scene) =>
    signRaw(scene, { extended: [{ key: 'com.example.must', isCritical: true, value: 'x' }] }),
};

/** Valid when signing, not a minute later; under the first publisher's usual root name, but a root of its own. */
function expiredChain(): ReturnType<typeof chainOf> {
  return chainOf(3, { notAfter: later(30) });
}

async function outcomeOf(defect: string, options: PolicyOptions = {}): Promise<ArtifactOutcome> {
  const scene = await openScene();
  await defects[defect]?.(scene);
  const ca = [(await chainOf()).root, (await expiredChain()).root];
  return verifyIn(scene, { trust: await policyTrust(options, { ca }) });
}

function resultOf(outcome: ArtifactOutcome, check: string): CheckResult | undefined {
  const [record] = outcome.signatures;
  return record?.outcome.checks.find((result) => result.check === check);
}

describe('a failure under each level', () => {
  const table: readonly (readonly [defect: string, level: string, verdict: ArtifactOutcome['verdict'], ids: string])[] =
    [
      ['none', 'strict', 'trusted', '+VER-22 +TP-11'],
      ['none', 'permissive', 'trusted', '+VER-22 +TP-16'],
      ['none', 'audit', 'trusted', '+VER-22 +VER-20'],
      ['integrity', 'strict', 'untrusted', '-VER-10 -VER-22'],
      ['integrity', 'permissive', 'untrusted', '-VER-10'],
      ['integrity', 'audit', 'untrusted', '-VER-10'],
      ['authenticity', 'strict', 'untrusted', '-VER-12 -TP-11'],
      ['authenticity', 'permissive', 'untrusted', '-VER-12'],
      ['authenticity', 'audit', 'not-verified', '-VER-34'],
      ['expiry', 'strict', 'untrusted', '-VER-13 -EXP-01 -EXP-03'],
      ['expiry', 'permissive', 'trusted', '+EXP-03 +VER-32'],
      ['expiry', 'audit', 'trusted', '+EXP-03'],
      ['authenticTimestamp', 'strict', 'untrusted', '-VER-14 -TSA-33'],
      ['authenticTimestamp', 'permissive', 'trusted', '+TSA-33 +VER-32'],
      ['authenticTimestamp', 'audit', 'trusted', '+TSA-33'],
      ['payload', 'strict', 'untrusted', '-VER-17 -VER-20 -TP-16'],
      ['payload', 'audit', 'untrusted', '-VER-17 -VER-20 -TP-16'],
      ['plugin', 'strict', 'untrusted', '-VER-11 -PLUG-51'],
      ['plugin', 'audit', 'untrusted', '-VER-11 -PLUG-51 -TP-16'],
      ['criticalAttributes', 'strict', 'untrusted', '-OC-01 -VER-16'],
      ['criticalAttributes', 'audit', 'untrusted', '-OC-01 -VER-16 -TP-16'],
    ];
  for (const [defect, level, verdict, ids] of table) {
    it(`${defect === 'none' ? 'no defect' : `of ${defect}`} at ${level} is ${verdict} [${ids}]`, async () => {
      expect((await outcomeOf(defect, { level })).verdict).toBe(verdict);
    });
  }

  it('ends the checks where it is enforced: the rest is skipped because of it [-VER-32]', async () => {
    const outcome = await outcomeOf('authenticity');
    for (const check of ['expiry', 'authenticTimestamp', 'revocation', 'payload', 'userMetadata']) {
      expect(resultOf(outcome, check)).toEqual({ check, status: 'skipped', because: 'earlier-failure' });
    }
  });

  it('stays visible where it is only logged [+VER-32]', async () => {
    const outcome = await outcomeOf('expiry', { level: 'permissive' });
    expect(resultOf(outcome, 'expiry')).toMatchObject({ status: 'failed', action: 'log', facts: { code: 'expired' } });
    expect(outcome.verdict === 'trusted' && outcome.accepted.outcome.failures.length).toBe(1);
    expect(resultOf(outcome, 'payload')).toEqual({ check: 'payload', status: 'passed' });
  });

  it('follows an override of the level', async () => {
    expect((await outcomeOf('expiry', { override: { expiry: 'log' } })).verdict).toBe('trusted');
    expect((await outcomeOf('expiry', { level: 'audit', override: { expiry: 'enforce' } })).verdict).toBe('untrusted');
  });

  it('of authenticity that is only logged never reads as trusted, in types and in the report [-VER-34 -META-06]', async () => {
    const outcome = await outcomeOf('authenticity', { level: 'audit' });
    expect(outcome).toMatchObject({ verdict: 'not-verified', because: 'authenticity-not-enforced' });
    expect(outcome.signatures[0]?.outcome).not.toHaveProperty('signer');
    expect(outcome.signatures[0]?.outcome).not.toHaveProperty('target');
    expect(toReport(outcome)).toMatchObject({
      verdict: 'not-verified',
      code: 'authenticity-not-enforced',
      policy: { level: 'audit' },
    });
  });

  it('that audit tolerates does not hide a trusted signature behind it [+VER-34]', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    await signIn(scene);
    expect((await verifyIn(scene, { trust: await policyTrust({ level: 'audit' }) })).verdict).toBe('trusted');
  });
});

describe('several failures of one signature', () => {
  const table: readonly (readonly [
    level: string,
    has: readonly ('stranger' | 'payload')[],
    failures: readonly string[],
  ])[] = [
    ['permissive', ['payload'], ['payload', 'expiry']],
    ['audit', ['payload'], ['payload', 'expiry']],
    ['audit', ['stranger'], ['authenticity', 'expiry', 'revocation']],
    ['audit', ['stranger', 'payload'], ['payload', 'authenticity', 'expiry', 'revocation']],
  ];
  for (const [level, has, failures] of table) {
    it(`are ${failures.join(', ')} at ${level}: each once, first the one that decides`, async () => {
      const scene = await openScene();
      await signRaw(scene, {
        expiry: later(10),
        ...(has.includes('stranger') && { by: await chainOf(1) }),
        ...(has.includes('payload') && { payload: encodePayload({ ...scene.subject, size: 1 }) }),
      });
      const [record] = (await verifyIn(scene, { trust: await policyTrust({ level }) })).signatures;
      expect(record?.outcome.failures.map(({ check }) => check)).toEqual(failures);
    });
  }
});

describe('level skip', () => {
  it('contacts no signature and gives no more than the level [+VER-02 +TP-11]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const recorded = recordStore(scene.store);
    const outcome = await verifyIn(
      { ...scene, store: recorded.store },
      { trust: await policyTrust({ level: 'skip' }) },
    );
    expect(outcome).toMatchObject({
      verdict: 'not-verified',
      because: 'policy-level-skip',
      signatures: [],
      level: { name: 'skip' },
    });
    expect(recorded.calls).toEqual([]);
  });

  it('is the only level that leaves signatures alone [-VER-02]', async () => {
    const scene = await openScene();
    const recorded = recordStore(scene.store);
    await verifyIn({ ...scene, store: recorded.store }, { trust: await policyTrust({ level: 'audit' }) });
    expect(recorded.calls[0]).toMatch(/^referrers/);
  });

  it('judges no envelope either', async () => {
    const outcome = await verifyEnvelope({
      envelope: new Uint8Array(),
      mediaType: 'application/jose+json',
      subject: (await openScene()).subject,
      trust: await policyTrust({ level: 'skip' }),
      at: later(0),
    });
    expect(outcome).toEqual({ verdict: 'not-verified', because: 'policy-level-skip' });
  });
});

describe('the result of every check', () => {
  it('is listed in the order of the specification [+VER-31 +VER-30]', async () => {
    const outcome = await outcomeOf('none');
    const checks = outcome.signatures[0]?.outcome.checks.map(({ check, status }) => ({ check, status }));
    expect(checks).toEqual(
      [
        'integrity',
        'plugin',
        'criticalAttributes',
        'authenticity',
        'expiry',
        'authenticTimestamp',
        'revocation',
        'payload',
        'userMetadata',
      ].map((check) => ({ check, status: 'passed' })),
    );
  });

  it('of a skipped revocation says that the policy skipped it [-VER-31 +VER-15 +REV-01]', async () => {
    const outcome = await outcomeOf('none', { override: { revocation: 'skip' } });
    expect(resultOf(outcome, 'revocation')).toEqual({ check: 'revocation', status: 'skipped', because: 'policy' });
    expect(outcome.verdict).toBe('trusted');
  });

  it('comes with signer, claims, payload and level [+VER-30 +META-06]', async () => {
    const scene = await openScene();
    await signIn(scene, { userMetadata: { buildId: '101' } });
    const outcome = await verifyIn(scene);
    const { certificates, root } = await chainOf();
    expect(outcome).toMatchObject({
      level: { name: 'strict' },
      accepted: {
        outcome: {
          signer: {
            leaf: { fingerprint: certificates[0].fingerprint },
            anchor: { fingerprint: root.fingerprint },
            trustedBy: 'policy wabbit-images',
          },
          claims: { scheme: 'notary.x509', signingAgent: 'test/1.0', hasTimestamp: false },
          target: { ...scene.subject, annotations: { buildId: '101' } },
        },
      },
    });
  });

  it('comes with a claimed expiry only where the signer stated one', async () => {
    const [stated, unstated] = [await outcomeOf('expiry', { level: 'permissive' }), await outcomeOf('none')];
    expect(stated.signatures[0]?.outcome).toHaveProperty('claims.expiry', later(10));
    expect(unstated.signatures[0]?.outcome).not.toHaveProperty('claims.expiry');
  });

  it('of an envelope that is not intact comes without any claim [-VER-30 -PAY-08]', async () => {
    const outcome = await outcomeOf('integrity');
    expect(outcome.signatures[0]?.outcome).not.toHaveProperty('claims');
  });

  it('of an envelope that is not intact stands before all others, which are skipped because of it', async () => {
    const outcome = await outcomeOf('integrity');
    const integrity: unknown = expect.objectContaining({ check: 'integrity', status: 'failed', action: 'enforce' });
    const skipped = builtinChecks.map(({ name }) => ({ check: name, status: 'skipped', because: 'earlier-failure' }));
    expect(outcome.signatures[0]?.outcome).toEqual({
      verdict: 'untrusted',
      failures: [integrity],
      checks: [integrity, ...skipped],
    });
  });

  it('tells kinds of failure apart by code [+VER-33]', async () => {
    const codes = await Promise.all(
      ['integrity', 'authenticity', 'expiry', 'payload', 'plugin'].map(
        async (defect) => toReport(await outcomeOf(defect)).code,
      ),
    );
    expect(codes).toEqual(['malformed', 'signer-unknown', 'expired', 'wrong-subject', 'plugin-required']);
  });

  it('is never one code for all [-VER-33]', async () => {
    const none = toReport(await verifyIn(await openScene())).code;
    const unknown = toReport(await outcomeOf('authenticity')).code;
    expect(none).not.toBe(unknown);
  });
});

describe('a finding', () => {
  const said = { reason: 'nobody answers', facts: { code: 'revocation-unknown' } } as const;
  const cause = new Error('no answer');
  const table: readonly (readonly [name: string, finding: Finding])[] = [
    ['that is positive', { status: 'passed' }],
    ['that is positive about certificates', { status: 'passed', certificates: [] }],
    ['that is negative', { status: 'failed', ...said }],
    ['that is negative about certificates', { status: 'failed', ...said, certificates: [] }],
    ['that is open', { status: 'inconclusive', ...said }],
    ['that is open for a known cause', { status: 'inconclusive', ...said, cause }],
  ];
  for (const [name, finding] of table) {
    it(`${name} is recorded as it is, with what the policy does about it and nothing else`, async () => {
      const check: Check = { name: 'revocation', validation: 'revocation', run: () => finding };
      const { results } = await applyPolicy([check], await contextOf(), levelOf('permissive'));
      const action = finding.status === 'passed' ? {} : { action: 'log' };
      expect(results).toStrictEqual([{ check: 'revocation', ...finding, ...action }]);
    });
  }

  it('adds to what was known before, for the checks that follow and for nobody else', async () => {
    const seen: unknown[] = [];
    const check: Check = {
      name: 'gate:watch',
      run: ({ learned }) => {
        seen.push({ ...learned });
        return { status: 'passed', learned: { isAuthentic: true } };
      },
    };
    const context = await contextOf({ context: { learned: { vouched: 2 } } });
    const run = await applyPolicy([check, check], context, levelOf('strict'));
    expect(seen).toEqual([{ vouched: 2 }, { vouched: 2, isAuthentic: true }]);
    expect(run.context.learned).toEqual({ vouched: 2, isAuthentic: true });
    expect(context.learned).toEqual({ vouched: 2 });
  });
});
