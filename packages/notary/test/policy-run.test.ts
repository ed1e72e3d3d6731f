// How findings become an outcome: what is carried along, what is tolerated, what ends a run, and what a session refuses.

import { BaseError, encodeUtf8 } from '@nv2/base';
import { memoryTrustStore, type TrustStore } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import { applyPolicy } from '../src/apply-policy.ts';
import type { Check, Finding } from '../src/checks/check.ts';
import { builtinChecks, encodePayload, type NotaryEvent, type verifyEnvelope } from '../src/index.ts';
import type { CheckName, SignatureOutcome } from '../src/outcome.ts';
import { findHints, prepareTrust } from '../src/trust.ts';
import { contextOf, imageDescriptor } from './check-context.ts';
import { pushSignature, signRaw } from './forged.ts';
import { chainOf, cose, jws, later, openScene, policyTrust, statementOf, verifyIn } from './scene.ts';

type Options = Omit<Parameters<typeof verifyEnvelope>[0], 'envelope' | 'mediaType' | 'subject' | 'at' | 'trust'>;

async function judge(
  raw: Parameters<typeof signRaw>[1] & { readonly level?: string } = {},
  options: Partial<Options> = {},
): Promise<SignatureOutcome> {
  const { level = 'strict', ...rest } = raw;
  const scene = await openScene();
  await signRaw(scene, rest);
  const { signatures } = await verifyIn(scene, { trust: await policyTrust({ level }), ...options });
  const [record] = signatures;
  if (record === undefined) throw new Error('no signature was looked at');
  return record.outcome;
}

function failuresOf(outcome: SignatureOutcome): readonly string[] {
  return 'failures' in outcome ? outcome.failures.map(({ facts }) => facts.code) : [];
}

describe('a run of checks', () => {
  const checkOf = (name: CheckName, run: Check['run']): Check => ({ name, run });

  it('starts with what is known already, and hands on what each check learns', async () => {
    const { root } = await chainOf();
    const context = await contextOf({ context: { learned: { anchor: root } } });
    const seen: unknown[] = [];
    const checks = [
      checkOf('gate:first', ({ learned }) => {
        seen.push({ ...learned });
        return { status: 'passed', learned: { target: imageDescriptor } };
      }),
      checkOf('gate:second', ({ learned }) => {
        seen.push({ ...learned });
        return { status: 'passed' };
      }),
    ];
    const run = await applyPolicy(checks, context, context.trust.level);
    expect(seen).toEqual([{ anchor: root }, { anchor: root, target: imageDescriptor }]);
    expect(run.context.learned).toEqual({ anchor: root, target: imageDescriptor });
    // What the caller handed in is the caller's.
    expect(context.learned).toEqual({ anchor: root });
  });

  it('carries the cause of what is inconclusive, and nothing that a finding does not have', async () => {
    const cause = new Error('why');
    const facts = { code: 'malformed' } as const;
    const findings: readonly Finding[] = [
      { status: 'inconclusive', reason: 'r', facts, cause },
      { status: 'inconclusive', reason: 'r', facts },
      { status: 'failed', reason: 'r', facts },
      { status: 'failed', reason: 'r', facts, certificates: [] },
      { status: 'passed' },
      { status: 'passed', certificates: [] },
    ];
    const results = await Promise.all(
      findings.map(async (finding) => {
        const context = await contextOf();
        const run = await applyPolicy([checkOf('gate:one', () => finding)], context, context.trust.level);
        return run.results[0];
      }),
    );
    const bad = { check: 'gate:one', action: 'enforce', reason: 'r', facts };
    expect(results).toStrictEqual([
      { ...bad, status: 'inconclusive', cause },
      { ...bad, status: 'inconclusive' },
      { ...bad, status: 'failed' },
      { ...bad, status: 'failed', certificates: [] },
      { check: 'gate:one', status: 'passed' },
      { check: 'gate:one', status: 'passed', certificates: [] },
    ]);
  });
});

