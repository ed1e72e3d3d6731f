// What single checks find and say, where a person or a program depends on it: facts, reasons, and who is handed what.

import { BaseError, encodeUtf8 } from '@nv2/base';
import { type EnvelopeFormat, signEnvelope } from '@nv2/envelope';
import {
  type Certificate,
  type CertificateCache,
  type CertificateRevocation,
  createCertificateCache,
  type RevocationChecker,
  type RevocationOutcome,
} from '@nv2/pki';
import { mintChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { authenticTimestampCheck } from '../src/checks/authentic-timestamp.ts';
import { authenticityCheck } from '../src/checks/authenticity.ts';
import type { CheckContext, Finding } from '../src/checks/check.ts';
import { criticalAttributesCheck } from '../src/checks/critical-attributes.ts';
import { checkEnvelopeIntegrity } from '../src/checks/integrity.ts';
import { payloadCheck } from '../src/checks/payload.ts';
import { pluginCheck } from '../src/checks/plugin.ts';
import { revocationCheck } from '../src/checks/revocation.ts';
import { userMetadataCheck } from '../src/checks/user-metadata.ts';
import type { NotaryEvent } from '../src/events.ts';
import { summarizeCertificate } from '../src/certificate-summary.ts';
import type { PluginAnswer, VerificationPlugins } from '../src/verification-plugin.ts';
import { openAuthority, stampedTrust } from './authority.ts';
import { contextOf, imageDescriptor } from './check-context.ts';
import { signUnchecked } from './forged.ts';
import { at, chainOf, jws, later, openScene, policyTrust, statementOf, verifyIn } from './scene.ts';

const reasonOf = (finding: Finding): string | undefined => ('reason' in finding ? finding.reason : undefined);

describe('the time-stamp decides', () => {
  const decisionOf = async (context: CheckContext): Promise<unknown> => {
    const events: NotaryEvent[] = [];
    await authenticTimestampCheck.run({ ...context, onEvent: (event) => void events.push(event) });
    return events.flatMap((event) => (event.type === 'timestamp-considered' ? [event.decision] : []));
  };

  it('once any certificate of the chain has expired, and not a moment earlier [+TSA-30 -TSA-30]', async () => {
    const end = later(3600);
    const by = await mintChain({
      keyIndex: 40,
      tweak: (options, index) => (index === 0 ? { ...options, notAfter: end } : options),
    });
    const trust = await stampedTrust(by, { verifyTimestamp: 'afterCertExpiry' });
    const when = (instant: Date): Promise<CheckContext> => contextOf({ by, trust, context: { at: instant } });
    expect(await decisionOf(await when(end))).toEqual(['certificates-valid']);
    expect(await decisionOf(await when(new Date(end.getTime() + 1)))).toEqual(['token-decides']);
  });

  it('with the signal of the verification [+TSA-28]', async () => {
    const { timestamp } = await openAuthority();
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const context = await contextOf({
      trust: await stampedTrust(),
      envelope: { timestamp: (signature) => timestamp(signature, { hash: 'sha256', at }) },
    });
    for (const given of [{}, { signal }]) {
      await authenticTimestampCheck.run({
        ...context,
        ...given,
        checkTimestamp: async (request) => {
          seen.push(request.signal);
          return { status: 'failed', rule: 'TSA-10', reason: 'as told' };
        },
      });
    }
    expect(seen).toEqual([undefined, signal]);
  });
});

describe('a time-stamp that is missing', () => {
  it('is no less missing where an empty one stands in its place', async () => {
    const { envelope, ...rest } = await contextOf({ trust: await stampedTrust() });
    const unsigned = { ...envelope.unsigned, timestampSignature: new Uint8Array() };
    expect(await authenticTimestampCheck.run({ ...rest, envelope: { ...envelope, unsigned } })).toMatchObject({
      facts: { code: 'timestamp-required' },
    });
  });
});

describe('a certificate that has expired', () => {
  it('is told of with whether a time-stamp is there that a policy could rely on', async () => {
    const { timestamp } = await openAuthority();
    const late = { context: { at: new Date('2100-01-01T00:00:00Z') } };
    const envelope = { timestamp: (signature: Uint8Array) => timestamp(signature, { hash: 'sha256', at }) };
    expect(await authenticTimestampCheck.run(await contextOf(late))).toMatchObject({ facts: { hasTimestamp: false } });
    expect(await authenticTimestampCheck.run(await contextOf({ ...late, envelope }))).toMatchObject({
      facts: { code: 'certificate-expired', hasTimestamp: true },
    });
  });

  it('under the signing-authority scheme is told of without one, since none counts there [-TSA-34]', async () => {
    const { envelope, ...rest } = await contextOf({ envelope: { scheme: 'notary.x509.signingAuthority' } });
    const signed = { ...envelope.signed, signingTime: new Date('2100-01-01T00:00:00Z') };
    const context = { ...rest, envelope: { ...envelope, signed } };
    const finding = await authenticTimestampCheck.run(context);
    expect(finding).toMatchObject({ facts: { code: 'certificate-expired', hasTimestamp: false } });
    expect(reasonOf(finding)).toContain('not when it was signed');
  });
});

describe('a signer that nobody knows', () => {
  it('is told of with both ends of its chain and the stores that were consulted', async () => {
    const by = await chainOf(5, { length: 3 });
    const [leaf, , root] = by.certificates;
    const finding = await authenticityCheck.run(await contextOf({ by }));
    expect(finding).toMatchObject({
      facts: {
        code: 'signer-unknown',
        stores: ['ca:wabbit'],
        leaf: summarizeCertificate(leaf),
        root: summarizeCertificate(root as Certificate),
      },
    });
    expect(reasonOf(finding)).toMatch(/^no certificate of the signer is in ca:wabbit; its chain ends in /);
  });

  it('is told of without stores where none may vouch for the scheme [-TS-02]', async () => {
    const context = await contextOf({ envelope: { scheme: 'notary.x509.signingAuthority' } });
    const finding = await authenticityCheck.run(context);
    expect(finding).toMatchObject({ facts: { code: 'signer-unknown', stores: [] } });
    expect(reasonOf(finding)).toMatch(/^no certificate of the signer is trusted for this signing scheme; /);
  });

  it('is told of without stores where a key or certificates are trusted', async () => {
    const [{ certificates }, stranger] = await Promise.all([chainOf(), chainOf(1)]);
    for (const trust of [
      { kind: 'key', spki: certificates[0].spki },
      { kind: 'certificates', anchors: certificates.slice(1) },
    ] as const) {
      const finding = await authenticityCheck.run(await contextOf({ by: stranger, trust }));
      expect(finding).toMatchObject({ facts: { code: 'signer-unknown', stores: [] } });
    }
  });

  it.each([
    ['no-policy', 'there is no trust policy'],
    ['no-statement', 'no statement of the trust policy applies'],
  ] as const)('because of %s is told so', async (because, words) => {
    const finding = await authenticityCheck.run(await contextOf({ trust: { kind: 'none', because } }));
    expect(finding).toMatchObject({ facts: { code: because } });
    expect(reasonOf(finding)).toContain(words);
  });
});

describe('a trust store', () => {
  it('that cannot be loaded fails the check, whatever another one holds, at once or later [-TS-11]', async () => {
    const { root } = await chainOf();
    const broken = new BaseError('BYTES_LIMIT', `store ${'x'.repeat(1000)} is too large`);
    for (const fail of [
      () => {
        throw broken;
      },
      () => Promise.reject(broken),
    ]) {
      const finding = await authenticityCheck.run(
        await contextOf({
          trust: {
            kind: 'policy',
            statement: statementOf({ stores: ['ca:wabbit', 'ca:broken'] }),
            trustStore: {
              certificates: (_type, name) => (name === 'broken' ? fail() : [root]),
            },
          },
        }),
      );
      expect(finding).toMatchObject({ status: 'failed', facts: { code: 'trust-store', store: 'ca:broken' } });
      // Long enough to tell, short enough to read.
      expect(reasonOf(finding)).toContain('x'.repeat(200));
      expect(reasonOf(finding)).not.toContain('x'.repeat(400));
    }
  });

  it('is asked with the signal of the verification, whether it answers at once or later', async () => {
    const { root } = await chainOf();
    const { signal } = new AbortController();
    for (const answer of [() => [root], () => Promise.resolve([root])]) {
      const seen: unknown[] = [];
      const context = await contextOf({ context: { signal } });
      const { trust } = context.trust;
      if (trust.kind !== 'policy') throw new TypeError('the test trust is a policy');
      const trustStore: typeof trust.trustStore = {
        certificates(_type, _name, options) {
          seen.push(options?.signal);
          return answer();
        },
      };
      await authenticityCheck.run({ ...context, trust: { ...context.trust, trust: { ...trust, trustStore } } });
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.every((each) => each === signal)).toBe(true);
    }
  });

  it('that vouches for a signer makes it authentic, for a plugin to rely on [+OC-08]', async () => {
    expect(await authenticityCheck.run(await contextOf())).toMatchObject({
      learned: { anchor: (await chainOf()).root, vouched: 2, isAuthentic: true },
    });
  });
});

