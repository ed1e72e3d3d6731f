// What is kept between checks, and what the user brings along: each is judged as if it had come from the network just now.

import { bytesResponse } from '@nv2/base';
import { type CrlBundle, type CrlCache, indexRevocationData, type OcspCache, type StoredOcspResponse } from '@nv2/pki';
import { encodePoint, type RevocationWorld, revocationWorld, type TestCrlOptions, toPem } from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askAbout } from './revocation-ask.ts';

const ocspUrl = 'http://ocsp.example/';
const crlUrl = 'http://crl.example/a.crl';
const deltaUrl = 'http://crl.example/delta.crl';
const hourMs = 3_600_000;

function memoryCrlCache(
  entries: readonly (readonly [string, CrlBundle])[] = [],
): CrlCache & { readonly map: Map<string, CrlBundle> } {
  const map = new Map(entries);
  return {
    map,
    find: (url) => Promise.resolve(map.get(url)),
    store: (url, bundle) => Promise.resolve(void map.set(url, bundle)),
    remove: (url) => Promise.resolve(void map.delete(url)),
  };
}

function memoryOcspCache(): OcspCache & { readonly map: Map<string, StoredOcspResponse> } {
  const map = new Map<string, StoredOcspResponse>();
  return {
    map,
    find: (key) => Promise.resolve(map.get(key)),
    store: (key, stored) => Promise.resolve(void map.set(key, stored)),
    remove: (key) => Promise.resolve(void map.delete(key)),
  };
}

function withCrl(): Promise<RevocationWorld> {
  return revocationWorld({ extensions: (place) => (place === 0 ? { crlUrls: [crlUrl] } : {}) });
}

function withOcsp(): Promise<RevocationWorld> {
  return revocationWorld({ extensions: (place) => (place === 0 ? { ocspUrls: [ocspUrl] } : {}) });
}

function listing(world: RevocationWorld, more: Partial<TestCrlOptions> = {}): Uint8Array {
  const { serialNumber } = world.certificate(0);
  return world.crl(0, { entries: [{ serialNumber, revokedAt: new Date('2023-06-01T00:00:00Z') }], ...more });
}

const types = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type.startsWith('crl-cache'));