describe('an outcome', () => {
  it('lists the failure that decided first, then those that were tolerated, each once [+VER-32]', async () => {
    const wrong = encodePayload({ ...imageDescriptor, size: 1 });
    const outcome = await judge({ level: 'permissive', expiry: later(30), payload: wrong });
    expect(outcome.verdict).toBe('untrusted');
    expect(failuresOf(outcome)).toEqual(['wrong-subject', 'expired']);
  });

  it('that is not verified lists authenticity first, then the others, each once [+VER-34]', async () => {
    const outcome = await judge({ level: 'audit', by: await chainOf(1), expiry: later(30) });
    expect(outcome.verdict).toBe('not-verified');
    expect(failuresOf(outcome).slice(0, 2)).toEqual(['signer-unknown', 'expired']);
    expect(new Set(failuresOf(outcome)).size).toBe(failuresOf(outcome).length);
  });

  it('that is trusted in spite of something says of what [+VER-32]', async () => {
    const outcome = await judge({ level: 'permissive', expiry: later(30) });
    expect(outcome.verdict).toBe('trusted');
    expect(failuresOf(outcome)).toEqual(['expired']);
  });

  it('has the expiry among its claims, where there is one', async () => {
    expect(await judge({ expiry: later(300) })).toMatchObject({ claims: { expiry: later(300) } });
    const without = await judge();
    expect('claims' in without && without.claims).not.toHaveProperty('expiry');
  });

  it('of what is not intact lists every other check as not run, and is told of [-VER-10]', async () => {
    const scene = await openScene();
    await pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}') });
    const events: NotaryEvent[] = [];
    const { signatures } = await verifyIn(scene, { onEvent: (event) => void events.push(event) });
    const outcome = signatures[0]?.outcome;
    expect(outcome?.checks.map(({ check, status }) => `${check} ${status}`)).toEqual([
      'integrity failed',
      ...builtinChecks.map(({ name }) => `${name} skipped`),
    ]);
    expect(events.flatMap((event) => (event.type === 'check-finished' ? [event.result] : []))).toMatchObject([
      { check: 'integrity', status: 'failed', facts: { code: 'malformed' } },
    ]);
  });

  it.each(['authenticity', 'payload'] as const)(
    'does not come of a check of the caller’s own for %s that passes without saying what it found',
    async (name) => {
      const checks = builtinChecks.map((check) =>
        check.name === name ? { ...check, run: () => ({ status: 'passed' }) as const } : check,
      );
      // Revocation is not asked about without an anchor, so that it has to be tolerated for the end to be reached.
      await expect(judge({ level: 'audit' }, { checks })).rejects.toThrow(
        'a check passed without saying what it found',
      );
    },
  );
});

describe('a session', () => {
  it('refuses checks in another order, even if only two changed places [-VER-19]', async () => {
    const names = builtinChecks.map(({ name }) => name);
    for (let at = 0; at + 1 < builtinChecks.length; at += 1) {
      const checks = builtinChecks.toSpliced(at, 2, ...builtinChecks.slice(at, at + 2).toReversed());
      expect(checks.map(({ name }) => name)).not.toEqual(names);
      await expect(judge({}, { checks })).rejects.toMatchObject({ code: 'NOTARY_REQUEST_INVALID' });
    }
    await expect(judge({}, { checks: [...builtinChecks, ...builtinChecks] })).rejects.toMatchObject({
      code: 'NOTARY_REQUEST_INVALID',
    });
    expect((await judge({}, { checks: [...builtinChecks] })).verdict).toBe('trusted');
  });

  it('reads the formats that it was given, and no other', async () => {
    expect((await judge({ format: cose }, { formats: [cose] })).verdict).toBe('trusted');
    expect(failuresOf(await judge({ format: cose }, { formats: [jws] }))).toEqual(['malformed']);
  });
});

describe('trust', () => {
  it('in certificates that no store could hold is refused, with the place of the one that is wrong [-TS-07]', async () => {
    const [{ root }, leafless] = await Promise.all([chainOf(), chainOf(1)]);
    const [leaf] = leafless.certificates;
    const refused = { code: 'NOTARY_ANCHORS_INVALID' };
    expect(() => prepareTrust({ kind: 'certificates', anchors: [root, leaf] })).toThrow(
      expect.objectContaining({ ...refused, message: expect.stringMatching(/^trust anchor 2: .* \(TS-[0-9]+\)$/) }),
    );
    expect(() => prepareTrust({ kind: 'certificates', anchors: [] })).toThrow(
      expect.objectContaining({ ...refused, message: expect.stringMatching(/^trust anchor: /) }),
    );
  });

  it('gives hints of whose signature to try first: the certificates that a signer’s chain may contain', async () => {
    const [own, authority, tsa] = await Promise.all([chainOf(), chainOf(1), chainOf(2)]);
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const store = memoryTrustStore([
      { type: 'ca', name: 'wabbit', certificates: [own.root] },
      { type: 'signingAuthority', name: 'wabbit', certificates: [authority.root] },
      { type: 'tsa', name: 'wabbit', certificates: [tsa.root] },
    ]);
    const trustStore: TrustStore = {
      certificates(type, name, options) {
        seen.push(options?.signal);
        if (name === 'broken') return Promise.reject(new BaseError('BYTES_LIMIT', 'too large'));
        return store.certificates(type, name, options);
      },
    };
    const stores = ['ca:wabbit', 'ca:broken', 'signingAuthority:wabbit', 'tsa:wabbit'];
    const policy = prepareTrust({ kind: 'policy', statement: statementOf({ stores }), trustStore });
    expect(await findHints(policy, signal)).toEqual(new Set([own.root.fingerprint, authority.root.fingerprint]));
    expect(seen).toEqual([signal, signal, signal]);
    const { spki, fingerprint } = own.certificates[0];
    expect(await findHints(prepareTrust({ kind: 'key', spki, fingerprint }))).toEqual(new Set([fingerprint]));
    expect(await findHints(prepareTrust({ kind: 'key', spki }))).toEqual(new Set());
    expect(await findHints(prepareTrust({ kind: 'certificates', anchors: [own.root] }))).toEqual(
      new Set([own.root.fingerprint]),
    );
    expect(await findHints(prepareTrust({ kind: 'none', because: 'no-policy' }))).toEqual(new Set());
  });
});
