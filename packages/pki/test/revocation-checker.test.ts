// The whole of a revocation check: which certificates, which methods, in which order, and what is made of it.

import { bytesResponse, type Transport } from '@nv2/base';
import { type CrlCache, createRevocationChecker } from '@nv2/pki';
import { redirectTo, type RevocationWorld, revocationWorld, type TestExtensions } from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askAbout } from './revocation-ask.ts';

const ocspUrl = (place: number): string => `http://ocsp.example/${place}`;
const crlUrl = (place: number): string => `http://crl.example/${place}.crl`;
const revokedAt = new Date('2023-06-01T00:00:00Z');

/** A chain of three whose certificates, root included, name both services. */
function both(): Promise<RevocationWorld> {
  return revocationWorld({
    length: 3,
    extensions: (place) => ({ ocspUrls: [ocspUrl(place)], crlUrls: [crlUrl(place)] }),
  });
}

function named(extensions: (place: number) => TestExtensions, length = 3): Promise<RevocationWorld> {
  return revocationWorld({ length, extensions });
}

function listing(world: RevocationWorld, place: number): Uint8Array {
  return world.crl(place, { entries: [{ serialNumber: world.certificate(place).serialNumber, revokedAt, reason: 4 }] });
}

describe('certificates', () => {
  it('are all checked except the root [+REV-03]', async () => {
    const world = await both();
    for (const place of [0, 1]) world.serve(ocspUrl(place), world.ocsp(place));
    const { outcome } = await askAbout(world);
    expect(outcome.status).toBe('passed');
    expect(outcome.certificates.map(({ status }) => status)).toEqual(['ok', 'ok', 'not-checkable']);
    expect(world.requests.some(({ url }) => url.startsWith(ocspUrl(2)) || url === crlUrl(2))).toBe(false);
  });

  it('alone in their chain are never checked [-REV-03]', async () => {
    const world = await named(() => ({ ocspUrls: [ocspUrl(0)] }), 1);
    expect((await askAbout(world)).outcome.status).toBe('passed');
    expect(world.requests).toHaveLength(0);
  });

  it('that name neither service count as good, and that is told [+REV-07 +REV-04]', async () => {
    const world = await named(() => ({}));
    const { outcome, events } = await askAbout(world);
    expect(outcome.status).toBe('passed');
    expect(events.filter(({ type }) => type === 'revocation-no-source')).toMatchObject([{ place: 0 }, { place: 1 }]);
  });

  it('that name one are not told about in that way [-REV-07]', async () => {
    const world = await both();
    const { events } = await askAbout(world);
    expect(events.some(({ type }) => type === 'revocation-no-source')).toBe(false);
  });

  it('are asked about at the same time: the slowest decides how long it takes, not the sum [+OC-37]', async () => {
    const world = await named((place) => ({ ocspUrls: [ocspUrl(place)] }), 6);
    let open = 0;
    let most = 0;
    for (let place = 0; place < 5; place++) {
      world.serve(ocspUrl(place), async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 40));
        open -= 1;
        return bytesResponse(200, [], world.ocsp(place));
      });
    }
    expect((await askAbout(world)).outcome.status).toBe('passed');
    expect(most).toBe(5);
  });

  it('are told of from the root downwards [-OC-37]', async () => {
    const world = await both();
    for (const place of [0, 1]) world.serve(ocspUrl(place), world.ocsp(place, { status: 'revoked' }));
    const { outcome } = await askAbout(world);
    expect(outcome).toMatchObject({ status: 'revoked', certificate: world.certificate(1) });
  });

  it('of which several are unknown: the reason is about the one nearest to the root [-OC-37]', async () => {
    const world = await both();
    const { outcome } = await askAbout(world);
    expect(outcome).toMatchObject({
      status: 'unknown',
      certificates: [{ status: 'unknown' }, { status: 'unknown' }, { status: 'not-checkable' }],
      reason: expect.stringContaining(ocspUrl(1)),
    });
    expect(outcome).not.toMatchObject({ reason: expect.stringContaining(ocspUrl(0)) });
  });
});

