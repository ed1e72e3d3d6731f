// Time-stamps from signing to verdict (docs/spec-map.md section 11), with real tokens of the tests' authority.

import { isEqualBytes } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat, parseEnvelope } from '@nv2/envelope';
import {
  type Certificate,
  checkRevocationOffline,
  createCertificateCache,
  parseTimestampToken,
  type RevocationChecker,
  type RevocationRequest,
} from '@nv2/pki';
import { mintChain, type TestChain, type TestTsaOptions } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type SignatureReport, toReport, type VerifyRequest } from '../src/index.ts';
import { authorityChain, openAuthority, stampedTrust } from './authority.ts';
import { signRaw, signUnchecked } from './forged.ts';
import { at, chainOf, cose, jws, later, openScene, policyTrust, signIn, verifyIn } from './scene.ts';

const shortLived = { notBefore: later(-60), notAfter: later(60) };

interface Case {
  readonly tsa?: TestTsaOptions;
  readonly by?: TestChain;
  readonly format?: EnvelopeFormat;
  readonly policy?: Parameters<typeof stampedTrust>[1];
  readonly verification?: Partial<VerifyRequest>;
}

/** Signs with a time-stamp, verifies an hour later, and gives the report of that signature. */
async function judge({
  tsa = {},
  by,
  format = jws,
  policy = {},
  verification = {},
}: Case = {}): Promise<SignatureReport> {
  const signer = by ?? (await chainOf(6, shortLived));
  const scene = await openScene();
  const { timestamp } = await openAuthority(tsa);
  await signIn(scene, { by: signer, format, timestamp });
  const trust = await stampedTrust(signer, policy);
  const report = toReport(await verifyIn(scene, { trust, at: later(3600), ...verification }));
  const [signature] = report.signatures;
  if (signature === undefined) throw new Error('there is no signature');
  return signature;
}

describe('a signature with a time-stamp', () => {
  it.each(builtinFormats.map((format) => [format.name, format] as const))(
    'in %s counts after its certificates have expired, and says when it existed and who says so [+TSA-30 +TSA-27 +TSA-12]',
    async (_, format) => {
      const [leaf, , root] = (await authorityChain()).certificates;
      const report = await judge({
        format,
        tsa: { tweakAnswer: (honest) => ({ ...honest, accuracy: { seconds: 2 } }) },
      });
      expect(report).toMatchObject({
        code: 'trusted',
        hasTimestamp: true,
        timestamp: { earliest: later(-2).toISOString(), latest: later(2).toISOString(), policy: '1.2.3.4.1' },
      });
      expect(report.timestamp?.authority.map(({ fingerprint }) => fingerprint)).toEqual([
        leaf.fingerprint,
        expect.any(String),
        root?.fingerprint,
      ]);
    },
  );

  it('counts after one of them has expired where that is when it is looked at [+TSA-30]', async () => {
    expect((await judge({ policy: { verifyTimestamp: 'afterCertExpiry' } })).code).toBe('trusted');
  });

  it('does not count without a tsa store in the policy [-TSA-30]', async () => {
    const report = await judge({ policy: { stores: ['ca:wabbit'] } });
    expect(report).toMatchObject({ code: 'certificate-expired', hasTimestamp: true });
    expect(report).not.toHaveProperty('timestamp');
  });

  it.each([
    ['before the chain of the signer began', -61],
    ['after it ended', 61],
  ])('made %s fails, though the chain is valid now or was [-TSA-27]', async (_, seconds) => {
    const report = await judge({ tsa: { now: () => later(seconds) }, verification: { at: later(30) } });
    expect(report).toMatchObject({
      code: 'timestamp-invalid',
      checks: {
        authenticTimestamp: { facts: { rule: 'TSA-27', timestamp: { earliest: later(seconds).toISOString() } } },
      },
    });
  });

  it('is about the raw signature bytes, hashed as the key hashes [+TSA-02 +TSA-03 +OC-38]', async () => {
    for (const [keyType, hash, format] of [
      ['p256', 'sha256', jws],
      ['p384', 'sha384', cose],
      ['p521', 'sha512', jws],
    ] as const) {
      const scene = await openScene();
      const { timestamp, requests } = await openAuthority();
      const by = await mintChain({ keyType });
      const { envelope } = await signIn(scene, { by, format, timestamp });
      const parsed = parseEnvelope(envelope, format.mediaType);
      const token = parsed.unsigned.timestampSignature ?? new Uint8Array();
      expect(parseTimestampToken(token).isAbout(parsed.signature)).toBe(true);
      expect(parseTimestampToken(token).isAbout(envelope)).toBe(false); // -TSA-02
      expect(requests.map(({ digest }) => digest.length)).toEqual([Number(hash.slice(3)) / 8]);
    }
  });

  it('of another signature is refused: the token does not travel [-TSA-02 -TSA-03 -TSA-25 -OC-38]', async () => {
    const scene = await openScene();
    const { timestamp } = await openAuthority();
    const other = await signIn(scene, { timestamp, userMetadata: { build: '1' } });
    const token = parseEnvelope(other.envelope, jws.mediaType).unsigned.timestampSignature;
    const target = await openScene();
    await signRaw(target, { timestamp: () => Promise.resolve(token ?? new Uint8Array()) });
    const report = toReport(await verifyIn(target, { trust: await stampedTrust() }));
    expect(report.signatures[0]).toMatchObject({
      code: 'timestamp-invalid',
      checks: { authenticTimestamp: { facts: { rule: 'TSA-25' } } },
    });
  });

  it('keeps the token as it came, and not the envelope or anything around it [+TSA-12 -TSA-12]', async () => {
    const scene = await openScene();
    const { timestamp } = await openAuthority();
    let token: Uint8Array | undefined;
    const { envelope } = await signIn(scene, {
      timestamp: async (signature, options) => (token = await timestamp(signature, options)),
    });
    const kept = parseEnvelope(envelope, jws.mediaType).unsigned.timestampSignature;
    expect(isEqualBytes(kept ?? new Uint8Array(), token ?? new Uint8Array(1))).toBe(true);
    expect(isEqualBytes(kept ?? new Uint8Array(), envelope)).toBe(false);
  });
});