describe('an identity that is not wanted', () => {
  it('is told of with all that is, and with a long name in full', async () => {
    const by = await mintChain({
      keyIndex: 42,
      tweak: (options, index) => (index === 0 ? { ...options, subject: `C=US,ST=WA,O=${'o'.repeat(200)}` } : options),
    });
    const wanted = ['x509.subject: C=US, ST=WA, O=one', 'x509.subject: C=US, ST=WA, O=two'];
    const trust = await policyTrust({ identities: wanted }, { ca: [by.root] });
    const finding = await authenticityCheck.run(await contextOf({ by, trust }));
    expect(finding).toMatchObject({ facts: { code: 'identity-mismatch', wanted } });
    expect(reasonOf(finding)).toContain('o'.repeat(200));
  });
});

describe('what was signed', () => {
  const payloadOf = (text: string): Promise<CheckContext> => contextOf({ envelope: { payload: encodeUtf8(text) } });

  it.each(['{}', '{"targetArtifact":[]}', '{"targetArtifact":{"mediaType":"a/b","digest":"x","size":1}}'])(
    'and is no payload, %j, is malformed [-VER-17 -PAY-12]',
    async (text) => {
      const finding = await payloadCheck.run(await payloadOf(text));
      expect(finding).toMatchObject({ status: 'failed', facts: { code: 'malformed' } });
      expect(reasonOf(finding)).toContain('payload does not describe a target artifact');
    },
  );

  it('and is something else is told of with both, member by member [-VER-17]', async () => {
    const { mediaType, digest, size } = imageDescriptor;
    const found = { mediaType: 'text/plain', digest: `sha256:${'0'.repeat(64)}`, size: 7 };
    const finding = await payloadCheck.run(await payloadOf(JSON.stringify({ targetArtifact: found })));
    expect(finding).toMatchObject({
      facts: { code: 'wrong-subject', expected: { mediaType, digest, size }, found },
      reason:
        `the signature is about other content: mediaType text/plain, expected ${mediaType}; digest ${found.digest}, expected ${digest}; size 7, expected ${size}`.replaceAll(
          ';',
          ',',
        ),
    });
  });

  it('and is malformed is told of with the member that is to blame', async () => {
    expect(await payloadCheck.run(await payloadOf('{"TargetArtifact":{}}'))).toMatchObject({
      reason:
        'payload does not describe a target artifact: $: member "TargetArtifact" differs from a known one only in case',
    });
  });

  it('and is another blob is told of without an expected media type where none was given', async () => {
    const { digest } = imageDescriptor;
    const measure = () => Promise.resolve({ digest, size: 7 });
    const finding = await payloadCheck.run(await contextOf({ context: { subject: { kind: 'blob', measure } } }));
    const facts = 'facts' in finding && finding.facts.code === 'wrong-subject' ? finding.facts : undefined;
    expect(facts?.expected).toStrictEqual({ digest, size: 7 });
  });

  it('and differs in its media type alone is something else [-VER-17]', async () => {
    const { digest, size } = imageDescriptor;
    const payload = JSON.stringify({ targetArtifact: { mediaType: 'text/plain', digest, size } });
    expect(await payloadCheck.run(await payloadOf(payload))).toMatchObject({ facts: { code: 'wrong-subject' } });
  });

  it('is missing every pair where no payload was read', async () => {
    const context = await contextOf({ context: { userMetadata: { build: '101' } } });
    expect(await userMetadataCheck.run(context)).toMatchObject({ facts: { missing: ['build=101'] } });
  });

  it('is missing pairs that are told of by name [-META-05]', async () => {
    const target = { ...imageDescriptor, annotations: { build: '101' } };
    const context = await contextOf({
      context: { learned: { target }, userMetadata: { build: '102', 'x\u001b': 'y' } },
    });
    expect(await userMetadataCheck.run(context)).toMatchObject({
      facts: { missing: ['build=102', 'x\u001b=y'] },
      reason: 'the signer did not state "build=102", "x\uFFFD=y"',
    });
  });
});

