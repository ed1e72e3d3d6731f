// OCSP, the details: what each responder has to be, what is asked of whom, and what is told about it.

import { BaseError, decodeDer, encodeDer, encodeUtf8, findHeader } from '@nv2/base';
import { type Certificate, indexRevocationData, type OcspCache, type StoredOcspResponse } from '@nv2/pki';
import {
  leafExtensions,
  redirectTo,
  type RevocationWorld,
  revocationWorld,
  type TestExtensions,
  testKeyPair,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { maxServersAsked } from '../src/limits.ts';
import { findInvalidityDate, findReason, findReasonCode } from '../src/revocation/revocation-reason.ts';
import { delegate, noCheck, ocspSigning, responderExtensions, signedBy } from './ocsp-delegate.ts';
import { askAbout, type AskOptions } from './revocation-ask.ts';

const url = 'http://ocsp.example/status';
const crlUrl = 'http://crl.example/a.crl';
const checkable: TestExtensions = { ...leafExtensions, extendedKeyUsage: { oids: [ocspSigning] }, crlUrls: [crlUrl] };

function open(more: TestExtensions = {}): Promise<RevocationWorld> {
  return revocationWorld({ extensions: (place) => (place === 0 ? { ocspUrls: [url], ...more } : {}) });
}

/** Status of the leaf and what was said about why. */
async function said(world: RevocationWorld, answer?: Uint8Array, options: AskOptions = {}): Promise<string> {
  if (answer !== undefined) world.serve(url, answer);
  const { status, reasons } = await askAbout(world, options);
  return `${status(0)}: ${reasons}`;
}

describe('a responder that the issuer certified', () => {
  it('has signed the answer itself [-REV-15]', async () => {
    const world = await open();
    expect(await said(world, await signedBy(world, {}, { isForged: true }))).toBe(
      'unknown: the signature of the answer is wrong',
    );
    const [right, thief] = [await delegate(world), testKeyPair('p256', 7701)];
    const stolen = world.ocsp(0, {}, { signer: { certificate: right.certificate, key: thief } });
    expect(await said(world, stolen)).toBe('unknown: the signature of the answer is wrong');
  });

  it('needs no key usage, but one that allows signatures if it has any [+REV-15 -REV-15]', async () => {
    const world = await open();
    const { keyUsage: _, ...without } = responderExtensions;
    expect(await said(world, await signedBy(world, { extensions: without }))).toBe('ok: ');
    const other = { ...responderExtensions, keyUsage: { usages: ['cRLSign'] } } as const;
    expect(await said(world, await signedBy(world, { extensions: other }))).toBe(
      'unknown: the key usage of the responder does not allow signatures',
    );
  });

  it.each([
    ['rsa2048', 'ok: '],
    ['rsa2047', 'unknown: the key of the responder has only 2047 bits'],
    ['rsa1024', 'unknown: the key of the responder has only 1024 bits'],
  ] as const)('with a key of %s is: %s [+REV-15 -REV-15]', async (type, expected) => {
    const world = await open();
    expect(await said(world, await signedBy(world, { key: testKeyPair(type) }))).toBe(expected);
  });

  it('may say critically that it need not be checked', async () => {
    const world = await open();
    const extensions = { ...responderExtensions, other: [{ ...noCheck, isCritical: true }] };
    expect(await said(world, await signedBy(world, { extensions }))).toBe('ok: ');
  });

  it('with a key that nobody here can use has signed nothing', async () => {
    const world = await open();
    const { certificate } = await delegate(world, { key: testKeyPair('ed25519') });
    const answer = world.ocsp(0, {}, { signer: { certificate, key: testKeyPair('p256', 7702) } });
    expect(await said(world, answer)).toBe('unknown: the signature of the answer is wrong');
  });

  it('is found behind certificates that are none, or of others', async () => {
    const world = await open();
    const right = await delegate(world);
    const nonsense = { der: Uint8Array.of(0x30, 0x03, 2, 1, 5) } as unknown as Certificate;
    const certificates = [nonsense, world.certificate(0), right.certificate];
    expect(await said(world, await signedBy(world, {}, { certificates }))).toBe('ok: ');
  });

  it('counts when nobody says where to look it up', async () => {
    const world = await open();
    const { other: _, ...extensions } = responderExtensions;
    expect(await said(world, await signedBy(world, { extensions }))).toBe('ok: ');
  });

  it('that cannot be looked up says why [-REV-19]', async () => {
    const world = await open();
    expect(await said(world, await signedBy(world, { extensions: checkable }))).toBe(
      'unknown: the certificate of the responder could not be checked: crl.example answered with status 404',
    );
  });
});

describe('words about an answer', () => {
  it('tell the hash that is too weak', async () => {
    const world = await open();
    expect(await said(world, world.ocsp(0, {}, { hash: 'sha1' }))).toMatch(
      /^unknown: the answer is signed with SHA-?1, expected SHA-256, SHA-384 or SHA-512$/i,
    );
  });

  it('tell dates that contradict each other', async () => {
    const world = await open();
    const [later, earlier] = [new Date(world.at.getTime() - 1000), new Date(world.at.getTime() - 2000)];
    expect(await said(world, world.ocsp(0, { thisUpdate: later, nextUpdate: earlier }))).toBe(
      'unknown: it ends before it begins',
    );
  });

  it('are none where it is good, and say when it was made and where it came from', async () => {
    const world = await open();
    world.serve(url, world.ocsp(0));
    const { outcome } = await askAbout(world);
    expect(outcome.certificates[0]?.servers).toStrictEqual([
      { method: 'ocsp', url, status: 'ok', updatedAt: new Date('2023-12-31T00:00:00Z'), from: 'network' },
    ]);
    const silent = await open();
    expect((await askAbout(silent)).outcome.certificates[0]?.servers).toStrictEqual([
      { method: 'ocsp', url, status: 'unknown', reason: 'ocsp.example answered with status 404' },
    ]);
  });
});

describe('a statement', () => {
  it('may give its date of invalidity critically [+REV-17]', async () => {
    const world = await open();
    const value = encodeDer(0x18, encodeUtf8('20230501000000Z'));
    const answer = world.ocsp(0, { status: 'revoked', extensions: [{ oid: '2.5.29.24', isCritical: true, value }] });
    expect(await said(world, answer)).toMatch(/^revoked/);
    expect(await said(world, answer, { authenticSigningTime: new Date('2023-04-01T00:00:00Z') })).toBe('ok: ');
  });
});

describe('a nonce', () => {
  const withNonce = (world: RevocationWorld, value: Uint8Array): Promise<string> =>
    said(world, world.ocsp(0, {}, { extensions: [{ oid: '1.3.6.1.5.5.7.48.1.2', value }] }), {
      createNonce: () => Uint8Array.of(1, 2, 3),
    });

  it.each<[string, Uint8Array]>([
    ['of another type', encodeDer(0x0c, Uint8Array.of(1, 2, 3))],
    ['not wrapped', Uint8Array.of(1, 2, 3)],
    ['that is longer', encodeDer(0x04, Uint8Array.of(1, 2, 3, 4))],
    ['that is very long', encodeDer(0x04, new Uint8Array(200))],
    ['that is empty', new Uint8Array()],
  ])('%s is not the one that was sent [-REV-12]', async (_, value) => {
    expect(await withNonce(await open(), value)).toBe('unknown: the answer does not have the nonce of the request');
  });

  it('that comes back is', async () => {
    expect(await withNonce(await open(), encodeDer(0x04, Uint8Array.of(1, 2, 3)))).toBe('ok: ');
  });
});

describe('asking', () => {
  it('stops at the most servers that are asked', async () => {
    const ocspUrls = Array.from({ length: maxServersAsked + 3 }, (_, index) => `http://ocsp.example/${index}/`);
    const world = await open({ ocspUrls });
    const { outcome } = await askAbout(world);
    expect(world.requests).toHaveLength(maxServersAsked);
    expect(outcome.certificates[0]?.servers).toHaveLength(maxServersAsked);
  });

  it('names what it takes and who asks, and tells of redirects', async () => {
    const world = await open();
    world.serve(url, redirectTo('http://other.example/status'));
    world.serve('http://other.example/status', world.ocsp(0));
    const { events, status } = await askAbout(world, { userAgent: 'tests/1' });
    expect(status(0)).toBe('ok');
    for (const { headers } of world.requests) {
      expect(findHeader(headers, 'accept')).toBe('application/ocsp-response');
      expect(findHeader(headers, 'user-agent')).toBe('tests/1');
    }
    expect(events.filter(({ type }) => type === 'revocation-redirected')).toEqual([
      {
        type: 'revocation-redirected',
        from: expect.stringContaining(url) as string,
        to: 'http://other.example/status',
      },
    ]);
  });
});

/** A cache that counts, and fails where it is told to. */
function countingCache(stored?: StoredOcspResponse, failing: readonly (keyof OcspCache)[] = []) {
  const calls: (keyof OcspCache)[] = [];
  const call = async <T>(name: keyof OcspCache, result: T): Promise<T> => {
    calls.push(name);
    if (failing.includes(name)) throw new BaseError('BYTES_LIMIT', `${name} fails`);
    return result;
  };
  const cache: OcspCache = {
    find: () => call('find', stored),
    store: () => call('store', undefined),
    remove: () => call('remove', undefined),
  };
  return { cache, calls };
}

describe('keeping answers', () => {
  const failuresOf = (events: readonly { readonly type: string; readonly error?: unknown }[]): readonly unknown[] =>
    events.filter(({ type }) => type === 'ocsp-cache-failed').map(({ error }) => (error as Error).message);

  it('happens for none that says nothing [-REV-35]', async () => {
    const world = await open();
    const { cache, calls } = countingCache();
    const times = { thisUpdate: new Date('2022-01-01T00:00:00Z'), nextUpdate: new Date('2022-02-01T00:00:00Z') };
    expect(await said(world, world.ocsp(0, times), { ocspCache: cache })).toMatch(/^unknown/);
    expect(await said(world, world.ocsp(0, { status: 'unknown' }), { ocspCache: cache })).toMatch(/^unknown/);
    expect(calls).toEqual(['find', 'find']);
    expect(await said(world, world.ocsp(0), { ocspCache: cache })).toBe('ok: ');
    expect(calls).toEqual(['find', 'find', 'find', 'store']);
  });

  it('in a cache that fails is told and changes nothing', async () => {
    const world = await open();
    world.serve(url, world.ocsp(0));
    const { cache } = countingCache(undefined, ['find', 'store', 'remove']);
    const { status, events } = await askAbout(world, { ocspCache: cache });
    expect(status(0)).toBe('ok');
    expect(failuresOf(events)).toEqual(['find fails', 'remove fails', 'store fails']);
  });

  it('of one that is not genuine ends, and is told with what is wrong', async () => {
    const world = await open();
    const response = world.ocsp(0, {}, { isForged: true });
    world.serve(url, world.ocsp(0));
    const { cache, calls } = countingCache({ response, storedAt: world.at });
    const { status, events } = await askAbout(world, { ocspCache: cache });
    expect(status(0)).toBe('ok');
    expect(calls).toEqual(['find', 'remove', 'store']);
    expect(failuresOf(events)).toEqual(['a kept answer is not genuine: the signature of the answer is wrong']);
  });

  it('from a cache needs no server, and the cache is not asked twice by one checker', async () => {
    const world = await open();
    const { cache, calls } = countingCache({ response: world.ocsp(0), storedAt: world.at });
    const { createRevocationChecker } = await import('@nv2/pki');
    const check = createRevocationChecker({ transport: world.transport, ocspCache: cache });
    for (const _ of [1, 2, 3]) {
      const outcome = await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
      expect(outcome.certificates[0]).toMatchObject({ status: 'ok', servers: [{ from: 'cache' }] });
    }
    expect(calls).toEqual(['find']);
    expect(world.requests).toHaveLength(0);
  });

  it('in memory spares the cache and the server, whatever has to be asked about others of the chain', async () => {
    const caUrl = 'http://ca.example/status';
    const world = await revocationWorld({
      length: 3,
      extensions: (place) => (place === 2 ? {} : { ocspUrls: [place === 0 ? url : caUrl] }),
    });
    world.serve(url, world.ocsp(0));
    const { cache, calls } = countingCache();
    const { createRevocationChecker } = await import('@nv2/pki');
    const check = createRevocationChecker({ transport: world.transport, ocspCache: cache });
    const question = { chain: world.chain, purpose: 'code-signing', at: world.at } as const;
    expect((await check(question)).status).toBe('unknown');
    world.serve(caUrl, world.ocsp(1));
    expect((await check(question)).status).toBe('passed');
    expect(world.requests.map((request) => new URL(request.url).host)).toEqual([
      'ocsp.example',
      'ca.example',
      'ca.example',
    ]);
    expect(calls.filter((name) => name === 'find')).toHaveLength(3);
  });

  it('in memory serves nobody who sends a nonce', async () => {
    const world = await open();
    const { createRevocationChecker } = await import('@nv2/pki');
    let count = 0;
    const check = createRevocationChecker({ transport: world.transport, createNonce: () => Uint8Array.of(++count) });
    for (const turn of [1, 2]) {
      const value = encodeDer(0x04, Uint8Array.of(turn));
      world.serve(url, world.ocsp(0, {}, { extensions: [{ oid: '1.3.6.1.5.5.7.48.1.2', value }] }));
      const outcome = await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
      expect(outcome.certificates[0]).toMatchObject({ status: 'ok', servers: [{ from: 'network' }] });
    }
    expect(world.requests).toHaveLength(2);
  });
});

describe('answers among the files at hand', () => {
  const dataOf = (...files: readonly Uint8Array[]): AskOptions => ({
    data: indexRevocationData(files.map((bytes, place) => ({ name: `file ${place}`, bytes }))).data,
  });

  it('that are not genuine are passed over', async () => {
    const world = await open();
    expect(await said(world, world.ocsp(0), dataOf(world.ocsp(0, { status: 'revoked' }, { isForged: true })))).toBe(
      'ok: ',
    );
  });

  it('that say nothing are told beside what the server says', async () => {
    const world = await open();
    const old = world.ocsp(0, {
      thisUpdate: new Date('2022-01-01T00:00:00Z'),
      nextUpdate: new Date('2022-02-01T00:00:00Z'),
    });
    world.serve(url, world.ocsp(0));
    const { outcome } = await askAbout(world, dataOf(old));
    expect(outcome.certificates[0]).toMatchObject({
      status: 'ok',
      servers: [
        { url: 'file 0', status: 'unknown', from: 'directory' },
        { url, status: 'ok', from: 'network' },
      ],
    });
    const alone = await askAbout(world, { ...dataOf(old), isOffline: true });
    expect(alone.outcome.certificates[0]?.servers[0]).toMatchObject({ url: 'file 0', from: 'directory' });
    const nothing = await askAbout(world, { ...dataOf(), isOffline: true });
    expect(nothing.outcome.certificates[0]?.servers).toMatchObject([{ url, status: 'unknown' }]);
  });

  it('by a responder that has to be checked need the CRL among them too [+REV-19 -REV-19]', async () => {
    const world = await open();
    const signer = await delegate(world, { extensions: checkable });
    const answer = world.ocsp(0, {}, { signer });
    const offline = (...files: readonly Uint8Array[]): AskOptions => ({ ...dataOf(...files), isOffline: true });
    expect(await said(world, undefined, offline(answer))).toContain(
      'the certificate of the responder could not be checked: there is no CRL for it',
    );
    expect(await said(world, undefined, offline(answer, world.crl(0)))).toBe('ok: ');
    const { serialNumber } = signer.certificate;
    const listed = world.crl(0, { entries: [{ serialNumber, revokedAt: world.at }] });
    expect(await said(world, undefined, offline(answer, listed))).toContain(
      'the certificate of the responder is revoked',
    );
    const old = world.crl(0, {
      thisUpdate: new Date('2022-01-01T00:00:00Z'),
      nextUpdate: new Date('2022-02-01T00:00:00Z'),
    });
    expect(await said(world, undefined, offline(answer, old))).toContain(
      'could not be checked: the CRL cannot be used',
    );
  });
});

describe('a reason of revocation', () => {
  const element = (tag: number, ...content: readonly number[]): Parameters<typeof findReason>[0] =>
    decodeDer(encodeDer(tag, Uint8Array.from(content)), { maxBytes: 100 });

  it('is one of RFC 5280 or none', () => {
    const words = Array.from({ length: 12 }, (_, number) => findReason(element(0x0a, number)));
    expect(words).toEqual([
      'unspecified',
      'keyCompromise',
      'cACompromise',
      'affiliationChanged',
      'superseded',
      'cessationOfOperation',
      'certificateHold',
      undefined,
      'removeFromCRL',
      'privilegeWithdrawn',
      'aACompromise',
      undefined,
    ]);
  });

  it('of another type or length is none', () => {
    expect(findReason(element(0x02, 1))).toBeUndefined();
    expect(findReason(element(0x0a, 0, 1))).toBeUndefined();
    expect(findReason(element(0x0a))).toBeUndefined();
  });

  it('is read from its own extension, and one that cannot be read is none', () => {
    const other = { oid: '1.2.3', isCritical: false, value: encodeDer(0x0a, Uint8Array.of(1)) };
    const reason = { oid: '2.5.29.21', isCritical: false, value: encodeDer(0x0a, Uint8Array.of(4)) };
    expect(findReasonCode([other, reason])).toBe('superseded');
    expect(findReasonCode([other])).toBeUndefined();
    for (const value of [new Uint8Array(), Uint8Array.of(0x0a, 2, 1), encodeDer(0x0a, new Uint8Array(100))]) {
      expect(findReasonCode([{ ...reason, value }])).toBeUndefined();
      expect(findInvalidityDate([{ ...reason, oid: '2.5.29.24', value }])).toBeUndefined();
    }
  });
});