describe('an authority', () => {
  it.each<[string, TestTsaOptions]>([
    ['refuses', { status: 2, failInfo: [0] }],
    ['lies about the data', { tweakAnswer: (honest) => ({ ...honest, digest: new Uint8Array(32) }) }],
    ['signs badly', { tweakSignature: () => new Uint8Array(70) }],
  ])('that %s makes signing fail, and nothing is stored [-SIGN-08]', async (_, tsa) => {
    const scene = await openScene();
    const { timestamp } = await openAuthority(tsa);
    await expect(signIn(scene, { timestamp })).rejects.toMatchObject({
      code: expect.stringMatching(/^PKI_TIMESTAMP_/),
    });
    expect(toReport(await verifyIn(scene)).code).toBe('no-signature');
  });

  it('is not asked with the signing-authority scheme, which states the time itself [-TSA-01]', async () => {
    const scene = await openScene();
    const { timestamp, requests } = await openAuthority();
    const stamp = (signature: Uint8Array): Promise<Uint8Array> => timestamp(signature, { hash: 'sha256', at });
    const request = signRaw(scene, { scheme: 'notary.x509.signingAuthority', timestamp: stamp });
    await expect(request).rejects.toMatchObject({ code: 'ENVELOPE_REQUEST_INVALID', details: { rule: 'TSA-01' } });
    expect(requests).toHaveLength(0);
    await signRaw(scene, { timestamp: stamp });
    expect(requests).toHaveLength(1); // +TSA-01
  });

  it('is asked with notary.x509 [+TSA-01 +SIGN-08]', async () => {
    const { timestamp, requests } = await openAuthority();
    await signIn(await openScene(), { timestamp });
    expect(requests).toHaveLength(1);
  });
});

describe('who vouches for a time', () => {
  it('is the tsa store of the statement, and nobody else [-TSA-21 -TSA-35]', async () => {
    const by = await chainOf(6, shortLived);
    const { root } = await authorityChain();
    const stores = ['ca:wabbit', 'tsa:wabbit'];
    // A ca store with the authority's root does not make it an authority.
    const misplaced = await policyTrust({ stores }, { ca: [by.root, root], tsa: [by.root] });
    expect(await judge({ verification: { trust: misplaced } })).toMatchObject({
      code: 'timestamp-invalid',
      checks: { authenticTimestamp: { facts: { rule: 'TSA-21' } } },
    });
    const missing = await policyTrust({ stores }, { ca: [by.root] });
    expect(await judge({ verification: { trust: missing } })).toMatchObject({
      code: 'trust-store',
      checks: { authenticTimestamp: { facts: { store: 'tsa:wabbit' } } },
    });
  });

  it('is somebody: a store that holds nothing fails the step [-TSA-35]', async () => {
    const trust = await stampedTrust(await chainOf(6, shortLived));
    if (trust.kind !== 'policy') throw new Error('the test has a policy');
    const trustStore: typeof trust.trustStore = {
      certificates: (type, name, options) =>
        type === 'tsa' ? Promise.resolve([]) : trust.trustStore.certificates(type, name, options),
    };
    const report = await judge({ verification: { trust: { ...trust, trustStore } } });
    expect(report).toMatchObject({ code: 'trust-store', reason: 'there is no certificate in tsa:wabbit' });
  });

  it('may be one of several in the stores [+TSA-35 +TSA-21]', async () => {
    const by = await chainOf(6, shortLived);
    const { root } = await authorityChain();
    const trust = await policyTrust({ stores: ['ca:wabbit', 'tsa:wabbit'] }, { ca: [by.root], tsa: [by.root, root] });
    expect((await judge({ verification: { trust } })).code).toBe('trusted');
  });
});