describe('a chain that does not hold together', () => {
  it('is told of with a name that may be long, and not endless', async () => {
    const subject = `C=US,ST=WA,O=Example,CN=${'x'.repeat(1000)}`;
    const other = await mintChain({ tweak: (options, index) => (index === 1 ? { ...options, subject } : options) });
    const own = await chainOf();
    const scene = await openScene();
    const signingKey = { ...own.signingKey, chain: [own.certificates[0], other.root] as const };
    await signUnchecked(scene, { by: { ...own, signingKey } });
    const [record] = (await verifyIn(scene)).signatures;
    const reason = record?.outcome.verdict === 'untrusted' ? record.outcome.failures[0].reason : '';
    expect(reason).toMatch(/^certificate 1: CN=x{250,400}… \(CERT-02\)$/);
  });
});

describe('bytes that are no envelope', () => {
  it('are told of in words that may be long, and not endless [-VER-10]', () => {
    const media = `application/${'m'.repeat(400)}`;
    const result = checkEnvelopeIntegrity(new Uint8Array(3), media, { formats: [], cache: createCertificateCache() });
    expect(result).toMatchObject({ status: 'failed', finding: { facts: { code: 'malformed' } } });
    const reason = result.status === 'failed' ? result.finding.reason : '';
    expect(reason).toContain('m'.repeat(100));
    expect(reason.length).toBeLessThan(400);
  });

  it('and on which a format breaks end the verification without a verdict', () => {
    const defect = new TypeError('a defect');
    const format: EnvelopeFormat = {
      ...jws,
      parse() {
        throw defect;
      },
    };
    const options = { formats: [format], cache: createCertificateCache() };
    expect(() => checkEnvelopeIntegrity(new Uint8Array(3), jws.mediaType, options)).toThrow(defect);
  });

  it('are looked at with the cache that was given', async () => {
    const { certificates } = await chainOf();
    const cache = createCertificateCache();
    let parsed = 0;
    const counting: CertificateCache = {
      ...cache,
      parse(der) {
        parsed += 1;
        return cache.parse(der);
      },
    };
    const bytes = await signEnvelope({
      format: jws,
      payload: encodeUtf8('{"targetArtifact":{}}'),
      key: (await chainOf()).signingKey,
      signingTime: at,
      signingAgent: 'test/1.0',
    });
    const result = checkEnvelopeIntegrity(bytes, jws.mediaType, { formats: [jws], cache: counting });
    expect(result.status).toBe('passed');
    expect(parsed).toBe(certificates.length);
  });
});