describe('the CRL cache', () => {
  it('is filled with what was found valid, and asked before the network [+REV-34 +REV-35 +OC-06]', async () => {
    const world = await withCrl();
    world.serve(deltaUrl, world.crl(0, { number: 8, baseNumber: 7 }));
    world.serve(crlUrl, world.crl(0, { freshestUrls: [deltaUrl] }));
    const crlCache = memoryCrlCache();
    const first = await askAbout(world, { crlCache });
    expect(first.status(0)).toBe('ok');
    expect(types(first.events)).toEqual(['crl-cache-read', 'crl-cache-miss', 'crl-cache-write']);
    expect(crlCache.map.get(crlUrl)?.delta).toBeDefined();
    const second = await askAbout(world, { crlCache });
    expect(second.outcome.certificates[0]?.servers).toMatchObject([{ status: 'ok', from: 'cache' }]);
    expect(types(second.events)).toEqual(['crl-cache-read', 'crl-cache-hit']);
    expect(world.requests).toHaveLength(2);
  });

  it('keeps nothing that was not found valid, however far off its end [-REV-35 -OC-06]', async () => {
    for (const bad of [
      { isForged: true },
      { nextUpdate: undefined },
      { number: 8, baseNumber: 7 },
      { scope: { onlyCas: true } },
    ]) {
      const world = await withCrl();
      world.serve(crlUrl, world.crl(0, { nextUpdate: new Date('2090-01-01T00:00:00Z'), ...bad }));
      const crlCache = memoryCrlCache();
      expect((await askAbout(world, { crlCache })).status(0)).toBe('unknown');
      expect(crlCache.map.size).toBe(0);
      // The next good one is taken at once: nothing pins the status.
      world.serve(crlUrl, world.crl(0));
      expect((await askAbout(world, { crlCache })).status(0)).toBe('ok');
    }
  });

  it('is judged like the network: a forged, foreign or misplaced CRL in it goes, and is fetched once [-REV-34 +REV-35]', async () => {
    const stranger = await revocationWorld({ keyIndex: 5 });
    const world = await withCrl();
    for (const base of [
      world.crl(0, { isForged: true, nextUpdate: new Date('2090-01-01T00:00:00Z') }),
      stranger.crl(0),
      world.crl(0, { freshestUrls: [deltaUrl] }),
    ]) {
      world.serve(crlUrl, listing(world));
      const crlCache = memoryCrlCache([[crlUrl, { base }]]);
      const { status, events } = await askAbout(world, { crlCache });
      expect(status(0)).toBe('revoked');
      expect(types(events)).toEqual(['crl-cache-read', 'crl-cache-hit', 'crl-cache-evicted', 'crl-cache-write']);
    }
    const crlCache = memoryCrlCache([[crlUrl, { base: stranger.crl(0) }]]);
    world.serve(crlUrl, () => bytesResponse(404, []));
    const before = world.requests.length;
    expect((await askAbout(world, { crlCache })).status(0)).toBe('unknown');
    expect(world.requests.length - before).toBe(1);
    expect(crlCache.map.size).toBe(0);
  });

  it('gives nothing past the end of the base or of the delta [+REV-32]', async () => {
    const world = await withCrl();
    const old = { thisUpdate: new Date('2023-12-20T00:00:00Z'), nextUpdate: new Date('2023-12-25T00:00:00Z') };
    for (const bundle of [
      { base: world.crl(0, old) },
      { base: world.crl(0, { freshestUrls: [deltaUrl] }), delta: world.crl(0, { number: 8, baseNumber: 7, ...old }) },
    ]) {
      world.serve(crlUrl, listing(world));
      const { status, events } = await askAbout(world, { crlCache: memoryCrlCache([[crlUrl, bundle]]) });
      expect(status(0)).toBe('revoked');
      expect(events).toContainEqual({ type: 'crl-cache-expired', url: crlUrl, nextUpdate: old.nextUpdate });
    }
  });

  it('that fails, or holds what cannot be read, is told about and done without [-REV-32]', async () => {
    const world = await withCrl();
    world.serve(crlUrl, world.crl(0));
    const failing: CrlCache = {
      find: () => Promise.reject(new Error('permission denied')),
      store: () => Promise.reject(new Error('disk full')),
      remove: () => Promise.reject(new Error('gone')),
    };
    const { status, events } = await askAbout(world, { crlCache: failing });
    expect(status(0)).toBe('ok');
    expect(types(events)).toEqual([
      'crl-cache-read',
      'crl-cache-read-failed',
      'crl-cache-write',
      'crl-cache-write-failed',
    ]);
    const nonsense = memoryCrlCache([[crlUrl, { base: Uint8Array.of(1, 2, 3) }]]);
    expect((await askAbout(world, { crlCache: nonsense })).status(0)).toBe('ok');
    // Without a nextUpdate it could never end: not usable either.
    const endless = memoryCrlCache([[crlUrl, { base: world.crl(0, { nextUpdate: undefined }) }]]);
    expect((await askAbout(world, { crlCache: endless })).outcome.certificates[0]?.servers).toMatchObject([
      { from: 'network' },
    ]);
  });
});

