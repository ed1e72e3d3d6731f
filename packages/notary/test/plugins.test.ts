// Signatures that demand a verification plugin: when it is run, what it is asked, and what its word is worth.

import { BaseError } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import {
  builtinChecks,
  type PluginAnswer,
  type PluginOpinion,
  type PluginQuestion,
  toReport,
  type VerificationCapability,
  type VerificationPlugins,
  type VerifyRequest,
} from '../src/index.ts';
import { signRaw, signUnchecked } from './forged.ts';
import { chainOf, cose, jws, later, openScene, policyTrust, verifyIn } from './scene.ts';

const name = 'com.example.verifier';
const yes: PluginOpinion = { success: true };
const both: readonly VerificationCapability[] = ['trusted-identity', 'revocation-check'];

interface Behaviour {
  readonly version?: string;
  readonly capabilities?: readonly VerificationCapability[];
  readonly opinions?: Readonly<Partial<Record<VerificationCapability, PluginOpinion>>>;
  readonly processed?: readonly string[];
  readonly fails?: 'open' | 'start' | 'ask';
}

interface FakePlugins extends VerificationPlugins {
  readonly log: string[];
  readonly questions: PluginQuestion[];
}

function pluginsWith(behaviour: Behaviour = {}): FakePlugins {
  const { version = '1.2.3', capabilities = both, processed = [], fails } = behaviour;
  const { opinions = { 'trusted-identity': yes, 'revocation-check': yes } } = behaviour;
  const log: string[] = [];
  const questions: PluginQuestion[] = [];
  const failAt = (step: string): void => {
    log.push(step);
    if (fails === step) throw new BaseError('BYTES_LIMIT', `failed to ${step}`);
  };
  const ask = async (question: PluginQuestion): Promise<PluginAnswer> => {
    questions.push(question);
    failAt('ask');
    const entries = both.flatMap((key) => (opinions[key] === undefined ? [] : [[key, opinions[key]] as const]));
    return { opinions: new Map(entries), processed: new Set(processed) };
  };
  return {
    log,
    questions,
    open: async () => {
      failAt('open');
      const start = async () => {
        failAt('start');
        return { name, version, capabilities, ask };
      };
      return { start };
    },
  };
}

type Raw = NonNullable<Parameters<typeof signRaw>[1]>;

/** Signs with the plugin demanded, verifies, and gives what was concluded. */
async function judge(
  plugins: VerificationPlugins,
  { raw = {}, ...options }: Partial<VerifyRequest> & { readonly raw?: Raw } = {},
) {
  const scene = await openScene();
  await signRaw(scene, { verificationPlugin: name, ...raw });
  const outcome = await verifyIn(scene, { plugins, ...options });
  const [record] = outcome.signatures;
  return {
    verdict: outcome.verdict,
    code: toReport(outcome).code,
    checks: toReport(outcome).signatures[0]?.checks,
    record,
  };
}

