// OCSP: who may answer, when an answer counts, what it means (docs/spec-map.md section 15.2).

import { bytesResponse, encodeDer, encodeHex, encodeUtf8, parseBase64, readAll } from '@nv2/base';
import { leafExtensions, type RevocationWorld, revocationWorld, type Served, type TestExtensions } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { delegate, noCheck, ocspSigning, responderExtensions, signedBy } from './ocsp-delegate.ts';
import { askAbout } from './revocation-ask.ts';

const url = 'http://ocsp.example/status';
const crlUrl = 'http://crl.example/a.crl';
const hourMs = 3_600_000;

function open(more: TestExtensions = {}, keyType: 'p256' | 'rsa4096' = 'p256'): Promise<RevocationWorld> {
  return revocationWorld({ keyType, extensions: (place) => (place === 0 ? { ocspUrls: [url], ...more } : {}) });
}

describe('the request', () => {
  it('goes as GET with the request in the path, its hash SHA-1 and without a nonce [+REV-12]', async () => {
    const world = await open();
    world.serve(url, world.ocsp(0));
    expect((await askAbout(world, { userAgent: 'test/1' })).status(0)).toBe('ok');
    const [request] = world.requests;
    expect(request?.method).toBe('GET');
    expect(request?.headers).toContainEqual(['User-Agent', 'test/1']);
    const der = parseBase64(decodeURIComponent(request?.url.slice(url.length + 1) ?? ''));
    expect(encodeHex(der)).toContain('2b0e03021a'); // SHA-1
    expect(encodeHex(der)).toContain(world.certificate(0).serialNumber);
    expect(encodeHex(der)).not.toContain('2b0601050507300102'); // nonce
  });

  it('goes as POST where the path would be long, or has a query before it [-REV-12]', async () => {
    const long = await open();
    long.serve(url, long.ocsp(0, {}, { extensions: [nonceExtension(200)] }));
    await askAbout(long, { createNonce: () => new Uint8Array(200).fill(7) });
    const query = await open({ ocspUrls: [`${url}?x=1`] });
    query.serve(url, query.ocsp(0));
    await askAbout(query);
    for (const { method, headers, body } of [...long.requests, ...query.requests]) {
      expect(method).toBe('POST');
      expect(headers).toContainEqual(['Content-Type', 'application/ocsp-request']);
      expect((await readAll(body?.open() ?? bytesResponse(200, []).body, 1000))[0]).toBe(0x30);
    }
    expect(long.requests.length + query.requests.length).toBe(2);
  });

  it('with a nonce wants the same one back, and without one takes any [+REV-12]', async () => {
    for (const [sent, answered, status] of [
      [true, 32, 'ok'],
      [true, 31, 'unknown'],
      [true, undefined, 'unknown'],
      [false, 32, 'ok'],
    ] as const) {
      const world = await open();
      world.serve(url, world.ocsp(0, {}, { extensions: answered === undefined ? [] : [nonceExtension(answered)] }));
      const options = sent ? { createNonce: () => new Uint8Array(32).fill(7) } : {};
      expect((await askAbout(world, options)).status(0)).toBe(status);
    }
  });
});

function nonceExtension(length: number): { readonly oid: string; readonly value: Uint8Array } {
  return { oid: '1.3.6.1.5.5.7.48.1.2', value: encodeDer(0x04, new Uint8Array(length).fill(7)) };
}