describe('methods', () => {
  it('are OCSP, and CRLs where it gives no answer, for whatever reason [+REV-04 +REV-05]', async () => {
    const world = await both();
    world.serve(ocspUrl(1), world.ocsp(1));
    for (const [served, reason] of [
      [() => bytesResponse(503, []), /503/],
      [world.ocsp(0, { status: 'unknown' }), /does not know/],
      [world.ocsp(0, {}, { isForged: true }), /signature of the answer is wrong/],
    ] as const) {
      world.serve(ocspUrl(0), served);
      world.serve(crlUrl(0), world.crl(0));
      const { outcome, events } = await askAbout(world);
      expect(outcome.certificates.slice(0, 2)).toMatchObject([
        {
          status: 'ok',
          method: 'ocsp-then-crl',
          servers: [
            { method: 'ocsp', url: ocspUrl(0), status: 'unknown', reason: expect.stringMatching(reason) },
            { method: 'crl', url: crlUrl(0), status: 'ok', from: 'network' },
          ],
        },
        { status: 'ok', method: 'ocsp', servers: [{ method: 'ocsp', status: 'ok', from: 'network' }] },
      ]);
      expect(events.filter(({ type }) => type === 'ocsp-fallback-to-crl')).toMatchObject([{ place: 0 }]);
      world.serve(crlUrl(0), listing(world, 0));
      expect((await askAbout(world)).outcome).toMatchObject({
        status: 'revoked',
        certificates: [{ facts: { revokedAt, reason: 'superseded' } }, {}, {}],
      });
    }
  });

  it('do not fall back from an answer: a good or a revoking one ends the question [-REV-04 -REV-05]', async () => {
    for (const [status, expected] of [
      ['good', 'ok'],
      ['revoked', 'revoked'],
    ] as const) {
      const world = await both();
      world.serve(ocspUrl(0), world.ocsp(0, { status }));
      world.serve(ocspUrl(1), world.ocsp(1));
      expect((await askAbout(world)).status(0)).toBe(expected);
      expect(world.requests.some(({ url }) => url === crlUrl(0))).toBe(false);
    }
  });
});

describe('the result for a chain', () => {
  it.each([
    ['ok', 'ok', 'passed'],
    ['ok', 'unknown', 'unknown'],
    ['unknown', 'ok', 'unknown'],
    ['revoked', 'ok', 'revoked'],
    ['ok', 'revoked', 'revoked'],
    ['unknown', 'revoked', 'revoked'],
    ['revoked', 'unknown', 'revoked'],
  ] as const)('of a leaf that is %s under a CA that is %s is %s [+REV-06 -REV-06]', async (leaf, ca, expected) => {
    const world = await both();
    for (const [place, status] of [leaf, ca].entries()) {
      if (status !== 'unknown')
        world.serve(ocspUrl(place), world.ocsp(place, { status: status === 'ok' ? 'good' : status }));
    }
    const { outcome } = await askAbout(world);
    expect(outcome.status).toBe(expected);
    if (outcome.status === 'unknown')
      expect(outcome.reason).toMatch(/nobody could say whether CN=.*OCSP "http.*CRL "http/);
    if (outcome.status === 'revoked') expect(outcome.reason).toMatch(/^since 2023.*by CN=/);
  });

  it('says how old the last answer is', async () => {
    const world = await named((place) => (place === 0 ? { crlUrls: [crlUrl(0)] } : {}));
    world.serve(
      crlUrl(0),
      world.crl(0, { thisUpdate: new Date('2023-12-20T00:00:00Z'), nextUpdate: new Date('2023-12-27T00:00:00Z') }),
    );
    expect((await askAbout(world)).outcome).toMatchObject({ reason: expect.stringContaining('12 days old') });
  });
});