describe('a revocation check', () => {
  async function find(outcomeOf: (chain: readonly Certificate[]) => RevocationOutcome): Promise<Finding> {
    const by = await chainOf(5, { length: 3 });
    const checkRevocation: RevocationChecker = ({ chain }) => outcomeOf(chain);
    return revocationCheck.run(await contextOf({ by, context: { learned: { anchor: by.root }, checkRevocation } }));
  }
  const statusOf = (
    certificate: Certificate | undefined,
    status: 'ok' | 'unknown' | 'not-checkable',
  ): CertificateRevocation => ({ certificate: certificate as Certificate, status, method: 'none', servers: [] });

  it('names the certificate that is revoked, since when and why [-VER-15]', async () => {
    const facts = { revokedAt: later(-60), reason: 'keyCompromise' } as const;
    let middle: Certificate | undefined;
    const finding = await find((chain) => {
      middle = chain[1];
      const certificate = middle as Certificate;
      const revoked = { certificate, status: 'revoked', method: 'ocsp', servers: [], facts } as const;
      const certificates = [statusOf(chain[0], 'ok'), revoked, statusOf(chain[2], 'not-checkable')];
      return { status: 'revoked', certificate, reason: 'so', certificates };
    });
    expect(finding).toMatchObject({
      facts: {
        code: 'revoked',
        certificate: summarizeCertificate(middle as Certificate),
        revokedAt: facts.revokedAt,
        because: 'keyCompromise',
      },
    });
  });

  it('names the certificate nearest to the root of which nobody knows [-VER-15 -OC-37]', async () => {
    let middle: Certificate | undefined;
    const finding = await find((chain) => {
      middle = chain[1];
      const certificates = [
        statusOf(chain[0], 'unknown'),
        statusOf(middle, 'unknown'),
        statusOf(chain[2], 'not-checkable'),
      ];
      return { status: 'unknown', reason: 'so', certificates };
    });
    expect(finding).toMatchObject({
      facts: { code: 'revocation-unknown', certificate: summarizeCertificate(middle as Certificate) },
    });
  });

  it('is asked with the signal of the verification', async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const checkRevocation: RevocationChecker = (request) => {
      seen.push(request.signal);
      return { status: 'passed', certificates: [] };
    };
    const learned = { anchor: (await chainOf()).root };
    await revocationCheck.run(await contextOf({ context: { learned, checkRevocation, signal } }));
    await revocationCheck.run(await contextOf({ context: { learned, checkRevocation } }));
    expect(seen).toEqual([signal, undefined]);
  });
});