describe('servers', () => {
  const second = 'http://second.example/';

  it('are asked in order until one answers definitely [+REV-11]', async () => {
    const broken: readonly ((world: RevocationWorld) => Served)[] = [
      () => () => bytesResponse(500, []),
      () => encodeUtf8('<html>'),
      (world) => world.ocsp(0, { nextUpdate: new Date('2023-12-31T23:59:59Z') }),
      (world) => world.ocsp(0, {}, { responseStatus: 3 }),
    ];
    for (const serve of broken) {
      const world = await open({ ocspUrls: ['https://first.example', url, second] });
      world.serve(url, serve(world));
      world.serve(second, world.ocsp(0));
      const { outcome, status } = await askAbout(world);
      expect(status(0)).toBe('ok');
      expect(outcome.certificates[0]?.servers.map((server) => server.status)).toEqual(['unknown', 'unknown', 'ok']);
    }
  });

  it('are not asked further once one has said revoked, or that it does not know [-REV-11]', async () => {
    for (const [status, expected] of [
      ['revoked', 'revoked'],
      ['unknown', 'unknown'],
    ] as const) {
      const world = await open({ ocspUrls: [url, second] });
      world.serve(url, world.ocsp(0, { status }));
      world.serve(second, world.ocsp(0));
      expect((await askAbout(world)).status(0)).toBe(expected);
      expect(world.requests).toHaveLength(1);
    }
  });

  it('answer with status 200, whatever the media type, and not with a byte more than allowed [+REV-13 -REV-13]', async () => {
    for (const [answer, expected] of [
      [(der: Uint8Array) => bytesResponse(200, [['Content-Type', 'text/html']], der), 'ok'],
      [(der: Uint8Array) => bytesResponse(203, [], der), 'unknown'],
      [(der: Uint8Array) => bytesResponse(206, [], der), 'unknown'],
      [
        (der: Uint8Array) => bytesResponse(200, [], new Uint8Array([...der, ...new Uint8Array(20_481 - der.length)])),
        'unknown',
      ],
      [(der: Uint8Array) => bytesResponse(200, [], new Uint8Array([...der, 0])), 'unknown'],
    ] as const) {
      const world = await open();
      world.serve(url, () => answer(world.ocsp(0)));
      expect((await askAbout(world)).status(0)).toBe(expected);
    }
  });
});