describe('checks at the same time', () => {
  const ask = (world: RevocationWorld, count: number, more: Parameters<typeof createRevocationChecker>[0] = {}) => {
    const check = createRevocationChecker({ transport: world.transport, ...more });
    const question = { chain: world.chain, purpose: 'code-signing', at: world.at } as const;
    return Promise.all(Array.from({ length: count }, async () => check(question)));
  };

  it('fetch an answer and a CRL once for all of them, and keep it once', async () => {
    const world = await named((place) => (place === 0 ? { ocspUrls: [ocspUrl(0)] } : { crlUrls: [crlUrl(1)] }));
    world.serve(ocspUrl(0), world.ocsp(0));
    world.serve(crlUrl(1), world.crl(1));
    const stored: string[] = [];
    const crlCache: CrlCache = {
      find: async () => undefined,
      store: async (url) => void stored.push(url),
      remove: async () => undefined,
    };
    const outcomes = await ask(world, 5, { crlCache });
    expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('passed'));
    expect(world.requests).toHaveLength(2);
    expect(stored).toEqual([crlUrl(1)]);
  });

  it('each judge what was fetched: a revocation is one for all', async () => {
    const world = await named((place) => (place === 0 ? { crlUrls: [crlUrl(0)] } : {}));
    world.serve(crlUrl(0), listing(world, 0));
    const outcomes = await ask(world, 3);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('revoked'));
  });

  it('do not share an answer that repeats a nonce, nor what one may fetch from anywhere and another may not', async () => {
    const world = await named((place) => (place === 0 ? { ocspUrls: [ocspUrl(0)] } : { crlUrls: [crlUrl(1)] }));
    world.serve(ocspUrl(0), world.ocsp(0));
    world.serve(crlUrl(1), world.crl(1));
    let count = 0;
    await ask(world, 3, { createNonce: () => Uint8Array.of(++count) });
    expect(world.requests.filter(({ url }) => url.startsWith(ocspUrl(0)))).toHaveLength(3);
    const check = createRevocationChecker({ transport: world.transport });
    const question = { chain: world.chain, purpose: 'code-signing', at: world.at } as const;
    const before = world.requests.length;
    await Promise.all([question, { ...question, vouched: 0 }].map(async (one) => check(one)));
    expect(world.requests.slice(before)).toHaveLength(4);
  });

  it('go on when one of them gives up', async () => {
    const world = await named((place) => (place === 0 ? { ocspUrls: [ocspUrl(0)] } : { crlUrls: [crlUrl(1)] }));
    world.serve(ocspUrl(0), world.ocsp(0));
    world.serve(crlUrl(1), world.crl(1));
    const check = createRevocationChecker({ transport: world.transport });
    const question = { chain: world.chain, purpose: 'code-signing', at: world.at } as const;
    const controller = new AbortController();
    const impatient = check({ ...question, signal: controller.signal });
    const patient = check({ ...question, signal: new AbortController().signal });
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect(await patient).toMatchObject({ status: 'passed' });
    expect(world.requests).toHaveLength(2);
  });
});

