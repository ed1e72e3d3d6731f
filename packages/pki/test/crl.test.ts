// CRLs: whose they are, what they cover, what their entries mean (docs/spec-map.md section 15.3).

import { bytesResponse, encodeDer, encodeHex, encodeUtf8 } from '@nv2/base';
import { parseCrl } from '@nv2/pki';
import {
  caExtensions,
  encodePoint,
  type RevocationWorld,
  revocationWorld,
  type TestCrlEntry,
  type TestCrlOptions,
  type TestExtensions,
} from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertCrlEntries, findCrlEntries } from '../src/revocation/scan-crl-entries.ts';
import { askAbout } from './revocation-ask.ts';

const url = 'http://crl.example/a.crl';
const deltaUrl = 'http://crl.example/delta.crl';
const day = (n: number): Date => new Date(Date.UTC(2023, 0, n));

function open(more: TestExtensions = {}): Promise<RevocationWorld> {
  return revocationWorld({ extensions: (place) => (place === 0 ? { crlUrls: [url], ...more } : {}) });
}

/** The status of the leaf under a CRL. */
async function under(
  world: RevocationWorld,
  change: Partial<TestCrlOptions>,
  signed?: Date,
): Promise<string | undefined> {
  world.serve(url, world.crl(0, change));
  return (await askAbout(world, signed === undefined ? {} : { authenticSigningTime: signed })).status(0);
}

function entry(world: RevocationWorld, more: Partial<TestCrlEntry> = {}): TestCrlEntry {
  return { serialNumber: world.certificate(0).serialNumber, revokedAt: day(10), ...more };
}

