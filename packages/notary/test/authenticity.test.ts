// Who is trusted, and by what (docs/spec-map.md sections 12, 14, 16.2), keys and certificates given by hand included.

import type { Certificate } from '@nv2/pki';
import { describe, expect, it } from 'vitest';
import { memoryTrustStore, TrustError, type TrustStore } from '@nv2/trust';
import { type ArtifactOutcome, toReport, type VerificationTrust } from '../src/index.ts';
import { findHints, prepareTrust } from '../src/trust.ts';
import { stampedTrust } from './authority.ts';
import { signRaw } from './forged.ts';
import {
  type Anchors,
  chainOf,
  openScene,
  type PolicyOptions,
  policyTrust,
  signIn,
  statementOf,
  verifyIn,
} from './scene.ts';

const authority = { scheme: 'notary.x509.signingAuthority' } as const;

async function codeUnder(trust: VerificationTrust, options: Parameters<typeof signRaw>[1] = {}): Promise<string> {
  const scene = await openScene();
  await signRaw(scene, options);
  return toReport(await verifyIn(scene, { trust })).code;
}

async function codeOf(
  policy: PolicyOptions,
  anchors?: Anchors,
  options: Parameters<typeof signRaw>[1] = {},
): Promise<string> {
  return codeUnder(await policyTrust(policy, anchors), options);
}

function failureOf(outcome: ArtifactOutcome): unknown {
  return outcome.verdict === 'untrusted' && outcome.why.code === 'all-failed'
    ? outcome.why.best.outcome.failures[0]
    : undefined;
}