describe('an answer', () => {
  it('is a successful basic response about the whole CertID, whatever its hash [+REV-14 +OC-03]', async () => {
    for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const world = await open();
      world.serve(url, world.ocsp(0, { hash }));
      expect((await askAbout(world)).status(0)).toBe('ok');
    }
  });

  it('about another certificate, by another issuer with the same number, or of another type is none [-REV-14 -OC-03]', async () => {
    const world = await open();
    const other = await revocationWorld({ keyIndex: 5 });
    const answers = [
      world.ocsp(0, { certificate: other.certificate(0) }),
      world.ocsp(0, { issuer: other.certificate(1) }),
      world.ocsp(0, {}, { responseType: '1.3.6.1.5.5.7.48.1.9' }),
      world.ocsp(0, {}, { statements: [] }),
      ...[1, 2, 3, 5, 6, 9].map((responseStatus) => world.ocsp(0, {}, { responseStatus })),
    ];
    for (const answer of answers) {
      world.serve(url, answer);
      expect((await askAbout(world)).status(0)).toBe('unknown');
    }
  });

  it('that says both good and revoked about one certificate says revoked', async () => {
    const world = await open();
    const dates = { thisUpdate: world.at, nextUpdate: new Date(world.at.getTime() + hourMs) };
    const about = { certificate: world.certificate(0), issuer: world.certificate(1), ...dates };
    world.serve(
      url,
      world.ocsp(
        0,
        {},
        {
          statements: [
            { ...about, status: 'good' },
            { ...about, status: 'revoked' },
          ],
        },
      ),
    );
    expect((await askAbout(world)).status(0)).toBe('revoked');
  });

  it('is signed by the issuer, named by name or key, or by a responder that the issuer certified for it [+REV-15 +OC-03]', async () => {
    for (const responderId of ['name', 'key'] as const) {
      const world = await open();
      world.serve(url, world.ocsp(0, {}, { responderId, certificates: [] }));
      expect((await askAbout(world)).status(0)).toBe('ok');
      const signer = await delegate(world);
      world.serve(url, world.ocsp(0, {}, { responderId, signer }));
      expect((await askAbout(world)).status(0)).toBe('ok');
    }
  });

  it('counts for nothing when its signer is not entitled [-REV-15 -OC-03]', async () => {
    const world = await open();
    const stranger = await revocationWorld({ keyIndex: 6 });
    const answers: readonly (readonly [string, Uint8Array | Promise<Uint8Array>])[] = [
      [
        'the certificate itself, which a thief of its key would sign with',
        world.ocsp(0, {}, { signer: world.signer(0) }),
      ],
      ['no certificate along', world.ocsp(0, {}, { signer: await delegate(world), certificates: [] })],
      ['not for OCSP', signedBy(world, { extensions: leafExtensions })],
      [
        'for any purpose',
        signedBy(world, { extensions: { ...responderExtensions, extendedKeyUsage: { oids: ['2.5.29.37.0'] } } }),
      ],
      ['no signatures', signedBy(world, { extensions: { ...responderExtensions, keyUsage: { usages: ['cRLSign'] } } })],
      ['expired', signedBy(world, { notAfter: new Date('2023-12-31T00:00:00Z') })],
      ['of another issuer', signedBy(world, { issuer: stranger.signer(1) })],
      [
        'critical extension',
        signedBy(world, {
          extensions: {
            ...responderExtensions,
            other: [{ oid: '2.5.29.30', isCritical: true, value: encodeDer(0x30) }],
          },
        }),
      ],
      ['another name', world.ocsp(0, {}, { signer: await delegate(world), claims: world.certificate(0) })],
      ['a stranger', world.ocsp(0, {}, { signer: stranger.signer(1) })],
      ['SHA-1', world.ocsp(0, {}, { hash: 'sha1' })],
      ['forged', world.ocsp(0, {}, { isForged: true })],
    ];
    for (const [what, answer] of answers) {
      world.serve(url, await answer);
      expect(`${what}: ${(await askAbout(world)).status(0)}`).toBe(`${what}: unknown`);
    }
  });

  it('is valid from thisUpdate, with some minutes for clocks, to nextUpdate [+REV-16]', async () => {
    const world = await open();
    const times = (from: number, to: number): { readonly thisUpdate: Date; readonly nextUpdate: Date } => ({
      thisUpdate: new Date(world.at.getTime() + from),
      nextUpdate: new Date(world.at.getTime() + to),
    });
    for (const dates of [times(-1000, 0), times(5 * 60_000, hourMs)]) {
      world.serve(url, world.ocsp(0, dates));
      expect((await askAbout(world)).status(0)).toBe('ok');
    }
  });

  it('is none before, after, or without an end [-REV-16]', async () => {
    const world = await open();
    const time = (ms: number): Date => new Date(world.at.getTime() + ms);
    for (const dates of [
      { thisUpdate: time(-hourMs), nextUpdate: time(-1000) },
      { thisUpdate: time(5 * 60_000 + 1000), nextUpdate: time(hourMs) },
      { thisUpdate: time(-1000), nextUpdate: undefined },
      { thisUpdate: time(-1000), nextUpdate: time(-2000) },
    ]) {
      world.serve(url, world.ocsp(0, dates));
      expect((await askAbout(world)).status(0)).toBe('unknown');
    }
  });

  it('may have extensions, of which none that is critical is unknown [+REV-17 -REV-17]', async () => {
    const world = await open();
    const extension = { oid: '1.2.3.4', value: encodeDer(0x05) };
    for (const [isCritical, expected] of [
      [false, 'ok'],
      [true, 'unknown'],
    ] as const) {
      world.serve(url, world.ocsp(0, { extensions: [{ ...extension, isCritical }] }));
      expect((await askAbout(world)).status(0)).toBe(expected);
      world.serve(url, world.ocsp(0, {}, { extensions: [{ ...extension, isCritical }] }));
      expect((await askAbout(world)).status(0)).toBe(expected);
    }
  });

  it('that revokes says when and why; a time of invalidity after the authentic signing exempts it [+REV-18]', async () => {
    const world = await open();
    const revokedAt = new Date('2023-06-01T00:00:00Z');
    world.serve(url, world.ocsp(0, { status: 'revoked', revokedAt, reason: 1 }));
    const { outcome } = await askAbout(world);
    expect(outcome).toMatchObject({
      status: 'revoked',
      certificates: [{ facts: { revokedAt, reason: 'keyCompromise' } }, {}],
    });
    const invalidityDate = new Date('2023-05-01T00:00:00Z');
    world.serve(url, world.ocsp(0, { status: 'revoked', revokedAt, invalidityDate }));
    expect((await askAbout(world, { authenticSigningTime: new Date('2023-04-30T23:59:59Z') })).status(0)).toBe('ok');
  });

  it('stays a revocation at and after that time, without an authentic time, or when that time is unreadable [-REV-18 +OC-17]', async () => {
    const world = await open();
    const invalidityDate = new Date('2023-05-01T00:00:00Z');
    world.serve(url, world.ocsp(0, { status: 'revoked', invalidityDate }));
    expect((await askAbout(world, { authenticSigningTime: invalidityDate })).status(0)).toBe('revoked');
    expect((await askAbout(world)).status(0)).toBe('revoked');
    const unreadable = { oid: '2.5.29.24', value: encodeDer(0x17, encodeUtf8('230501000000Z')).subarray(1) };
    world.serve(url, world.ocsp(0, { status: 'revoked', extensions: [unreadable] }));
    expect((await askAbout(world, { authenticSigningTime: new Date('2020-01-01T00:00:00Z') })).status(0)).toBe(
      'revoked',
    );
  });
});