describe('a critical attribute', () => {
  it('is told of by name, a few of many [-ATTR-10]', async () => {
    const extended = Array.from({ length: 200 }, (_, index) => ({
      key: `com.example.${index}`,
      isCritical: true,
      value: 'x',
    }));
    const finding = await criticalAttributesCheck.run(await contextOf({ envelope: { extended } }));
    const { facts } = finding as Extract<Finding, { readonly status: 'failed' }>;
    const attributes = facts.code === 'critical-attribute' ? facts.attributes : [];
    expect(attributes[0]).toBe('com.example.0');
    expect(attributes.length).toBeGreaterThan(1);
    expect(attributes.length).toBeLessThan(50);
    expect(reasonOf(finding)).toContain(
      'nobody here processes the critical attribute "com.example.0", "com.example.1"',
    );
  });
});

describe('a plugin that the signature demands', () => {
  const name = 'com.example.verifier';
  const answer: PluginAnswer = {
    opinions: new Map([
      ['trusted-identity', { success: true }],
      ['revocation-check', { success: true }],
    ]),
    processed: new Set(),
  };

  function pluginsWith(change: {
    readonly start?: () => never;
    readonly ask?: () => PluginAnswer;
    readonly seen?: unknown[];
  }): VerificationPlugins {
    const seen = change.seen ?? [];
    return {
      open: async () => ({
        async start(options) {
          seen.push(options.signal);
          change.start?.();
          return {
            name,
            version: '1.0.0',
            capabilities: ['trusted-identity', 'revocation-check'],
            async ask(question) {
              seen.push(question.signal);
              return change.ask?.() ?? answer;
            },
          };
        },
      }),
    };
  }

  /** Plugin and authenticity, one after the other. */
  async function run(plugins: VerificationPlugins, context: Partial<CheckContext> = {}): Promise<Finding> {
    const trust = await policyTrust({ identities: ['*'] });
    const first = await contextOf({
      trust,
      envelope: { verificationPlugin: name },
      context: { plugins, ...context },
    });
    const found = await pluginCheck.run(first);
    if (found.status !== 'passed') return found;
    return authenticityCheck.run({ ...first, learned: found.learned ?? {} });
  }

  it('is started and asked with the signal of the verification', async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    expect(await run(pluginsWith({ seen }), { signal })).toMatchObject({ status: 'passed' });
    expect(await run(pluginsWith({ seen }))).toMatchObject({ status: 'passed' });
    expect(seen).toEqual([signal, signal, undefined, undefined]);
  });

  it('and that breaks, instead of failing, ends the verification without a verdict', async () => {
    const defect = new TypeError('a defect');
    const broken = (): never => {
      throw defect;
    };
    await expect(run(pluginsWith({ start: broken }))).rejects.toBe(defect);
    await expect(run(pluginsWith({ ask: broken }))).rejects.toBe(defect);
  });

  it('and that fails is told of with what it said, and why', async () => {
    const failure = new BaseError('BYTES_LIMIT', 'w'.repeat(900));
    const fail = (): never => {
      throw failure;
    };
    for (const plugins of [pluginsWith({ start: fail }), pluginsWith({ ask: fail })]) {
      const finding = await run(plugins);
      expect(finding).toMatchObject({ facts: { code: 'plugin-failed' }, cause: failure });
      expect(reasonOf(finding)).toContain('w'.repeat(250));
      expect(reasonOf(finding)).not.toContain('w'.repeat(400));
    }
  });

  it('and that has no opinion is told of by what it left out, without a cause [-PLUG-44]', async () => {
    const partial = {
      opinions: new Map([['trusted-identity', { success: true }]] as const),
      processed: new Set<string>(),
    };
    const finding = await run(pluginsWith({ ask: () => partial }));
    expect(finding).toMatchObject({ facts: { code: 'plugin-failed' } });
    expect(finding).not.toHaveProperty('cause');
    expect(reasonOf(finding)).toBe(
      `the verification plugin ${name} gave no verdict: it has no opinion on revocation-check`,
    );
  });

  it('and that is against without words, or with many, is told of', async () => {
    const against = (reason: string): PluginAnswer => ({
      opinions: new Map([
        ['trusted-identity', { success: false, reason }],
        ['revocation-check', { success: true }],
      ]),
      processed: new Set(),
    });
    expect(reasonOf(await run(pluginsWith({ ask: () => against('') })))).toMatch(/reason: none given$/);
    expect(reasonOf(await run(pluginsWith({ ask: () => against('v'.repeat(900)) })))).toContain('v'.repeat(250));
  });
});