describe('trust by policy', () => {
  it('comes from the root in a ca store [+VER-12 +TS-02 +TS-03 +TS-10]', async () => {
    expect(await codeOf({})).toBe('trusted');
  });

  it('comes from the leaf itself where that is self-signed and in the store [+TS-10]', async () => {
    const by = await chainOf(4, { length: 1 });
    expect(await codeOf({}, { ca: [by.root] }, { by })).toBe('trusted');
  });

  it('comes from an intermediate certificate in the store [+TS-10]', async () => {
    const by = await chainOf(5, { length: 3 });
    expect(await codeOf({}, { ca: [by.certificates[1] ?? by.root] }, { by })).toBe('trusted');
  });

  it('does not come from a certificate with the same name and another key [-TS-10]', async () => {
    expect(await codeOf({}, { ca: [(await chainOf(1)).root] })).toBe('signer-unknown');
  });

  it('does not come from a store that the statement does not name [-TS-03]', async () => {
    const { root } = await chainOf();
    const other = (await chainOf(1)).root;
    const trustStore = memoryTrustStore([
      { type: 'ca', name: 'wabbit', certificates: [other] },
      { type: 'ca', name: 'unnamed', certificates: [root] },
    ]);
    expect(await codeUnder({ kind: 'policy', statement: statementOf(), trustStore })).toBe('signer-unknown');
  });

  it('for notary.x509 does not come from a signingAuthority store [-TS-02]', async () => {
    const { root } = await chainOf();
    expect(await codeOf({ stores: ['signingAuthority:wabbit'] }, { signingAuthority: [root] })).toBe('signer-unknown');
  });

  it('for the signing-authority scheme comes from a signingAuthority store [+TS-02]', async () => {
    const { root } = await chainOf();
    expect(await codeOf({ stores: ['signingAuthority:wabbit'] }, { signingAuthority: [root] }, authority)).toBe(
      'trusted',
    );
  });

  it('for the signing-authority scheme does not come from a ca store [-TS-02]', async () => {
    expect(await codeOf({}, undefined, authority)).toBe('signer-unknown');
  });

  it('fails as a whole when one store of the needed type cannot be loaded [-TS-11]', async () => {
    expect(await codeOf({ stores: ['ca:wabbit', 'ca:missing'] })).toBe('trust-store');
  });

  it('does not touch stores of another type [+TS-11]', async () => {
    expect(await codeOf({ stores: ['ca:wabbit', 'signingAuthority:missing'] })).toBe('trusted');
  });

  it('names the store that cannot be used', async () => {
    const scene = await openScene();
    await signIn(scene);
    const outcome = await verifyIn(scene, { trust: await policyTrust({ stores: ['ca:wabbit', 'ca:missing'] }) });
    expect(failureOf(outcome)).toMatchObject({ check: 'authenticity', facts: { store: 'ca:missing' } });
  });

  it('loads every store once, however many signatures there are [+TS-03]', async () => {
    const scene = await openScene();
    for (let publisher = 1; publisher <= 4; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const { root } = await chainOf();
    const loads: string[] = [];
    const trustStore = {
      certificates: (type: string, name: string) => {
        loads.push(`${type}:${name}`);
        return Promise.resolve([root]);
      },
    };
    await verifyIn(scene, { trust: { kind: 'policy', statement: statementOf(), trustStore } });
    expect(loads).toEqual(['ca:wabbit']);
  });

  it('comes from a store that answers at once, too', async () => {
    const { root } = await chainOf();
    const trustStore = { certificates: () => [root] };
    expect(await codeUnder({ kind: 'policy', statement: statementOf(), trustStore })).toBe('trusted');
  });

  it('does not wait again for what a store has answered', async () => {
    const { trust } = prepareTrust(await policyTrust());
    if (trust.kind !== 'policy') throw new TypeError('a policy became something else');
    expect(await trust.trustStore.certificates('ca', 'wabbit')).toEqual([(await chainOf()).root]);
    expect(trust.trustStore.certificates('ca', 'wabbit')).toEqual([(await chainOf()).root]);
  });

  it('stops a store that is being read when the caller gives up', async () => {
    const controller = new AbortController();
    let given: AbortSignal | undefined;
    const trustStore: TrustStore = {
      certificates: (_type, _name, options) => {
        given = options?.signal;
        controller.abort(new Error('enough'));
        return new Promise(() => undefined);
      },
    };
    const trust = { kind: 'policy', statement: statementOf(), trustStore } as const;
    const scene = await openScene();
    await signIn(scene);
    await expect(verifyIn(scene, { trust, signal: controller.signal })).rejects.toThrow('enough');
    expect(given).toMatchObject({ aborted: true, reason: { message: 'enough' } });
  });

  it('is no verdict when the trust store breaks in a way that is not its own', async () => {
    const scene = await openScene();
    await signIn(scene);
    const trustStore = { certificates: () => Promise.reject(new TypeError('a defect')) };
    await expect(verifyIn(scene, { trust: { kind: 'policy', statement: statementOf(), trustStore } })).rejects.toThrow(
      'a defect',
    );
  });

  it('reports a store that is invalid as one to repair', async () => {
    const trustStore = {
      certificates: () => Promise.reject(new TrustError('TRUST_STORE_INVALID', 'trust store ca:wabbit: a link')),
    };
    expect(await codeUnder({ kind: 'policy', statement: statementOf(), trustStore })).toBe('trust-store');
  });
});

describe('trusted identities', () => {
  it('are satisfied by the leaf’s subject [+ID-14]', async () => {
    expect(await codeOf({ identities: ['x509.subject: C=US, ST=WA, O=Example, CN=signer'] })).toBe('trusted');
  });

  it('are not satisfied by another subject, after the store matched [-ID-14]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const identities = ['x509.subject: C=US, ST=WA, O=Example, CN=somebody else'];
    expect(failureOf(await verifyIn(scene, { trust: await policyTrust({ identities }) }))).toMatchObject({
      check: 'authenticity',
      facts: { code: 'identity-mismatch', wanted: ['x509.subject: C=US, ST=WA, O=Example, CN=somebody else'] },
    });
  });

  it('are not even asked when no store matched [-ID-14]', async () => {
    const identities = ['x509.subject: C=US, ST=WA, O=Example, CN=signer'];
    expect(await codeOf({ identities }, { ca: [(await chainOf(1)).root] })).toBe('signer-unknown');
  });
});

