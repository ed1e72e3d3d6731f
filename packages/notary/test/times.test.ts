// Expiry, validity of certificates and revocation as one verification sees them (docs/spec-map.md sections 10, 11.4, 15).

import type { Certificate, RevocationChecker } from '@nv2/pki';
import { leafExtensions, mintChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type TimestampChecker, toReport, type VerificationTrust, type VerifyRequest } from '../src/index.ts';
import { provenTimestamp } from './authority.ts';
import { signRaw, signUnchecked } from './forged.ts';
import {
  type Anchors,
  at,
  chainOf,
  later,
  openScene,
  type PolicyOptions,
  policyTrust,
  signIn,
  verifyIn,
} from './scene.ts';

const authority = { scheme: 'notary.x509.signingAuthority' } as const;
const token = Uint8Array.of(0x30, 0x00);
const timestamp = { timestamp: () => Promise.resolve(token) };
const shortLived = { notBefore: later(-60), notAfter: later(60) };

interface Case {
  readonly policy?: PolicyOptions;
  readonly anchors?: Anchors;
  readonly signature?: Parameters<typeof signRaw>[1];
  readonly verification?: Partial<VerifyRequest>;
}

async function codeOf({ policy = {}, anchors, signature = {}, verification = {} }: Case): Promise<string> {
  const scene = await openScene();
  await signRaw(scene, signature);
  return toReport(await verifyIn(scene, { trust: await policyTrust(policy, anchors), ...verification })).code;
}

describe('an expiry', () => {
  const expiry = later(3600);
  it('in the future passes [+EXP-01 +VER-13 +OC-30]', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at: later(3599) } })).toBe('trusted');
  });

  it('that is this very second has passed [-EXP-01 -OC-30 -VER-13]', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at: expiry } })).toBe('expired');
  });

  it('in the past has passed', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at: later(3601) } })).toBe('expired');
  });

  it('that is absent passes for ever [+EXP-04]', async () => {
    expect(await codeOf({ verification: { at: new Date('2099-01-01T00:00:00Z') } })).toBe('trusted');
  });

  it('that is present is not treated as absent [-EXP-04]', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at: new Date('2099-01-01T00:00:00Z') } })).toBe(
      'expired',
    );
  });

  it('is judged by the clock, whatever a time-stamp says [+EXP-02 -EXP-02]', async () => {
    const tsa = {
      policy: { stores: ['ca:wabbit', 'tsa:wabbit'] },
      anchors: { ca: [(await chainOf()).root], tsa: [(await chainOf()).root] },
    };
    const proven = await provenTimestamp();
    const good: TimestampChecker = () => Promise.resolve({ status: 'passed', timestamp: proven });
    const signature = { expiry, ...timestamp };
    expect(await codeOf({ ...tsa, signature, verification: { at: later(3599), timestamp: good } })).toBe('trusted');
    expect(await codeOf({ ...tsa, signature, verification: { at: later(3601), timestamp: good } })).toBe('expired');
  });

  it('mitigates rollback, CVE-2024-23332: last year’s validly signed artifact is refused under strict [-OC-53]', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at: new Date('2031-06-01T12:00:00Z') } })).toBe(
      'expired',
    );
  });

  it('that is fresh lets the current artifact through [+OC-53]', async () => {
    expect(await codeOf({ signature: { expiry }, verification: { at } })).toBe('trusted');
  });
});

describe('the chain under notary.x509', () => {
  it('counts while all its certificates are valid, to the last second [+TSA-32 +VER-14]', async () => {
    const by = await chainOf(6, shortLived);
    expect(await codeOf({ anchors: { ca: [by.root] }, signature: { by }, verification: { at: later(60) } })).toBe(
      'trusted',
    );
  });

  it('does not count a second later [-TSA-32 -VER-14]', async () => {
    const by = await chainOf(6, shortLived);
    expect(await codeOf({ anchors: { ca: [by.root] }, signature: { by }, verification: { at: later(61) } })).toBe(
      'certificate-expired',
    );
  });

  it('does not count before it begins [-TSA-32]', async () => {
    const by = await chainOf(6, shortLived);
    expect(await codeOf({ anchors: { ca: [by.root] }, signature: { by }, verification: { at: later(-61) } })).toBe(
      'not-yet-valid',
    );
  });

  it('does not count by its claimed signing time [-EXP-05]', async () => {
    const by = await chainOf(6, shortLived);
    const outcome = codeOf({
      anchors: { ca: [by.root] },
      signature: { by, signingTime: at },
      verification: { at: later(86_400) },
    });
    expect(await outcome).toBe('certificate-expired');
  });

  it('is not rescued by a token that no tsa store asks for [-TSA-30]', async () => {
    const by = await chainOf(6, shortLived);
    const good: TimestampChecker = () => Promise.reject(new Error('asked'));
    const verification = { at: later(61), timestamp: good };
    expect(await codeOf({ anchors: { ca: [by.root] }, signature: { by, ...timestamp }, verification })).toBe(
      'certificate-expired',
    );
  });
});