describe('a verification plugin', () => {
  it('is asked in the place of our own checks, once, and a signature it likes is trusted [+VER-11 +VER-16 +PLUG-41 +PLUG-43 +PLUG-48]', async () => {
    const plugins = pluginsWith();
    const { verdict } = await judge(plugins, { trust: await policyTrust({ identities: ['spiffe: signer'] }) });
    expect(verdict).toBe('trusted');
    expect(plugins.log).toEqual(['open', 'start', 'ask']);
    expect(plugins.questions).toMatchObject([
      { trustedIdentities: ['spiffe: signer'], capabilities: both, unprocessed: [] },
    ]);
  });

  it('that judges revocation alone is asked about a signer whom the policy trusts, whoever that is', async () => {
    const plugins = pluginsWith({ capabilities: ['revocation-check'] });
    expect(await judge(plugins)).toMatchObject({ verdict: 'trusted' });
    expect(plugins.log).toEqual(['open', 'start', 'ask']);
    expect(plugins.questions).toMatchObject([{ trustedIdentities: ['*'] }]);
  });

  it('is not asked about what the policy skips [+PLUG-41]', async () => {
    const plugins = pluginsWith();
    const trust = await policyTrust({ override: { revocation: 'skip' } });
    expect(await judge(plugins, { trust })).toMatchObject({ verdict: 'trusted' });
    expect(plugins.questions).toMatchObject([{ capabilities: ['trusted-identity'] }]);
  });

  it('leaves to us what it cannot judge [+VER-12 +VER-15]', async () => {
    const identities = pluginsWith({ capabilities: ['trusted-identity'] });
    const revocation = () => Promise.resolve({ status: 'unknown', reason: 'silence', certificates: [] } as const);
    expect(await judge(identities, { revocation })).toMatchObject({ code: 'revocation-unknown' });
    const revocations = pluginsWith({ capabilities: ['revocation-check'] });
    const trust = await policyTrust({ identities: ['x509.subject: C=US, ST=WA, O=nobody'] });
    expect(await judge(revocations, { trust })).toMatchObject({ code: 'identity-mismatch' });
    expect(revocations.log).toEqual(['open', 'start']);
  });

  it('replaces our revocation check, and never the trust store, the time or the content [+PLUG-50 -PLUG-50]', async () => {
    const revocation = () => expect.fail('our own check was asked');
    expect(await judge(pluginsWith(), { revocation })).toMatchObject({ verdict: 'trusted' });
    const stranger = { by: await chainOf(1) };
    expect(await judge(pluginsWith(), { raw: stranger })).toMatchObject({ code: 'signer-unknown' });
    const late = { at: new Date('2100-01-01T00:00:00Z') };
    expect(await judge(pluginsWith(), late)).toMatchObject({ code: 'certificate-expired' });
    expect(await judge(pluginsWith(), { userMetadata: { a: 'b' } })).toMatchObject({ code: 'metadata-mismatch' });
  });

  it('may judge where trust comes from a key or from certificates, about any identity [+PLUG-41]', async () => {
    const { root, certificates } = await chainOf();
    for (const trust of [
      { kind: 'certificates', anchors: [root] },
      { kind: 'key', spki: certificates[0].spki },
    ] as const) {
      const plugins = pluginsWith();
      expect(await judge(plugins, { trust })).toMatchObject({ verdict: 'trusted' });
      expect(plugins.questions).toMatchObject([{ trustedIdentities: ['*'] }]);
      const against = pluginsWith({ opinions: { 'trusted-identity': { success: false }, 'revocation-check': yes } });
      expect(await judge(against, { trust })).toMatchObject({ code: 'plugin-identity' });
    }
  });

  it('cannot vouch for somebody whom neither a policy nor a key names [-OC-08]', async () => {
    const plugins = pluginsWith();
    expect(await judge(plugins, { trust: { kind: 'none', because: 'no-policy' } })).toMatchObject({
      code: 'no-policy',
    });
    expect(plugins.log).toEqual(['open']);
  });
});

describe('a verification plugin that is against', () => {
  const against = (capability: VerificationCapability) =>
    pluginsWith({
      opinions: {
        'trusted-identity': yes,
        'revocation-check': yes,
        [capability]: { success: false, reason: 'no\u001b' },
      },
    });

  it.each<readonly [VerificationCapability, string, string, string, string]>([
    ['trusted-identity', 'strict', 'untrusted', 'plugin-identity', '-PLUG-45'],
    ['trusted-identity', 'permissive', 'untrusted', 'plugin-identity', '-PLUG-45'],
    ['trusted-identity', 'audit', 'not-verified', 'authenticity-not-enforced', '+PLUG-45 +VER-34'],
    ['revocation-check', 'strict', 'untrusted', 'plugin-revocation', '-PLUG-45'],
    ['revocation-check', 'permissive', 'trusted', 'trusted', '+PLUG-45'],
    ['revocation-check', 'audit', 'trusted', 'trusted', '+PLUG-45'],
  ])('on %s at level %s makes the signature %s, as %s [%s]', async (capability, level, verdict, code) => {
    expect(await judge(against(capability), { trust: await policyTrust({ level }) })).toMatchObject({ verdict, code });
  });

  it('gives its reason, safe to print; none is needed [+PLUG-45]', async () => {
    const { checks } = await judge(against('trusted-identity'));
    expect(checks?.authenticity).toMatchObject({ facts: { plugin: name, said: '"no\uFFFD"' } });
    const mute = pluginsWith({ opinions: { 'trusted-identity': { success: false }, 'revocation-check': yes } });
    expect((await judge(mute)).checks?.authenticity?.reason).toMatch(/reason: none given$/);
  });
});