describe('trust by one key', () => {
  it('accepts the signature of exactly that key', async () => {
    const { key } = await chainOf();
    expect(await codeUnder({ kind: 'key', spki: key.spki })).toBe('trusted');
  });

  it('refuses the key of the certificate above', async () => {
    const { keys } = await chainOf();
    expect(await codeUnder({ kind: 'key', spki: keys[1]?.spki ?? new Uint8Array() })).toBe('signer-unknown');
  });

  it('refuses another key', async () => {
    expect(await codeUnder({ kind: 'key', spki: (await chainOf(1)).key.spki })).toBe('signer-unknown');
  });

  it('refuses the signing-authority scheme', async () => {
    const { key } = await chainOf();
    expect(await codeUnder({ kind: 'key', spki: key.spki }, authority)).toBe('scheme-refused');
  });

  it('judges as strictly as level strict', async () => {
    const scene = await openScene();
    const { key, certificates } = await chainOf();
    await signIn(scene, { expirySeconds: 10 });
    const trust = { kind: 'key', spki: key.spki, fingerprint: certificates[0].fingerprint } as const;
    expect(await verifyIn(scene, { trust })).toMatchObject({ level: { name: 'strict' }, verdict: 'untrusted' });
  });

  it('finds the key’s signature first when a certificate is known for it', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    await signIn(scene);
    const { key, certificates } = await chainOf();
    const trust = { kind: 'key', spki: key.spki, fingerprint: certificates[0].fingerprint } as const;
    expect(await verifyIn(scene, { trust, maxSignatures: 1 })).toMatchObject({ verdict: 'trusted' });
  });
});

describe('trust by certificates', () => {
  it('accepts whoever is below one of them', async () => {
    const anchors = [(await chainOf(1)).root, (await chainOf()).root];
    expect(await codeUnder({ kind: 'certificates', anchors })).toBe('trusted');
  });

  it('refuses everybody else', async () => {
    expect(await codeUnder({ kind: 'certificates', anchors: [(await chainOf(1)).root] })).toBe('signer-unknown');
  });

  it('refuses the signing-authority scheme', async () => {
    expect(await codeUnder({ kind: 'certificates', anchors: [(await chainOf()).root] }, authority)).toBe(
      'scheme-refused',
    );
  });

  it('takes no certificate that a ca store could not hold, and not none, and says which it is', async () => {
    const scene = await openScene();
    const { root, certificates } = await chainOf();
    for (const [anchors, which] of [
      [[certificates[0]], 'trust anchor 1: '],
      [[root, certificates[0]], 'trust anchor 2: '],
      [[], 'trust anchor: '],
    ] as const) {
      await expect(verifyIn(scene, { trust: { kind: 'certificates', anchors } })).rejects.toThrow(
        expect.objectContaining({ code: 'NOTARY_ANCHORS_INVALID', message: expect.stringContaining(which) }),
      );
    }
  });
});

describe('without any trust configured', () => {
  for (const because of ['no-policy', 'no-statement'] as const) {
    it(`nobody is trusted (${because}), and the signer’s root is named with its fingerprint`, async () => {
      const scene = await openScene();
      await signIn(scene);
      const { root, certificates } = await chainOf();
      const outcome = await verifyIn(scene, { trust: { kind: 'none', because } });
      expect(failureOf(outcome)).toMatchObject({
        check: 'authenticity',
        facts: {
          code: because,
          root: { fingerprint: root.fingerprint },
          leaf: { fingerprint: certificates[0].fingerprint },
        },
      });
    });
  }

  it('an unsigned artifact is unsigned all the same', async () => {
    const outcome = await verifyIn(await openScene(), { trust: { kind: 'none', because: 'no-policy' } });
    expect(toReport(outcome).code).toBe('no-signature');
  });
});

describe('the certificates by which signatures are tried first', () => {
  const root = async (index = 0): Promise<Certificate> => (await chainOf(index)).root;
  const table: readonly (readonly [
    name: string,
    trust: () => Promise<VerificationTrust>,
    expected: () => Promise<readonly Certificate[]>,
  ])[] = [
    ['are those of the stores that are not about time-stamps', () => stampedTrust(), async () => [await root()]],
    [
      'are those of the stores that can be loaded',
      () => policyTrust({ stores: ['ca:missing', 'ca:wabbit'] }),
      async () => [await root()],
    ],
    ['are none for a key alone', async () => ({ kind: 'key', spki: (await root()).spki }), async () => []],
    [
      'are the one that is known for a key',
      async () => ({ kind: 'key', spki: (await root()).spki, fingerprint: (await root()).fingerprint }),
      async () => [await root()],
    ],
    [
      'are all that are given',
      async () => ({ kind: 'certificates', anchors: [await root(1), await root()] }),
      async () => [await root(), await root(1)],
    ],
    ['are none where nothing is configured', async () => ({ kind: 'none', because: 'no-policy' }), async () => []],
  ];
  for (const [name, trust, expected] of table) {
    it(name, async () => {
      const fingerprints = (await expected()).map(({ fingerprint }) => fingerprint);
      expect(await findHints(prepareTrust(await trust()))).toEqual(new Set(fingerprints));
    });
  }
});