describe('the authority’s revocation', () => {
  const skips = { override: { revocation: 'skip' } };

  async function asked(policy: Case['policy']): Promise<readonly RevocationRequest[]> {
    const requests: RevocationRequest[] = [];
    const revocation: RevocationChecker = (request) => {
      requests.push(request);
      return checkRevocationOffline(request);
    };
    await judge({ ...(policy && { policy }), verification: { revocation } });
    return requests;
  }

  it('is asked about even where the policy skips revocation [+TSA-28]', async () => {
    expect((await asked(skips)).map(({ purpose }) => purpose)).toEqual(['timestamping']);
  });

  it('is asked about before that of the signer, which learns no time from it [+TSA-36 -TSA-36]', async () => {
    const requests = await asked({});
    expect(requests.map(({ purpose }) => purpose)).toEqual(['timestamping', 'code-signing']);
    expect(requests.every((request) => !('authenticSigningTime' in request))).toBe(true);
  });

  it.each([
    ['revoked', 'timestamp-invalid'],
    ['unknown', 'timestamp-unknown'],
  ] as const)(
    'that is %s fails the step, whatever the policy says about revocation [-TSA-28]',
    async (status, code) => {
      const revocation: RevocationChecker = ({ chain: [certificate] }) =>
        Promise.resolve(
          status === 'revoked'
            ? { status, certificate, reason: 'keyCompromise', certificates: [] }
            : { status, reason: 'no answer', certificates: [] },
        );
      const report = await judge({ policy: skips, verification: { revocation } });
      expect(report).toMatchObject({
        code,
        checks: { authenticTimestamp: { action: 'enforce', facts: { timestamp: { policy: '1.2.3.4.1' } } } },
      });
      const logged = await judge({
        policy: { override: { revocation: 'skip', authenticTimestamp: 'log' } },
        verification: { revocation },
      });
      expect(logged).toMatchObject({ code: 'trusted', checks: { authenticTimestamp: { action: 'log' } } }); // +TSA-33
      expect(logged).not.toHaveProperty('timestamp');
    },
  );
});

describe('the authority’s certificates', () => {
  it('are parsed by the cache of the verification, as those of the signer', async () => {
    const kept = createCertificateCache();
    const parsed: Certificate[] = [];
    const parse = (der: Uint8Array): Certificate => {
      const certificate = kept.parse(der);
      parsed.push(certificate);
      return certificate;
    };
    const by = await chainOf(6, shortLived);
    await judge({ by, verification: { cache: { ...kept, parse } } });
    const [authority] = (await authorityChain()).certificates;
    expect(parsed.map(({ fingerprint }) => fingerprint)).toEqual(
      expect.arrayContaining([by.certificates[0].fingerprint, authority.fingerprint]),
    );
  });
});

describe('a token that nobody asks for', () => {
  it('is not even parsed [+TSA-32 -TSA-30]', async () => {
    const scene = await openScene();
    await signRaw(scene, { timestamp: () => Promise.resolve(Uint8Array.of(0xff)) });
    expect(toReport(await verifyIn(scene)).code).toBe('trusted');
    expect(toReport(await verifyIn(scene, { trust: await stampedTrust() })).code).toBe('timestamp-invalid');
  });

  it('is ignored under the signing-authority scheme [+TSA-34 +EXP-05]', async () => {
    const by = await chainOf(6, shortLived);
    const scene = await openScene();
    const token = Uint8Array.of(0xff);
    await signUnchecked(scene, {
      by,
      token,
      signed: { signingScheme: 'notary.x509.signingAuthority', signingTime: at },
    });
    const trust = await policyTrust(
      { stores: ['signingAuthority:wabbit', 'tsa:wabbit'] },
      { signingAuthority: [by.root], tsa: [by.root] },
    );
    expect(toReport(await verifyIn(scene, { trust, at: later(86_400) })).code).toBe('trusted');
  });
});

describe('a time-stamp that is missing', () => {
  it('is named together with the certificate that it would have helped', async () => {
    const by = await chainOf(6, shortLived);
    const scene = await openScene();
    await signIn(scene, { by });
    const report = toReport(await verifyIn(scene, { trust: await stampedTrust(by), at: later(3600) }));
    expect(report.signatures[0]).toMatchObject({
      code: 'timestamp-required',
      checks: { authenticTimestamp: { facts: { outside: { notAfter: later(60).toISOString() } } } },
    });
  });
});