describe('a verification plugin is not run', () => {
  it.each([
    ['strict', 'signer-unknown'],
    ['audit', 'signer-unknown'],
  ] as const)('for a signer in no trust store, at level %s: inconclusive [-OC-08 -VER-11]', async (level, code) => {
    const plugins = pluginsWith();
    const judged = await judge(plugins, { raw: { by: await chainOf(1) }, trust: await policyTrust({ level }) });
    expect(judged).toMatchObject({ verdict: 'untrusted', code });
    expect(judged.checks?.plugin).toMatchObject({ status: 'inconclusive', action: 'enforce' });
    expect(plugins.log).toEqual(['open']);
  });

  it('for a signer in a trust store it is [+OC-08]', async () => {
    const plugins = pluginsWith();
    await judge(plugins, { trust: await policyTrust({ level: 'audit' }) });
    expect(plugins.log).toEqual(['open', 'start', 'ask']);
  });

  it('where a trust store cannot be read [-OC-08 -TS-11]', async () => {
    const plugins = pluginsWith();
    const trust = await policyTrust({ level: 'audit', stores: ['ca:other'] });
    expect(await judge(plugins, { trust })).toMatchObject({ verdict: 'untrusted', code: 'trust-store' });
    expect(plugins.log).toEqual(['open']);
  });

  it('to check revocation for an identity that the policy merely tolerates [-OC-08]', async () => {
    const plugins = pluginsWith({ capabilities: ['revocation-check'] });
    const trust = await policyTrust({ level: 'audit', identities: ['x509.subject: C=US, ST=WA, O=nobody'] });
    expect(await judge(plugins, { trust })).toMatchObject({ verdict: 'untrusted', code: 'plugin-withheld' });
    expect(plugins.log).toEqual(['open', 'start']);
  });

  it('for a signature that is not intact [-PLUG-50 +VER-19]', async () => {
    const plugins = pluginsWith();
    const scene = await openScene();
    const own = await chainOf();
    const signingKey = { ...own.signingKey, sign: () => Promise.resolve(new Uint8Array(64)) };
    await signUnchecked(scene, { by: { ...own, signingKey }, signed: { verificationPlugin: name } });
    expect(toReport(await verifyIn(scene, { plugins }))).toMatchObject({ code: 'altered' });
    expect(plugins.log).toEqual([]);
  });

  it('at level skip [+VER-02]', async () => {
    const plugins = pluginsWith();
    expect(await judge(plugins, { trust: await policyTrust({ level: 'skip' }) })).toMatchObject({
      verdict: 'not-verified',
    });
    expect(plugins.log).toEqual([]);
  });
});

describe('a verification plugin that does not do its part', () => {
  it.each<readonly [string, Behaviour, string]>([
    ['is not installed', { fails: 'open' }, 'plugin-required'],
    ['does not say what it is', { fails: 'start' }, 'plugin-failed'],
    ['has a version that is none', { version: 'v1' }, 'plugin-unsuited'],
    ['cannot verify', { capabilities: [] }, 'plugin-unsuited'],
    ['ends in failure', { fails: 'ask' }, 'plugin-failed'],
    ['has no opinion at all', { opinions: {} }, 'plugin-failed'],
    ['forgets the identity', { opinions: { 'revocation-check': yes } }, 'plugin-failed'],
    ['forgets revocation', { opinions: { 'trusted-identity': yes } }, 'plugin-failed'],
  ])(
    'fails the signature at every level: it %s [-VER-11 -PLUG-44 -PLUG-48 -PLUG-49]',
    async (_what, behaviour, code) => {
      for (const level of ['strict', 'permissive', 'audit']) {
        const judged = await judge(pluginsWith(behaviour), { trust: await policyTrust({ level }) });
        expect(judged).toMatchObject({ verdict: 'untrusted', code });
      }
    },
  );

  it('fails the signature at every level also where it is asked about revocation alone', async () => {
    for (const level of ['strict', 'permissive', 'audit']) {
      const plugins = pluginsWith({ capabilities: ['revocation-check'], fails: 'ask' });
      const judged = await judge(plugins, { trust: await policyTrust({ level }) });
      expect(judged).toMatchObject({ verdict: 'untrusted', code: 'plugin-failed' });
    }
  });

  it('is told of with what whoever looked for it said, as far as anybody reads', async () => {
    const open = () => Promise.reject(new BaseError('BYTES_LIMIT', 'x'.repeat(1000)));
    const { checks } = await judge({ open });
    expect(checks?.plugin?.reason).toMatch(/^the signature demands the verification plugin "[a-z.]+": x{320}…$/);
  });

  it('may have more opinions than it was asked for [+PLUG-44]', async () => {
    const plugins = pluginsWith({ capabilities: ['trusted-identity'] });
    expect(await judge(plugins)).toMatchObject({ verdict: 'trusted' });
  });

  it('is no reason to go on when the run was given up', async () => {
    const reason = new Error('enough');
    const plugins: VerificationPlugins = { open: () => Promise.reject(reason) };
    await expect(judge(plugins)).rejects.toBe(reason);
  });

  it.each([
    ['1.0.0', '1.0.0', 'trusted', '+PLUG-49'],
    ['1.0.0', '0.9.9', 'trusted', '+PLUG-49'],
    ['1.0.0', '1.0.0-alpha', 'trusted', '+PLUG-49'],
    ['1.0.0+build', '1.0.0', 'trusted', '+PLUG-49'],
    ['1.0.0', '1.0.1', 'plugin-outdated', '-PLUG-49'],
    ['1.0.0-rc.1', '1.0.0', 'plugin-outdated', '-PLUG-49'],
    ['1.9.0', '1.10.0', 'plugin-outdated', '-PLUG-49'],
  ])('in version %s where %s is demanded is %s [%s]', async (version, wanted, code) => {
    const raw = { verificationPluginMinVersion: wanted };
    expect(await judge(pluginsWith({ version }), { raw })).toMatchObject({ code });
  });
});