describe('a time-stamp', () => {
  interface Trigger {
    readonly name: string;
    readonly verifyTimestamp?: string;
    readonly isExpired: boolean;
    readonly hasToken: boolean;
    readonly code: string;
  }
  const triggers: readonly Trigger[] = [
    {
      name: 'is judged by default where a tsa store is named [+TSA-30]',
      isExpired: false,
      hasToken: true,
      code: 'timestamp-invalid',
    },
    {
      name: 'is judged always where the policy says so [+TSA-30]',
      verifyTimestamp: 'always',
      isExpired: false,
      hasToken: true,
      code: 'timestamp-invalid',
    },
    {
      name: 'is judged after a certificate expired where the policy says so [+TSA-30]',
      verifyTimestamp: 'afterCertExpiry',
      isExpired: true,
      hasToken: true,
      code: 'timestamp-invalid',
    },
    {
      name: 'is not judged before that [-TSA-30]',
      verifyTimestamp: 'afterCertExpiry',
      isExpired: false,
      hasToken: true,
      code: 'trusted',
    },
    {
      name: 'that is missing fails where one is demanded [-TSA-31]',
      verifyTimestamp: 'always',
      isExpired: false,
      hasToken: false,
      code: 'timestamp-required',
    },
    {
      name: 'that is missing fails after a certificate expired [-TSA-31]',
      verifyTimestamp: 'afterCertExpiry',
      isExpired: true,
      hasToken: false,
      code: 'timestamp-required',
    },
    {
      name: 'that is missing is not missed before that [+TSA-31]',
      verifyTimestamp: 'afterCertExpiry',
      isExpired: false,
      hasToken: false,
      code: 'trusted',
    },
  ];
  for (const { name, verifyTimestamp, isExpired, hasToken, code } of triggers) {
    it(name, async () => {
      const by = await chainOf(6, shortLived);
      const policy = { stores: ['ca:wabbit', 'tsa:wabbit'], ...(verifyTimestamp && { verifyTimestamp }) };
      const signature = { by, ...(hasToken ? timestamp : {}) };
      const verification = { at: isExpired ? later(61) : later(30) };
      expect(await codeOf({ policy, anchors: { ca: [by.root], tsa: [by.root] }, signature, verification })).toBe(code);
    });
  }

  for (const [status, code] of [
    ['passed', 'trusted'],
    ['failed', 'timestamp-invalid'],
    ['unknown', 'timestamp-unknown'],
  ] as const) {
    it(`whose judgement is ${status} makes the signature ${code}, expired certificates or not`, async () => {
      const by = await chainOf(6, shortLived);
      const policy = { stores: ['ca:wabbit', 'tsa:wabbit'] };
      const proven = { timestamp: await provenTimestamp() };
      const answers = {
        passed: { status: 'passed', ...proven },
        failed: { status: 'failed', rule: 'TSA-25', reason: 'the imprint differs' },
        unknown: { status: 'unknown', rule: 'TSA-28', reason: 'no answer', ...proven },
      } as const;
      const verification = { at: later(61), timestamp: () => Promise.resolve(answers[status]) };
      expect(
        await codeOf({
          policy,
          anchors: { ca: [by.root], tsa: [by.root] },
          signature: { by, ...timestamp },
          verification,
        }),
      ).toBe(code);
    });
  }
});

describe('the signing-authority scheme', () => {
  const policy = { stores: ['signingAuthority:wabbit'] };

  it('counts by the authentic signing time, long after the certificates expired [+TSA-34 +EXP-05]', async () => {
    const by = await chainOf(6, shortLived);
    const verification = { at: later(86_400) };
    expect(
      await codeOf({ policy, anchors: { signingAuthority: [by.root] }, signature: { by, ...authority }, verification }),
    ).toBe('trusted');
  });

  for (const [name, seconds, code] of [
    ['before', -61, 'not-yet-valid'],
    ['after', 61, 'certificate-expired'],
  ] as const) {
    it(`does not count when that time is ${name} the validity of a certificate, though all are valid now [-TSA-34 -EXP-05]`, async () => {
      const by = await chainOf(6, shortLived);
      const scene = await openScene();
      await signUnchecked(scene, {
        by,
        signed: { signingScheme: 'notary.x509.signingAuthority', signingTime: later(seconds) },
      });
      const trust = await policyTrust(policy, { signingAuthority: [by.root] });
      expect(toReport(await verifyIn(scene, { trust, at })).code).toBe(code);
    });
  }
});