describe('the OCSP cache', () => {
  it('is asked first for an hour, with every check of an answer [+REV-36]', async () => {
    const world = await withOcsp();
    world.serve(ocspUrl, world.ocsp(0));
    const ocspCache = memoryOcspCache();
    await askAbout(world, { ocspCache });
    const at = new Date(world.at.getTime() + hourMs);
    const { outcome } = await askAbout(world, { ocspCache, at });
    expect(outcome.certificates[0]?.servers).toMatchObject([{ status: 'ok', from: 'cache' }]);
    expect(world.requests).toHaveLength(1);
  });

  it('is not believed longer while somebody can be asked, nor past its end, nor when the clock ran backwards [-REV-36]', async () => {
    const world = await withOcsp();
    world.serve(ocspUrl, world.ocsp(0));
    const ocspCache = memoryOcspCache();
    await askAbout(world, { ocspCache });
    world.serve(ocspUrl, world.ocsp(0, { status: 'revoked' }));
    for (const ms of [hourMs + 1000, -1000]) {
      const at = new Date(world.at.getTime() + ms);
      expect((await askAbout(world, { ocspCache: memoryCopy(ocspCache), at })).status(0)).toBe('revoked');
    }
    const offline = { ocspCache, isOffline: true } as const;
    const days = (n: number): Date => new Date(world.at.getTime() + n * 24 * hourMs);
    expect((await askAbout(world, { ...offline, at: days(5) })).status(0)).toBe('ok');
    const late = await askAbout(world, { ...offline, at: days(7) });
    expect(late.status(0)).toBe('unknown');
    expect(late.outcome).toMatchObject({ reason: expect.stringContaining('8 days old') });
  });

  it('that was tampered with is emptied and the responder asked', async () => {
    const world = await withOcsp();
    world.serve(ocspUrl, world.ocsp(0));
    const ocspCache = memoryOcspCache();
    await askAbout(world, { ocspCache });
    const [key = '', stored] = [...ocspCache.map][0] ?? [];
    world.serve(ocspUrl, world.ocsp(0, { status: 'revoked' }));
    for (const response of [
      world.ocsp(0, {}, { isForged: true }),
      Uint8Array.of(1),
      world.ocsp(0, {}, { signer: world.signer(0) }),
    ]) {
      ocspCache.map.set(key, { response, storedAt: stored?.storedAt ?? world.at });
      const { status, events } = await askAbout(world, { ocspCache });
      expect(status(0)).toBe('revoked');
      expect(events.some(({ type }) => type === 'ocsp-cache-failed')).toBe(true);
    }
  });

  it('that fails is done without', async () => {
    const world = await withOcsp();
    world.serve(ocspUrl, world.ocsp(0));
    const fail = (): Promise<never> => Promise.reject(new Error('broken'));
    expect((await askAbout(world, { ocspCache: { find: fail, store: fail, remove: fail } })).status(0)).toBe('ok');
  });
});

function memoryCopy(cache: { readonly map: Map<string, StoredOcspResponse> }): OcspCache {
  const copy = memoryOcspCache();
  for (const [key, stored] of cache.map) copy.map.set(key, stored);
  return copy;
}