describe('a CRL', () => {
  it('is fetched with GET and status 200, and has less than 32 MiB [+REV-20 -REV-20]', async () => {
    const world = await open();
    world.serve(url, world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('ok');
    expect(world.requests.map(({ method }) => method)).toEqual(['GET']);
    world.serve(url, () => bytesResponse(200, [], new Uint8Array(32 * 1024 * 1024)));
    const { status, reasons } = await askAbout(world);
    expect(status(0)).toBe('unknown');
    expect(reasons).toContain('too large');
    world.serve(url, () => bytesResponse(204, [], world.crl(0)));
    expect((await askAbout(world)).status(0)).toBe('unknown');
  });

  it('is wanted from every address that the certificate names [+REV-21 +OC-22]', async () => {
    const world = await open({ crlUrls: [url, 'http://crl.example/b.crl'] });
    world.serve(url, world.crl(0));
    world.serve('http://crl.example/b.crl', world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('ok');
    expect(world.requests).toHaveLength(2);
  });

  it('that is missing at one of them leaves the status open, and that revokes at one of them decides [-REV-21 -OC-22]', async () => {
    const world = await open({ crlUrls: [url, 'http://crl.example/b.crl'] });
    world.serve(url, world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('unknown');
    world.serve(url, () => bytesResponse(500, []));
    world.serve('http://crl.example/b.crl', world.crl(0, { entries: [entry(world)] }));
    expect((await askAbout(world)).status(0)).toBe('revoked');
  });

  it('is signed by the issuer, whose key may sign CRLs [+REV-22 -REV-22]', async () => {
    const world = await open();
    const stranger = await revocationWorld({ keyIndex: 5 });
    expect(await under(world, {})).toBe('ok');
    for (const bad of [
      { isForged: true },
      { signer: stranger.signer(1) },
      { signer: { ...world.signer(1), key: stranger.signer(1).key } },
      { hash: 'sha1' },
    ] as const)
      expect(await under(world, bad)).toBe('unknown');
    const mute = await revocationWorld({
      extensions: (place) =>
        place === 0 ? { crlUrls: [url] } : { ...caExtensions, keyUsage: { usages: ['keyCertSign'] } },
    });
    expect(await under(mute, {})).toBe('unknown');
  });

  it('that is not to be relied on is told of by what is wrong with it [-REV-22]', async () => {
    const world = await open();
    const stranger = await revocationWorld({ keyIndex: 5 });
    const said = async (change: Partial<TestCrlOptions>): Promise<string> => {
      world.serve(url, world.crl(0, change));
      return (await askAbout(world)).reasons;
    };
    expect(await said({ isForged: true })).toContain('its signature is wrong');
    expect(await said({ signer: stranger.signer(1) })).toContain('it is not from the issuer of the certificate');
    const twin = { ...world.signer(1), key: stranger.signer(1).key };
    expect(await said({ signer: twin })).toContain('its signature is wrong');
    expect(await said({ hash: 'sha1' })).toContain('it is signed with SHA-1, expected SHA-256, SHA-384 or SHA-512');
    expect(await said({ nextUpdate: undefined })).toContain('it does not say until when it is valid');
  });

  it('is valid to its nextUpdate, which it must have, and not before its time [+REV-23 -REV-23]', async () => {
    const world = await open();
    const at = world.at.getTime();
    expect(await under(world, { thisUpdate: day(1), nextUpdate: world.at })).toBe('ok');
    expect(await under(world, { thisUpdate: day(1), nextUpdate: new Date(at - 1000) })).toBe('unknown');
    expect(await under(world, { nextUpdate: undefined })).toBe('unknown');
    expect(await under(world, { thisUpdate: new Date(at + 600_000), nextUpdate: new Date(at + 700_000) })).toBe(
      'unknown',
    );
    // An expired CRL that lists the certificate proves nothing any more: unknown fails as well.
    expect(await under(world, { thisUpdate: day(1), nextUpdate: day(2), entries: [entry(world)] })).toBe('unknown');
  });

  it('has no critical extension but its scope, and its entries none but the date of invalidity [+REV-24 -REV-24]', async () => {
    const world = await open();
    const odd = { oid: '1.2.3', value: encodeDer(0x05) };
    const dated = { oid: '2.5.29.24', isCritical: true, value: encodeDer(0x18, encodeUtf8('20230101000000Z')) };
    const other = (extension: NonNullable<TestCrlEntry['extensions']>[number]): TestCrlEntry => ({
      serialNumber: '01',
      revokedAt: day(1),
      extensions: [extension],
    });
    expect(await under(world, { extensions: [odd] })).toBe('ok');
    expect(await under(world, { extensions: [{ ...odd, isCritical: true }] })).toBe('unknown');
    expect(await under(world, { entries: [other(odd), other(dated)] })).toBe('ok');
    // RFC 5280 section 5.3: one such entry, and the CRL is not to be used for anybody.
    expect(await under(world, { entries: [other({ ...odd, isCritical: true })] })).toBe('unknown');
    expect(
      await under(world, {
        entries: [other({ oid: '2.5.29.21', isCritical: true, value: encodeDer(0x0a, Uint8Array.of(1)) })],
      }),
    ).toBe('unknown');
  });
});

describe('the scope of a CRL', () => {
  it('covers the certificate: its kind, its distribution point, every reason [+OC-05]', async () => {
    const world = await open();
    for (const scope of [{}, { urls: [url] }, { urls: ['http://x.example', url] }, { onlyUsers: true }]) {
      expect(await under(world, { scope })).toBe('ok');
    }
    const ca = await revocationWorld({ length: 3, extensions: (place) => (place === 1 ? { crlUrls: [url] } : {}) });
    ca.serve(url, ca.crl(1, { scope: { onlyCas: true } }));
    expect((await askAbout(ca)).status(1)).toBe('ok');
    ca.serve(url, ca.crl(1, { scope: { onlyUsers: true } }));
    expect((await askAbout(ca)).status(1)).toBe('unknown');
  });

  it('is not another partition, another kind, another issuer or some reasons [-OC-05]', async () => {
    const world = await open();
    for (const scope of [
      { urls: ['http://crl.example/b.crl'] },
      { onlyCas: true },
      { onlyAttributes: true },
      { isIndirect: true },
      { onlySomeReasons: [6, 0x40] },
    ]) {
      expect(await under(world, { scope })).toBe('unknown');
      // Whatever it covers, nobody is good by it; and no attacker makes it revoke either, unless it is in scope.
    }
    expect(await under(world, { scope: { onlySomeReasons: [6, 0x40] }, entries: [entry(world)] })).toBe('revoked');
  });

  it('of two CRLs together may be every reason [+OC-05]', async () => {
    const world = await open({ crlUrls: [url, 'http://crl.example/b.crl'] });
    world.serve(url, world.crl(0, { scope: { onlySomeReasons: [0, 0x40] } }));
    world.serve('http://crl.example/b.crl', world.crl(0, { scope: { onlySomeReasons: [7, 0x3f, 0x80] } }));
    expect((await askAbout(world)).status(0)).toBe('ok');
  });

  it('is not asked for where the certificate names somebody else as issuer of its CRL', async () => {
    const point = encodeDer(0x30, encodePoint(url).subarray(2), encodeDer(0xa2, encodeDer(0xa4, encodeDer(0x30))));
    const other = [{ oid: '2.5.29.31', value: encodeDer(0x30, point) }];
    const world = await revocationWorld({ extensions: (place) => (place === 0 ? { other } : {}) });
    expect(await under(world, {})).toBe('unknown');
  });
});

describe('the CRL of a certificate whose distribution points are malformed', () => {
  // The address can be read, the reasons after it cannot.
  const open = async (): Promise<RevocationWorld> => {
    const point = encodeDer(0x30, encodePoint(url).subarray(2), encodeDer(0x81));
    const other = [{ oid: '2.5.29.31', value: encodeDer(0x30, point) }];
    return revocationWorld({ extensions: (place) => (place === 0 ? { other } : {}) });
  };

  it('is fetched all the same and revokes [+REV-25]', async () => {
    const world = await open();
    expect(await under(world, { entries: [entry(world)] })).toBe('revoked');
  });

  it('makes it good for no reason, and is taken for that of another point when it says where it is published [-OC-05]', async () => {
    const world = await open();
    world.serve(url, world.crl(0));
    const plain = await askAbout(world);
    expect(plain.status(0)).toBe('unknown');
    expect(plain.outcome.certificates[0]?.servers).toMatchObject([
      { method: 'crl', url, status: 'unknown', reason: expect.stringContaining('only some of the reasons') as string },
    ]);
    world.serve(url, world.crl(0, { scope: { urls: [url] } }));
    const scoped = await askAbout(world);
    expect(scoped.status(0)).toBe('unknown');
    expect(scoped.reasons).toContain('another distribution point');
  });
});

describe('an entry', () => {
  it('revokes by its serial number [+REV-25 -REV-25]', async () => {
    const world = await open();
    const { serialNumber } = world.certificate(0);
    expect(await under(world, { entries: [entry(world)] })).toBe('revoked');
    const near = [
      `00${serialNumber}`.slice(0, -2),
      `${serialNumber}00`,
      serialNumber.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    ];
    for (const other of near.map((text) => text.replace(/^0+(?=[89a-f])/, '00'))) {
      if (/^00[0-7]/.test(other)) continue; // not in its shortest form
      expect(await under(world, { entries: [entry(world, { serialNumber: other })] })).toBe('ok');
    }
  });

  it('for a time after an authentic signing does not count; without one it always does [+REV-25 +OC-17 -OC-17]', async () => {
    const world = await open();
    const entries = [entry(world, { invalidityDate: day(5) })];
    expect(await under(world, { entries }, day(4))).toBe('ok');
    expect(await under(world, { entries }, day(5))).toBe('revoked');
    // Under notary.x509 no time is passed, whatever the signature says about itself.
    expect(await under(world, { entries })).toBe('revoked');
  });

  it('revokes for ever, whatever the reason, except a hold that is lifted later [+REV-26]', async () => {
    const world = await open();
    for (const reason of [undefined, 0, 1, 2, 3, 4, 5, 9, 10, 77]) {
      const more = reason === undefined ? {} : { reason };
      const entries = [entry(world, more), entry(world, { reason: 8, revokedAt: day(20) })];
      expect(await under(world, { entries })).toBe('revoked');
    }
    expect(await under(world, { entries: [entry(world, { reason: 6 })] })).toBe('revoked');
    expect(
      await under(world, { entries: [entry(world, { reason: 6 }), entry(world, { reason: 8, revokedAt: day(11) })] }),
    ).toBe('ok');
  });

  it('of a hold is not lifted by an earlier removal, and is renewed by a later hold [-REV-26]', async () => {
    const world = await open();
    const removal = (n: number): TestCrlEntry => entry(world, { reason: 8, revokedAt: day(n) });
    expect(await under(world, { entries: [entry(world, { reason: 6 }), removal(9)] })).toBe('revoked');
    expect(
      await under(world, {
        entries: [entry(world, { reason: 6 }), removal(11), entry(world, { reason: 6, revokedAt: day(12) })],
      }),
    ).toBe('revoked');
  });

  it('that is exempted does not end the search [+REV-29 -REV-29]', async () => {
    const world = await open();
    const exempt = entry(world, { invalidityDate: day(5) });
    expect(await under(world, { entries: [exempt, entry(world, { revokedAt: day(11) })] }, day(4))).toBe('revoked');
    expect(await under(world, { entries: [exempt, { ...exempt, revokedAt: day(11) }] }, day(4))).toBe('ok');
  });
});

describe('a delta CRL', () => {
  const delta = { number: 8, baseNumber: 7 };

  async function withDelta(
    change: Partial<TestCrlOptions>,
    base: Partial<TestCrlOptions> = {},
  ): Promise<string | undefined> {
    const world = await open();
    world.serve(deltaUrl, world.crl(0, { ...delta, ...change }));
    return under(world, { freshestUrls: ['http://gone.example/', deltaUrl], ...base });
  }

  it('is found where the base says, at the first address that works [+REV-27]', async () => {
    expect(await withDelta({})).toBe('ok');
    const world = await open();
    const entries = [entry(world)];
    world.serve(deltaUrl, world.crl(0, { ...delta, entries }));
    expect(await under(world, { freshestUrls: [deltaUrl] })).toBe('revoked');
    world.serve(deltaUrl, world.crl(0, { ...delta, entries: [entry(world, { reason: 8 })] }));
    expect(await under(world, { freshestUrls: [deltaUrl], entries: [entry(world, { reason: 6 })] })).toBe('ok');
  });

  it('that is missing, or that only the certificate names, leaves the status open [-REV-27]', async () => {
    const world = await open();
    expect(await under(world, { freshestUrls: [deltaUrl] })).toBe('unknown');
    const named = await open({ other: [{ oid: '2.5.29.46', value: encodeDer(0x30, encodePoint(deltaUrl)) }] });
    expect(await under(named, {})).toBe('unknown');
  });

  it('is newer than its base and made for it or an older one [+REV-28]', async () => {
    expect(await withDelta({ number: 300, baseNumber: 0 })).toBe('ok');
    expect(await withDelta({ number: 8, baseNumber: 7 })).toBe('ok');
    expect(await withDelta({ number: 8, scope: { onlyUsers: true } }, { scope: { onlyUsers: true } })).toBe('ok');
  });

  it('counts for nothing otherwise [-REV-28]', async () => {
    const world = await open();
    for (const bad of [
      { number: 7 },
      { number: 6 },
      { baseNumber: 8, number: 9 },
      { isForged: true },
      { thisUpdate: day(1), nextUpdate: day(2) },
      { scope: { onlyUsers: true } },
    ])
      expect(await withDelta(bad)).toBe('unknown');
    world.serve(deltaUrl, world.crl(0, { number: 8 }));
    expect(await under(world, { freshestUrls: [deltaUrl] })).toBe('unknown');
  });

  it('without a number, or over a base without one, is invalid and stops nothing else [-REV-28 -OC-06]', async () => {
    const world = await open();
    world.serve(deltaUrl, world.crl(0, { baseNumber: 7, number: undefined }));
    expect(await under(world, { freshestUrls: [deltaUrl] })).toBe('unknown');
    world.serve(deltaUrl, world.crl(0, delta));
    expect(await under(world, { freshestUrls: [deltaUrl], number: undefined })).toBe('unknown');
  });

  it('in the place of its base says nothing [-REV-28]', async () => {
    const world = await open();
    expect(await under(world, delta)).toBe('unknown');
  });
});

describe('reading entries', () => {
  it('finds what an index of them finds, in any order and number', async () => {
    const world = await open();
    const serial = fc
      .uint8Array({ minLength: 1, maxLength: 20 })
      .map((octets) => encodeHex(Uint8Array.of(0x11, ...octets)));
    fc.assert(
      fc.property(fc.array(serial, { maxLength: 30 }), serial, (serials, wanted) => {
        const all = [...serials, wanted];
        const entries = all.map((serialNumber, index) => ({
          serialNumber,
          revokedAt: day(index + 1),
          ...(index % 3 === 0 ? { reason: 1 } : {}),
        }));
        const crl = parseCrl(world.crl(0, { entries }));
        const expected = entries
          .filter(({ serialNumber }) => serialNumber === wanted)
          .map(({ revokedAt }) => revokedAt);
        expect(findCrlEntries(crl.entries, Buffer.from(wanted, 'hex')).map(({ revokedAt }) => revokedAt)).toEqual(
          expected,
        );
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('takes entries of every length and form that DER allows, and throws only its own error for any flipped byte', async () => {
    const world = await open();
    const long = { oid: '1.2.3', value: new Uint8Array(300) };
    const entries: readonly TestCrlEntry[] = [
      { serialNumber: '01', revokedAt: day(1), extensions: [long] },
      { serialNumber: '00ff', revokedAt: new Date('2055-01-01T00:00:00Z'), reason: 1 },
      { serialNumber: 'ff7f', revokedAt: day(1) },
      entry(world, { reason: 3, invalidityDate: day(2) }),
    ];
    const der = world.crl(0, { entries });
    expect(findCrlEntries(parseCrl(der).entries, Buffer.from('00ff', 'hex'))).toHaveLength(1);
    for (let at = 0; at < der.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] ?? 0) ^ mask;
        try {
          parseCrl(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'PKI_CRL_INVALID' });
        }
        world.serve(url, changed);
      }
    }
    world.serve(url, der);
    expect((await askAbout(world)).status(0)).toBe('revoked');
  });

  const time = [0x17, 13, ...encodeUtf8('230101000000Z')];
  const sequence = (...octets: readonly number[]): Uint8Array => encodeDer(0x30, Uint8Array.from(octets));

  it.each<[string, Uint8Array]>([
    ['a serial number with a zero too many', sequence(2, 2, 0, 1, ...time)],
    ['a negative serial number with an octet too many', sequence(2, 2, 0xff, 0x80, ...time)],
    ['an empty serial number', sequence(2, 0, ...time)],
    ['a length that is not in its shortest form', Uint8Array.of(0x30, 0x81, 18, 2, 1, 1, ...time)],
    ['an indefinite length', Uint8Array.of(0x30, 0x80, 2, 1, 1, ...time, 0, 0)],
    ['something else than an entry', encodeDer(0x31, Uint8Array.of(2, 1, 1, ...time))],
    ['a time of another length', sequence(2, 1, 1, 0x17, 11, ...encodeUtf8('2301010000Z'))],
    ['an empty list of extensions', sequence(2, 1, 1, ...time, 0x30, 0)],
    ['an extension without a value', sequence(2, 1, 1, ...time, 0x30, 5, 0x30, 3, 6, 1, 1)],
    ['something behind the extensions', sequence(2, 1, 1, ...time, 0x30, 7, 0x30, 5, 6, 1, 1, 4, 0, 5, 0)],
    ['an entry that is cut short', sequence(2, 1, 1, ...time).subarray(0, -1)],
    ['a BOOLEAN that is neither', sequence(2, 1, 1, ...time, 0x30, 10, 0x30, 8, 6, 1, 1, 1, 1, 1, 4, 0)],
  ])('refuses %s', (_, entries) => {
    expect(() => assertCrlEntries(entries, { allowExtensions: true })).toThrow(/of the entries/);
  });

  it('takes what those are the defects of', () => {
    const plain = sequence(2, 1, 1, ...time);
    const extended = sequence(2, 2, 0, 0x80, ...time, 0x30, 10, 0x30, 8, 6, 1, 1, 1, 1, 0, 4, 0);
    assertCrlEntries(Uint8Array.of(...plain, ...extended, ...plain), { allowExtensions: true });
    expect(() => assertCrlEntries(extended, { allowExtensions: false })).toThrow(/version 1/);
  });

  it('gives up on a CRL that lists one certificate without end', async () => {
    const world = await open();
    expect(await under(world, { entries: Array.from({ length: 65 }, () => entry(world, { reason: 8 })) })).toBe(
      'unknown',
    );
  });
});