describe('revocation', () => {
  const answers: readonly (readonly [
    answer: (chain: Parameters<RevocationChecker>[0]['chain']) => Awaited<ReturnType<RevocationChecker>>,
    code: string,
    ids: string,
  ])[] = [
    [() => ({ status: 'passed', certificates: [] }), 'trusted', '+VER-15'],
    [
      ([leaf]) => ({ status: 'revoked', certificate: leaf, reason: 'key compromise', certificates: [] }),
      'revoked',
      '-VER-15',
    ],
    [() => ({ status: 'unknown', reason: 'no answer', certificates: [] }), 'revocation-unknown', '-VER-15'],
  ];
  for (const [answer, code, ids] of answers) {
    it(`that is ${code} decides under strict and not under permissive [${ids}]`, async () => {
      const revocation: RevocationChecker = ({ chain }) => Promise.resolve(answer(chain));
      expect(await codeOf({ verification: { revocation } })).toBe(code);
      expect(await codeOf({ policy: { level: 'permissive' }, verification: { revocation } })).toBe('trusted');
    });
  }

  it('is not asked when the policy skips it [+REV-01]', async () => {
    const revocation: RevocationChecker = () => Promise.reject(new Error('asked'));
    expect(await codeOf({ policy: { override: { revocation: 'skip' } }, verification: { revocation } })).toBe(
      'trusted',
    );
  });

  it('is asked when the policy merely logs it [-REV-01]', async () => {
    let asked = 0;
    const revocation: RevocationChecker = () => {
      asked += 1;
      return Promise.resolve({ status: 'passed', certificates: [] });
    };
    await codeOf({ policy: { override: { revocation: 'log' } }, verification: { revocation } });
    expect(asked).toBe(1);
  });

  it('is told how far up the chain somebody vouches for the addresses in it [+OC-12]', async () => {
    const by = await chainOf(0, { length: 3 });
    const [leaf, middle, root] = by.certificates;
    const scene = await openScene();
    await signIn(scene, { by });
    const vouchedUnder = async (trust: VerificationTrust): Promise<number | undefined> => {
      const asked: (number | undefined)[] = [];
      const revocation: RevocationChecker = ({ vouched }) => {
        asked.push(vouched);
        return Promise.resolve({ status: 'passed', certificates: [] });
      };
      expect(await verifyIn(scene, { trust, revocation })).toMatchObject({ verdict: 'trusted' });
      return asked[0];
    };
    const below = async (...ca: readonly (Certificate | undefined)[]): Promise<number | undefined> =>
      vouchedUnder(await policyTrust({}, { ca: ca.filter((one) => one !== undefined) }));
    expect(await below(root)).toBe(3);
    expect(await below(middle)).toBe(2);
    expect(await below(middle, root)).toBe(3);
    // A key is trusted, and whoever has seen it can put it into a certificate of their own.
    expect(await vouchedUnder({ kind: 'key', spki: leaf.spki })).toBe(0);
    expect(await vouchedUnder({ kind: 'key', spki: leaf.spki, fingerprint: leaf.fingerprint })).toBe(1);
  });

  it('is not asked about a chain that no store anchors, even under audit [-OC-12]', async () => {
    const by = await chainOf(1);
    const revocation: RevocationChecker = () => Promise.reject(new Error('asked'));
    expect(await codeOf({ policy: { level: 'audit' }, signature: { by }, verification: { revocation } })).toBe(
      'authenticity-not-enforced',
    );
  });

  it('is asked about an anchored chain under audit, also when its identity is another [+OC-12]', async () => {
    let asked = 0;
    const revocation: RevocationChecker = () => {
      asked += 1;
      return Promise.resolve({ status: 'passed', certificates: [] });
    };
    const identities = ['x509.subject: C=US, ST=WA, O=Example, CN=somebody else'];
    await codeOf({ policy: { level: 'audit', identities }, verification: { revocation } });
    expect(asked).toBe(1);
  });

  it('learns the authentic signing time of a signing authority [+TSA-36]', async () => {
    const times: unknown[] = [];
    const revocation: RevocationChecker = ({ authenticSigningTime }) => {
      times.push(authenticSigningTime);
      return Promise.resolve({ status: 'passed', certificates: [] });
    };
    const { root } = await chainOf();
    await codeOf({
      policy: { stores: ['signingAuthority:wabbit'] },
      anchors: { signingAuthority: [root] },
      signature: authority,
      verification: { revocation },
    });
    expect(times).toEqual([at]);
  });

  it('learns no time under notary.x509, token or not [-TSA-36]', async () => {
    const times: unknown[] = [];
    const revocation: RevocationChecker = ({ authenticSigningTime }) => {
      times.push(authenticSigningTime);
      return Promise.resolve({ status: 'passed', certificates: [] });
    };
    await codeOf({ signature: timestamp, verification: { revocation } });
    expect(times).toEqual([undefined]);
  });

  it('offline leaves a chain that names a source in doubt, and one that names none in peace', async () => {
    const by = await mintChain({
      keyIndex: 8,
      tweak: (options, index) =>
        index === 0
          ? { ...options, extensions: { ...leafExtensions, ocspUrls: ['http://ocsp.example.com'] } }
          : options,
    });
    expect(await codeOf({ anchors: { ca: [by.root] }, signature: { by } })).toBe('revocation-unknown');
    expect(await codeOf({})).toBe('trusted');
  });
});