describe('files at hand', () => {
  const index = (...files: readonly Uint8Array[]): ReturnType<typeof indexRevocationData> =>
    indexRevocationData(files.map((bytes, place) => ({ name: `file ${place}`, bytes })));

  it('are told apart by their content, in DER and PEM', async () => {
    const world = await withCrl();
    const pem = Buffer.from(toPem('X509 CRL', world.crl(0)));
    const found = index(
      world.crl(0),
      pem,
      Buffer.from(`comment\n${pem.toString()}`),
      world.ocsp(0),
      world.certificate(0).der,
      Buffer.from('x'),
      new Uint8Array(),
    );
    expect(found).toMatchObject({ crls: 3, ocspResponses: 1 });
    expect(found.unusable.map(({ name }) => name)).toEqual(['file 4', 'file 5', 'file 6']);
  });

  it('answer without any connection', async () => {
    const world = await revocationWorld({
      length: 3,
      extensions: (place) => (place === 0 ? { ocspUrls: [ocspUrl] } : { crlUrls: [crlUrl] }),
    });
    const { data } = index(world.ocsp(0), world.crl(1), world.crl(0));
    const { outcome } = await askAbout(world, { data, isOffline: true });
    expect(outcome.status).toBe('passed');
    expect(outcome.certificates[0]?.servers).toMatchObject([{ url: 'file 0', from: 'directory', status: 'ok' }]);
    expect(world.requests).toHaveLength(0);
  });

  it('that are past their end leave it open, and say how old they are', async () => {
    const world = await withCrl();
    const { data } = index(
      world.crl(0, { thisUpdate: new Date('2023-12-01T00:00:00Z'), nextUpdate: new Date('2023-12-08T00:00:00Z') }),
    );
    const { outcome } = await askAbout(world, { data, isOffline: true });
    expect(outcome).toMatchObject({ status: 'unknown', reason: expect.stringContaining('31 days old') });
  });

  it('give way to the network where they are past their end', async () => {
    const world = await withCrl();
    world.serve(crlUrl, world.crl(0));
    const { data } = index(
      world.crl(0, { thisUpdate: new Date('2023-12-01T00:00:00Z'), nextUpdate: new Date('2023-12-08T00:00:00Z') }),
    );
    expect((await askAbout(world, { data })).status(0)).toBe('ok');
  });

  it('that revoke decide, whatever a server says, and even where the certificate names nobody', async () => {
    const world = await revocationWorld({ extensions: (place) => (place === 0 ? { ocspUrls: [ocspUrl] } : {}) });
    world.serve(ocspUrl, world.ocsp(0));
    const { data } = index(listing(world));
    expect((await askAbout(world, { data })).status(0)).toBe('revoked');
    const silent = await revocationWorld();
    expect((await askAbout(silent, { data: index(listing(silent)).data })).status(0)).toBe('revoked');
  });

  it('of which one revokes decide against another that does not, in whatever order they come', async () => {
    const world = await revocationWorld({
      extensions: (place) => (place === 0 ? { ocspUrls: [ocspUrl], crlUrls: [crlUrl] } : {}),
    });
    const revokedAt = new Date('2023-06-01T00:00:00Z');
    for (const files of [
      [world.ocsp(0), listing(world)],
      [listing(world), world.ocsp(0)],
      [world.ocsp(0, { status: 'revoked' }), world.crl(0)],
      [world.crl(0), world.ocsp(0, { status: 'revoked' })],
    ]) {
      const { outcome } = await askAbout(world, { data: index(...files).data, isOffline: true });
      expect(outcome.status).toBe('revoked');
    }
    const { outcome } = await askAbout(world, { data: index(listing(world)).data, isOffline: true });
    expect(outcome).toMatchObject({
      reason: expect.stringMatching(`^since ${revokedAt.toISOString()}, by .*; says the CRL of "file 0"$`),
    });
    const good = await askAbout(world, { data: index(world.crl(0)).data, isOffline: true });
    expect(good.status(0)).toBe('ok');
  });

  it('that do not revoke are enough where the certificate names nobody', async () => {
    const silent = await revocationWorld();
    const { outcome, events } = await askAbout(silent, { data: index(silent.crl(0)).data });
    expect(outcome.certificates[0]).toMatchObject({ status: 'ok', method: 'crl' });
    expect(events).not.toContainEqual(expect.objectContaining({ type: 'revocation-no-source', place: 0 }));
    const none = await askAbout(silent, { data: index().data });
    expect(none.events).toContainEqual(expect.objectContaining({ type: 'revocation-no-source', place: 0 }));
  });

  it('prove nothing by being there: forged ones and those of others count for nothing', async () => {
    const world = await withCrl();
    const stranger = await revocationWorld({ keyIndex: 5 });
    const { data } = index(
      world.crl(0, { isForged: true }),
      stranger.crl(0),
      world.crl(0, { scope: { urls: ['http://other.example'] } }),
    );
    expect((await askAbout(world, { data, isOffline: true })).status(0)).toBe('unknown');
  });

  it('may have a delta beside the base that needs it', async () => {
    const world = await withCrl();
    const base = world.crl(0, { freshestUrls: [deltaUrl] });
    const delta = listing(world, { number: 8, baseNumber: 7 });
    expect((await askAbout(world, { data: index(base, delta).data, isOffline: true })).status(0)).toBe('revoked');
    expect((await askAbout(world, { data: index(base).data, isOffline: true })).status(0)).toBe('unknown');
    expect(encodePoint(deltaUrl)[0]).toBe(0x30);
  });
});

describe('a revoked certificate', () => {
  it('is never accepted because something kept says otherwise', async () => {
    const world = await withCrl();
    world.serve(crlUrl, listing(world));
    const good = world.crl(0);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, mask, isDelta) => {
          const base = Uint8Array.from(good);
          base[at] = (base[at] ?? 0) ^ mask;
          const crlCache = memoryCrlCache([[crlUrl, isDelta ? { base, delta: good } : { base }]]);
          const { data } = indexRevocationData([{ name: 'changed', bytes: base }]);
          expect((await askAbout(world, { crlCache })).status(0)).toBe('revoked');
          expect((await askAbout(world, { data })).status(0)).toBe('revoked');
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });
});