describe('a critical attribute that nobody here knows', () => {
  const extended = [
    { key: 'com.example.note', isCritical: false, value: 'x' },
    { key: 'com.example.rule', isCritical: true, value: 'y' },
  ];

  for (const format of [jws, cose]) {
    it(`is left to the plugin, and accepted once it was processed (${format.name}) [+PLUG-46 +ATTR-10 +PLUG-42]`, async () => {
      const plugins = pluginsWith({ processed: ['com.example.rule', 'more'] });
      expect(await judge(plugins, { raw: { format, extended } })).toMatchObject({ verdict: 'trusted' });
      expect(plugins.questions).toMatchObject([{ unprocessed: [{ key: 'com.example.rule', value: 'y' }] }]);
    });

    it(`fails at every level when the plugin did not process it (${format.name}) [-PLUG-46 -ATTR-10 -VER-16]`, async () => {
      for (const level of ['strict', 'audit']) {
        const trust = await policyTrust({ level });
        const judged = await judge(pluginsWith({ processed: ['com.example.note'] }), {
          trust,
          raw: { format, extended },
        });
        expect(judged).toMatchObject({ verdict: 'untrusted', code: 'critical-attribute' });
      }
    });
  }

  it('fails when its key is an integer, whatever the plugin says [-OC-02]', async () => {
    const plugins = pluginsWith({ processed: ['1000'] });
    const raw = { format: cose, extended: [{ key: 1000, isCritical: true, value: 'x' }] };
    expect(await judge(plugins, { raw })).toMatchObject({ code: 'critical-attribute' });
    expect(plugins.questions).toEqual([]);
  });

  it('fails when the plugin is left with nothing to judge [-PLUG-47 -OC-01]', async () => {
    const plugins = pluginsWith({ capabilities: ['revocation-check'], processed: ['com.example.rule'] });
    const trust = await policyTrust({ override: { revocation: 'skip' } });
    expect(await judge(plugins, { trust, raw: { extended } })).toMatchObject({ code: 'critical-attribute' });
    expect(plugins.log).toEqual(['open', 'start']);
  });

  it('is absent: then a plugin that is left with nothing to judge is not asked [+PLUG-47]', async () => {
    const plugins = pluginsWith({ capabilities: ['revocation-check'] });
    const trust = await policyTrust({ override: { revocation: 'skip' } });
    expect(await judge(plugins, { trust })).toMatchObject({ verdict: 'trusted' });
    expect(plugins.log).toEqual(['open', 'start']);
  });

  it('is not lost when a check of the caller’s own forgets to ask the plugin [-PLUG-46]', async () => {
    const checks = builtinChecks.map((check) =>
      check.name === 'revocation' ? { ...check, run: () => ({ status: 'passed' }) as const } : check,
    );
    const plugins = pluginsWith({ capabilities: ['revocation-check'] });
    await expect(judge(plugins, { checks, raw: { extended } })).rejects.toThrow(TypeError);
  });
});

it('an expired signature is not sent to a plugin that judges revocation only', async () => {
  const plugins = pluginsWith({ capabilities: ['revocation-check'] });
  expect(await judge(plugins, { raw: { expiry: later(30) } })).toMatchObject({ code: 'expired' });
  expect(plugins.log).toEqual(['open', 'start']);
});