describe('a responder whose certificate does not say that it need not be checked', () => {
  const checkable: TestExtensions = { ...leafExtensions, extendedKeyUsage: { oids: [ocspSigning] }, crlUrls: [crlUrl] };

  it('counts when the CRL it names does not list it [+REV-19]', async () => {
    const world = await open();
    world.serve(url, await signedBy(world, { extensions: checkable }));
    world.serve(crlUrl, world.crl(0));
    expect((await askAbout(world)).status(0)).toBe('ok');
    expect(world.requests.map((request) => request.url)).toContain(crlUrl);
  });

  it('counts for nothing when it is listed there or the CRL is missing [-REV-19]', async () => {
    const world = await open();
    const signer = await delegate(world, { extensions: checkable });
    world.serve(url, world.ocsp(0, {}, { signer }));
    expect((await askAbout(world)).status(0)).toBe('unknown');
    const { serialNumber } = signer.certificate;
    world.serve(crlUrl, world.crl(0, { entries: [{ serialNumber, revokedAt: world.at }] }));
    const { status, reasons } = await askAbout(world);
    expect(status(0)).toBe('unknown');
    expect(reasons).toContain('responder is revoked');
  });

  it('is not saved by the time of the signature that is judged: it has answered now', async () => {
    const world = await open();
    const signer = await delegate(world, { extensions: checkable });
    const { serialNumber } = signer.certificate;
    const since = new Date('2023-05-01T00:00:00Z');
    world.serve(url, world.ocsp(0, {}, { signer }));
    world.serve(crlUrl, world.crl(0, { entries: [{ serialNumber, revokedAt: since, invalidityDate: since }] }));
    const { status, reasons } = await askAbout(world, { authenticSigningTime: new Date('2020-01-01T00:00:00Z') });
    expect(status(0)).toBe('unknown');
    expect(reasons).toContain('responder is revoked');
  });

  it('is not looked up when the certificate says so [+REV-19]', async () => {
    const world = await open();
    world.serve(url, await signedBy(world, { extensions: { ...checkable, other: [noCheck] } }));
    expect((await askAbout(world)).status(0)).toBe('ok');
    expect(world.requests).toHaveLength(1);
  });
});