describe('what is said about a chain', () => {
  const reasonOf = async (world: RevocationWorld): Promise<string | undefined> => {
    const { outcome } = await askAbout(world);
    return outcome.status === 'passed' ? undefined : outcome.reason;
  };

  it('that is revoked: since when, why, by whom and where that stands', async () => {
    const world = await both();
    world.serve(ocspUrl(0), world.ocsp(0, { status: 'revoked', revokedAt, reason: 1 }));
    const since = 'since 2023-06-01T00:00:00.000Z';
    expect(await reasonOf(world)).toMatch(
      new RegExp(String.raw`^${since} \(keyCompromise\), by CN=\S.*; says the OCSP answer of "${ocspUrl(0)}"$`),
    );
    world.serve(ocspUrl(0), world.ocsp(0, { status: 'revoked', revokedAt }));
    expect(await reasonOf(world)).toMatch(
      new RegExp(String.raw`^${since}, by CN=[^(]*; says the OCSP answer of "${ocspUrl(0)}"$`),
    );
    const listed = await named((place) => (place === 0 ? { crlUrls: [crlUrl(0)] } : {}));
    listed.serve(crlUrl(0), listing(listed, 0));
    expect(await reasonOf(listed)).toMatch(
      new RegExp(String.raw`^${since} \(superseded\), by CN=\S.*; says the CRL of "${crlUrl(0)}"$`),
    );
  });

  it.each([1, 3, 4, 6])('that is open: what the first three of %i servers said', async (count) => {
    const urls = Array.from({ length: count }, (_, index) => `http://ocsp.example/${index}/`);
    const world = await named((place) => (place === 0 ? { ocspUrls: urls } : {}));
    const reason = (await reasonOf(world)) ?? '';
    expect(reason).toMatch(/^nobody could say whether CN=\S.* is revoked: OCSP "/);
    const said = reason.slice(reason.indexOf(': OCSP') + 2).split('; ');
    const named3 = urls.slice(0, 3).map((url) => expect.stringMatching(`^OCSP "${url}": \\S`) as string);
    expect(said).toEqual(count > 3 ? [...named3, `and ${count - 3} more`] : named3);
  });
});

describe('addresses', () => {
  it('are asked over http, in any case of letters [+REV-08]', async () => {
    const world = await named((place) =>
      place === 0 ? { ocspUrls: [`HTTP://ocsp.example/0`], crlUrls: ['Http://crl.example/0.crl'] } : {},
    );
    world.serve(crlUrl(0), world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('ok');
    expect(world.requests).toHaveLength(2);
  });

  it('of other schemes are passed over by OCSP and leave a CRL open [-REV-08]', async () => {
    const world = await named((place) =>
      place === 0
        ? { ocspUrls: ['https://ocsp.example', ocspUrl(0)] }
        : place === 1
          ? { crlUrls: ['ldap://crl.example', crlUrl(1)] }
          : {},
    );
    world.serve(ocspUrl(0), world.ocsp(0));
    world.serve(crlUrl(1), world.crl(1));
    const { status } = await askAbout(world);
    expect([status(0), status(1)]).toEqual(['ok', 'unknown']);
  });

  it('have as long as they are given, redirects and body included [+REV-09]', async () => {
    const world = await both();
    const slow: Transport = async ({ signal }) => {
      expect(signal).toBeDefined();
      return {
        ...bytesResponse(200, []),
        body: (async function* () {
          for (;;) {
            await new Promise((resolve) => setTimeout(resolve, 10));
            yield Uint8Array.of(0x30);
          }
        })(),
      };
    };
    const { outcome, reasons } = await askAbout(world, { transport: slow, ocspTimeoutMs: 60, crlTimeoutMs: 90 });
    expect(outcome.status).toBe('unknown');
    expect(reasons).toContain('within 60 ms');
    expect(reasons).toContain('within 90 ms');
  });

  it('that answer in time are not cut off [-REV-09]', async () => {
    const world = await both();
    for (const place of [0, 1]) {
      world.serve(ocspUrl(place), async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return bytesResponse(200, [], world.ocsp(place));
      });
    }
    expect((await askAbout(world, { ocspTimeoutMs: 5000 })).outcome.status).toBe('passed');
  });
});

describe('redirects', () => {
  /** A transport that says, before each exchange, which address the host of the URL has. */
  function resolving(world: RevocationWorld, addresses: Readonly<Record<string, string>>): Transport {
    return async (request) => {
      const address = addresses[new URL(request.url).hostname] ?? '93.184.216.34';
      if (request.allowAddress?.(address) !== true) throw new Error(`refused ${address}`);
      return world.transport(request);
    };
  }

  const start = 'http://public.example/a';

  async function follow(target: string, addresses: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    const world = await named((place) => (place === 0 ? { crlUrls: [start] } : {}));
    world.serve(start, redirectTo(target));
    world.serve(new URL(target).href, world.crl(0));
    return (await askAbout(world, { transport: resolving(world, addresses) })).status(0);
  }

  it('between public hosts are followed, five in a row [+REV-10]', async () => {
    expect(await follow('http://other.example/a')).toBe('ok');
    const world = await named((place) => (place === 0 ? { crlUrls: [`${start}/0`] } : {}));
    for (let hop = 0; hop < 5; hop++) world.serve(`${start}/${hop}`, redirectTo(`/a/${hop + 1}`));
    world.serve(`${start}/5`, world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('ok');
  });

  it('are not followed a sixth time, nor in a circle [-REV-10]', async () => {
    const world = await named((place) => (place === 0 ? { crlUrls: [start] } : {}));
    world.serve(start, redirectTo(start));
    expect((await askAbout(world)).status(0)).toBe('unknown');
    expect(world.requests).toHaveLength(6);
  });

  it.each([
    ['10.0.0.1', 3, 'ok'],
    ['10.0.0.1', 1, 'ok'],
    ['10.0.0.1', 0, 'unknown'],
    ['127.0.0.1', 0, 'unknown'],
    ['93.184.216.34', 0, 'ok'],
  ] as const)(
    'are not where a certificate begins: at %s, with %i certificates vouched for, its status is %s [+OC-12 -OC-12]',
    async (address, vouched, status) => {
      for (const services of [{ crlUrls: [start] }, { ocspUrls: [start] }]) {
        const world = await named((place) => (place === 0 ? services : {}));
        world.serve(start, 'crlUrls' in services ? world.crl(0) : world.ocsp(0));
        const transport = resolving(world, { 'public.example': address });
        const check = createRevocationChecker({ transport });
        const { certificates } = await check({ chain: world.chain, purpose: 'code-signing', at: world.at, vouched });
        expect(certificates[0]?.status).toBe(status);
      }
    },
  );

  it.each([
    'http://127.0.0.1/a',
    'http://[::1]/a',
    'http://localhost/a',
    'http://x.localhost/a',
    'http://10.0.0.1/a',
    'http://172.16.0.1/a',
    'http://192.168.1.1/a',
    'http://100.64.0.1/a',
    'http://169.254.169.254/a',
    'http://[fe80::1]/a',
    'http://[fd00::1]/a',
    'http://224.0.0.1/a',
    'http://[ff02::1]/a',
    'http://0.0.0.0/a',
    'http://[::ffff:127.0.0.1]/a',
    'http://[::ffff:a00:1]/a',
    'http://[64:ff9b::7f00:1]/a',
    'http://[2002:7f00:1::]/a',
    'http://2130706433/a',
    'http://0x7f.1/a',
    'http://0177.0.0.1/a',
  ])('never lead from a public host to %s [-REV-10 -OC-12]', async (target) => {
    expect(await follow(target)).toBe('unknown');
  });

  it.each(['127.0.0.1', '10.1.2.3', '::1', 'fd00::1', '::ffff:10.0.0.1', '169.254.169.254', '100.100.100.200'])(
    'never lead from a public host to a name behind which is %s [-REV-10 -OC-12]',
    async (address) => {
      expect(await follow('http://rebound.example/a', { 'rebound.example': address })).toBe('unknown');
      expect(await follow('http://rebound.example/a', { 'rebound.example': '93.184.216.35' })).toBe('ok');
    },
  );

  it('may lead from one private host to another, as in a private authority, and outwards, but not to this machine [+REV-10 +OC-12]', async () => {
    const inside = { 'public.example': '10.0.0.1', 'inside.example': '192.168.0.1', 'self.example': '127.0.0.1' };
    expect(await follow('http://inside.example/a', inside)).toBe('ok');
    expect(await follow('http://other.example/a', inside)).toBe('ok');
    expect(await follow('http://self.example/a', inside)).toBe('unknown');
  });

  it('lead no closer again once they have led outside', async () => {
    const world = await named((place) => (place === 0 ? { crlUrls: [start] } : {}));
    world.serve(start, redirectTo('http://outside.example/b'));
    world.serve('http://outside.example/b', redirectTo('http://inside.example/c'));
    world.serve('http://inside.example/c', world.crl(0));
    const addresses = { 'public.example': '10.0.0.1', 'inside.example': '10.0.0.2' };
    expect((await askAbout(world, { transport: resolving(world, addresses) })).status(0)).toBe('unknown');
  });

  it('of a POST are followed only where it stays one', async () => {
    for (const [status, expected] of [
      [307, 'ok'],
      [308, 'ok'],
      [302, 'unknown'],
      [303, 'unknown'],
    ] as const) {
      const world = await named((place) => (place === 0 ? { ocspUrls: ['http://ocsp.example/?q'] } : {}));
      world.serve('http://ocsp.example/?q', redirectTo('http://other.example/x', status));
      world.serve('http://other.example/x', world.ocsp(0));
      expect((await askAbout(world)).status(0)).toBe(expected);
    }
  });

  it('are not what makes the metadata service of a cloud reachable: the first address may not be link-local either', async () => {
    const world = await named((place) => (place === 0 ? { crlUrls: ['http://169.254.169.254/latest'] } : {}));
    world.serve('http://169.254.169.254/latest', world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('unknown');
    expect(world.requests).toHaveLength(0);
  });
});

describe('a chain', () => {
  it('must have been checked for its purpose before it can be asked about [+REV-02]', async () => {
    const world = await both();
    const check = createRevocationChecker();
    // @ts-expect-error: plain certificates are not a CertificateChain, which only checkChain makes.
    const outcome = await check({ chain: world.minted.certificates, purpose: 'code-signing', at: world.at });
    expect(outcome.status).toBe('unknown');
  });
});

describe('a revoked certificate', () => {
  it('is never accepted, whatever servers, caches and redirects say besides', async () => {
    const world = await both();
    const other = await revocationWorld({ keyIndex: 9, length: 3 });
    const noise = (place: number): readonly (() => void)[] => [
      () => world.serve(ocspUrl(place), world.ocsp(place, {}, { isForged: true })),
      () => world.serve(ocspUrl(place), other.ocsp(place)),
      () => world.serve(ocspUrl(place), world.ocsp(place, { nextUpdate: new Date('2023-12-31T00:00:00Z') })),
      () => world.serve(ocspUrl(place), world.ocsp(place, { status: 'unknown' })),
      () => world.serve(ocspUrl(place), world.ocsp(place, {}, { signer: world.signer(0) })),
      () => world.serve(ocspUrl(place), redirectTo(ocspUrl(1 - place))),
      () => world.serve(ocspUrl(place), () => bytesResponse(404, [], world.ocsp(place))),
    ];
    await fc.assert(
      fc.asyncProperty(fc.nat(1), fc.nat(6), fc.nat(6), fc.boolean(), async (revoked, first, second, isOcsp) => {
        noise(0)[first]?.();
        noise(1)[second]?.();
        for (const place of [0, 1])
          world.serve(crlUrl(place), place === revoked ? listing(world, place) : world.crl(place));
        if (isOcsp) world.serve(ocspUrl(revoked), world.ocsp(revoked, { status: 'revoked' }));
        const { outcome } = await askAbout(world);
        expect(outcome.status).toBe('revoked');
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
