import { bytesResponse, encodeDer, encodeHex, encodeUtf8, findHeader, parseHex, type Transport } from '@nv2/base';
import { mintChain, type TestStatement, testTsa, type TestTsa, type TestTsaOptions } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import type { RevocationChecker } from '../revocation/check-revocation.ts';
import { checkTimestamp } from './check-timestamp.ts';
import { requestTimestamp, type RequestTimestampOptions } from './request-timestamp.ts';
import { encodeTimestampRequest, toNonce } from './request.ts';

const data = encodeUtf8('the signature bytes');
const at = new Date('2026-01-01T00:00:00Z');
const notRevoked: RevocationChecker = () => Promise.resolve({ status: 'passed', certificates: [] });
const url = 'http://tsa.example/rfc3161?token=secret';

async function authority(options: TestTsaOptions = {}): Promise<TestTsa> {
  return testTsa({
    authority: await mintChain({ length: 3, purpose: 'timestamping', keyIndex: 7 }),
    now: () => at,
    ...options,
  });
}

function ask(
  tsa: Pick<TestTsa, 'transport' | 'root'>,
  options: Partial<RequestTimestampOptions> = {},
): ReturnType<typeof requestTimestamp> {
  const { transport, root } = tsa;
  return requestTimestamp(data, {
    url,
    transport,
    roots: [root],
    hash: 'sha256',
    at,
    checkRevocation: notRevoked,
    ...options,
  });
}

/** `granted`, or the code and what is known about the reason. */
async function outcomeOf(tsaOptions: TestTsaOptions, options: Partial<RequestTimestampOptions> = {}): Promise<string> {
  try {
    await ask(await authority(tsaOptions), options);
    return 'granted';
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    return `${code}: ${message}`;
  }
}

describe('a request for a time-stamp', () => {
  it('is version 1 with NULL parameters, a nonce and the wish for certificates, read by a library of others [+TSA-04]', async () => {
    const tsa = await authority();
    await ask(tsa);
    const [request] = tsa.requests;
    expect(request).toMatchObject({
      version: 1,
      hasNull: true,
      hashOid: '2.16.840.1.101.3.4.2.1',
      policy: undefined,
      wantsCertificates: true,
    });
    expect(request?.digest).toHaveLength(32);
  });

  it.each([
    ['sha256', 32],
    ['sha384', 48],
    ['sha512', 64],
  ] as const)(
    'is about the bytes given, by the hash of the signing key: %s [+TSA-02 +TSA-03 +OC-38]',
    async (hash, length) => {
      const tsa = await authority();
      const { token } = await ask(tsa, { hash });
      expect(tsa.requests[0]?.digest).toHaveLength(length);
      const check = { token, roots: [tsa.root], at, checkRevocation: notRevoked };
      expect(await checkTimestamp({ ...check, data })).toMatchObject({ status: 'passed' });
      // -TSA-03 is the other hash below; the text of the envelope is another datum.
      expect(await checkTimestamp({ ...check, data: encodeUtf8(encodeHex(data)) })).toMatchObject({ rule: 'TSA-25' });
    },
  );

  it('has a nonce below 2^159 that is another one each time [+TSA-04]', async () => {
    const tsa = await authority();
    for (let count = 0; count < 20; count++) await ask(tsa);
    const nonces = tsa.requests.map(({ nonce }) => encodeHex(nonce ?? new Uint8Array()));
    expect(new Set(nonces).size).toBe(20);
    expect(nonces.every((nonce) => nonce.length <= 40 && Number.parseInt(nonce.slice(0, 2), 16) < 0x80)).toBe(true);
    expect(encodeHex(toNonce(new Uint8Array(20).fill(0xff)))).toBe(`7f${'ff'.repeat(19)}`);
    expect(() => toNonce(new Uint8Array(8))).toThrow(RangeError);
  });

  it('takes any nonce, zero and short ones too [+TSA-04 +TSA-09]', async () => {
    for (const octet of [0x00, 0x01, 0x80, 0xff]) {
      const random = (length: number): Uint8Array => new Uint8Array(length).fill(octet, length - 1);
      await expect(ask(await authority(), { random })).resolves.toBeDefined();
    }
  });

  it('is posted with its media type, to the URL as it is [+TSA-05]', async () => {
    const sent: Parameters<Transport>[0][] = [];
    const tsa = await authority();
    const transport: Transport = (request) => {
      sent.push(request);
      return tsa.transport(request);
    };
    await ask({ ...tsa, transport }, { userAgent: 'nv2/test' });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'POST', url });
    expect(findHeader(sent[0]?.headers ?? [], 'content-type')).toBe('application/timestamp-query');
    expect(findHeader(sent[0]?.headers ?? [], 'user-agent')).toBe('nv2/test');
  });

  it.each(['', 'tsa.example', 'ftp://tsa.example/', 'file:///tmp/tsa', 'http://', 'javascript:alert(1)'])(
    'is not sent to %j [-TSA-05]',
    async (wrong) => {
      const transport: Transport = () => Promise.reject(new Error('asked'));
      expect(await outcomeOf({}, { url: wrong, transport })).toMatch(/^PKI_TIMESTAMP_REQUEST_INVALID/);
    },
  );

  it('needs a root certificate [-TSA-07]', async () => {
    expect(await outcomeOf({}, { roots: [] })).toMatch(/^PKI_TIMESTAMP_REQUEST_INVALID/);
  });

  it('is written byte for byte as RFC 3161 has it [+TSA-04]', () => {
    const query = { hash: 'sha256', digest: new Uint8Array(32), nonce: Uint8Array.of(1) } as const;
    const hash = '300d06096086480165030402010500';
    expect(encodeHex(encodeTimestampRequest(query))).toBe(`303c0201013031${hash}0420${'00'.repeat(32)}0201010101ff`);
  });

  it('is not one for that library when nothing of it arrives [-TSA-04]', async () => {
    const transport: Transport = (request) =>
      honest.transport({ ...request, body: { open: () => chunks(0) } }).catch(() => bytesResponse(400, []));
    const honest = await authority();
    await expect(ask({ ...honest, transport })).rejects.toMatchObject({ code: 'PKI_TIMESTAMP_UNAVAILABLE' });
  });
});

describe('an answer', () => {
  it('is kept byte for byte: the token, not the response [+TSA-12]', async () => {
    const answers: Uint8Array[] = [];
    const tsa = await authority({
      tweakResponse: (der) => {
        answers.push(der);
        return der;
      },
    });
    const { token, timestamp } = await ask(tsa);
    expect(timestamp.genTime).toEqual(at);
    // A response is a header, the status (granted: 30 03 02 01 00), and the token.
    expect(encodeHex(answers[0] ?? new Uint8Array())).toBe(
      `3082${encodeHex(answers[0]?.subarray(2, 4) ?? new Uint8Array())}3003020100${encodeHex(token)}`,
    );
  });

  it('may be granted with modifications [+TSA-08]', async () => {
    expect(await outcomeOf({ status: 1 })).toBe('granted');
  });

  it.each([
    [2, [0], 'rejection (badAlg)'],
    [2, [2, 5], 'rejection (badRequest, badDataFormat)'],
    [2, [14, 15], 'rejection (timeNotAvailable, unacceptedPolicy)'],
    [2, [16, 17, 25], 'rejection (unacceptedExtension, addInfoNotAvailable, systemFailure)'],
    [2, [7], 'rejection (an unknown failure)'],
    [2, undefined, 'rejection'],
    [3, undefined, 'waiting'],
    [4, undefined, 'revocationWarning'],
    [5, undefined, 'revocationNotification'],
    [9, undefined, 'status 9'],
  ])('of status %i with failInfo %j is a refusal that says why [-TSA-08]', async (status, failInfo, text) => {
    expect(await outcomeOf({ status, ...(failInfo && { failInfo }) })).toBe(
      `PKI_TIMESTAMP_REFUSED: the time-stamp authority refused: ${text}`,
    );
  });

  it('of a refusal carries the authority’s words, made safe and cut short [-TSA-08]', async () => {
    const outcome = await outcomeOf({ status: 2, failInfo: [0], statusText: ['no\u001b[2J', 'x'.repeat(1000)] });
    expect(outcome).toContain('badAlg, "no\uFFFD[2J"');
    expect(outcome.length).toBeLessThan(400);
  });

  it.each<[string, TestTsaOptions, RegExp]>([
    ['status 201 [-TSA-06 +OC-56]', { httpStatus: 201 }, /^PKI_TIMESTAMP_UNAVAILABLE: .*status 201/],
    ['status 302, which is not followed [-TSA-06]', { httpStatus: 302 }, /^PKI_TIMESTAMP_UNAVAILABLE: .*status 302/],
    ['status 500 [-TSA-06]', { httpStatus: 500 }, /^PKI_TIMESTAMP_UNAVAILABLE: .*status 500/],
    [
      'another media type [-TSA-06]',
      { contentType: 'text/html' },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the answer is "text\/html"/,
    ],
    [
      'a media type with parameters [-TSA-06 +OC-23]',
      { contentType: 'application/timestamp-reply; charset=binary' },
      /^PKI_TIMESTAMP_RESPONSE_INVALID/,
    ],
    [
      '1 MiB [-TSA-06]',
      { body: () => chunks(1 << 20) },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the answer has 1048576 bytes or more/,
    ],
    [
      'an endless body [-TSA-06]',
      { body: () => chunks(Number.MAX_SAFE_INTEGER) },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the answer has 1048576 bytes or more/,
    ],
    ['nothing [-TSA-08]', { body: () => chunks(0) }, /^PKI_TIMESTAMP_RESPONSE_INVALID/],
    ['noise [-TSA-08]', { tweakResponse: () => parseHex('deadbeef') }, /^PKI_TIMESTAMP_RESPONSE_INVALID/],
    ['no SEQUENCE [-TSA-08]', { tweakResponse: () => parseHex('0400') }, /^PKI_TIMESTAMP_RESPONSE_INVALID/],
    [
      'a status of another type [-TSA-08]',
      { tweakResponse: () => parseHex('30020400') },
      /^PKI_TIMESTAMP_RESPONSE_INVALID/,
    ],
    [
      'a third member [-TSA-08]',
      { tweakResponse: (der) => encodeDer(0x30, der, der, der) },
      /^PKI_TIMESTAMP_RESPONSE_INVALID/,
    ],
    [
      'granted without token [-TSA-08]',
      { tweakResponse: () => parseHex('30053003020100') },
      /^PKI_TIMESTAMP_RESPONSE_INVALID/,
    ],
    [
      'a token that is none [-TSA-11]',
      { tweakResponse: () => parseHex('300730030201000400') },
      /^PKI_TIMESTAMP_UNTRUSTED/,
    ],
  ])('of %s is refused', async (_, options, expected) => {
    expect(await outcomeOf(options)).toMatch(expected);
  });

  it('of one byte less than 1 MiB is read [+TSA-06]', async () => {
    expect(await outcomeOf({ body: () => chunks((1 << 20) - 1) })).toMatch(
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the answer is not a time-stamp response/,
    );
    expect(await outcomeOf({})).toBe('granted');
  });

  it.each<[string, TestTsaOptions, RegExp]>([
    [
      'another nonce',
      { tweakAnswer: (honest) => ({ ...honest, nonce: Uint8Array.of(5) }) },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the time-stamp has another nonce/,
    ],
    [
      'no nonce',
      { tweakAnswer: (honest) => without(honest, 'nonce') },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: the time-stamp has another nonce/,
    ],
    [
      'other data',
      { tweakAnswer: (honest) => ({ ...honest, digest: new Uint8Array(32) }) },
      /^PKI_TIMESTAMP_UNTRUSTED: .*about other data/,
    ],
    [
      'another hash of the same data',
      { tweakAnswer: (honest) => ({ ...without(honest, 'digest'), data, imprintHash: 'sha512' }) },
      /^PKI_TIMESTAMP_RESPONSE_INVALID: .*another hash/,
    ],
    ['version 2', { tweakAnswer: (honest) => ({ ...honest, version: 2 }) }, /^PKI_TIMESTAMP_UNTRUSTED/],
    [
      'a time with an offset',
      { tweakAnswer: (honest) => ({ ...honest, genTime: '20260101000000+0100' }) },
      /^PKI_TIMESTAMP_UNTRUSTED/,
    ],
  ])('about %s does not answer the request [-TSA-09]', async (_, options, expected) => {
    expect(await outcomeOf(options)).toMatch(expected);
  });

  it('may leave the parameters of the hash algorithm out [+TSA-09]', async () => {
    expect(await outcomeOf({ tweakAnswer: (honest) => ({ ...honest, omitsNull: true }) })).toBe('granted');
  });

  it('without certificates, although they were asked for, is refused [-TSA-10]', async () => {
    expect(await outcomeOf({ tweakSignedData: (signed) => ({ ...signed, certificates: undefined }) })).toMatch(
      /^PKI_TIMESTAMP_UNTRUSTED.*not in the token/,
    );
    expect(await outcomeOf({})).toBe('granted'); // +TSA-10
  });

  it('is verified against the given root, at the present, before it is used [+TSA-11 -TSA-11]', async () => {
    const other = await mintChain({ purpose: 'timestamping', keyIndex: 9 });
    expect(await outcomeOf({}, { roots: [other.root] })).toMatch(/^PKI_TIMESTAMP_UNTRUSTED/);
    expect(await outcomeOf({ tweakSignature: () => new Uint8Array(70) })).toMatch(/^PKI_TIMESTAMP_UNTRUSTED/);
    const expired = await mintChain({ purpose: 'timestamping', notAfter: new Date('2025-12-31T23:59:59Z') });
    // The authority's clock says that its certificate is valid; ours does not.
    expect(
      await outcomeOf({ authority: expired, now: () => new Date('2025-06-01T00:00:00Z') }, { roots: [expired.root] }),
    ).toMatch(/^PKI_TIMESTAMP_UNTRUSTED/);
    expect(await outcomeOf({})).toBe('granted');
  });

  it('of an authority that is revoked or whose status is unknown is not used (CVE-2024-56138) [+OC-54 -OC-54 -TSA-11]', async () => {
    const { certificates } = await mintChain({ purpose: 'timestamping' });
    const revoked: RevocationChecker = () =>
      Promise.resolve({ status: 'revoked', certificate: certificates[0], reason: 'keyCompromise', certificates: [] });
    const unknown: RevocationChecker = () =>
      Promise.resolve({ status: 'unknown', reason: 'nobody answered', certificates: [] });
    expect(await outcomeOf({}, { checkRevocation: revoked })).toMatch(/^PKI_TIMESTAMP_UNTRUSTED.*revoked/);
    expect(await outcomeOf({}, { checkRevocation: unknown })).toMatch(/^PKI_TIMESTAMP_UNTRUSTED.*nobody answered/);
    expect(await outcomeOf({})).toBe('granted');
  });
});

describe('an authority that does not answer', () => {
  const never = (): Promise<void> => new Promise(() => undefined);

  it('is given up after the time-out, which tells no secret of the URL [-TSA-06]', async () => {
    const outcome = await outcomeOf({ delay: never }, { timeoutMs: 30 });
    expect(outcome).toBe(
      'PKI_TIMESTAMP_UNAVAILABLE: the time-stamp authority http://tsa.example did not answer within 30 ms',
    );
  });

  it('is given up in the middle of its answer too [-TSA-06]', async () => {
    const body = async function* (): AsyncIterable<Uint8Array> {
      yield Uint8Array.of(0x30);
      await never();
    };
    expect(await outcomeOf({ body }, { timeoutMs: 30 })).toMatch(/^PKI_TIMESTAMP_UNAVAILABLE.*within 30 ms/);
  });

  it('is waited for as long as it takes within the time-out [+TSA-06]', async () => {
    const delay = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    expect(await outcomeOf({ delay }, { timeoutMs: 5000 })).toBe('granted');
  });

  it('ends at once when the caller stops, with the caller’s reason', async () => {
    const stop = new AbortController();
    const asking = ask(await authority({ delay: never }), { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
  });

  it('is unavailable when the transport fails, with its reason as the cause', async () => {
    const transport: Transport = () => Promise.reject(new Error('connection refused'));
    const { root } = await authority();
    await expect(ask({ transport, root })).rejects.toMatchObject({
      code: 'PKI_TIMESTAMP_UNAVAILABLE',
      cause: { message: 'connection refused' },
    });
  });

  it('counts as answering with what it sends, not with what its headers promise', async () => {
    const transport: Transport = () =>
      Promise.resolve(
        bytesResponse(200, [
          ['content-length', '9'],
          ['Content-Type', 'application/timestamp-reply'],
        ]),
      );
    const { root } = await authority();
    await expect(ask({ transport, root })).rejects.toMatchObject({ code: 'PKI_TIMESTAMP_RESPONSE_INVALID' });
  });
});

async function* chunks(length: number): AsyncIterable<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < length; sent += chunk.length)
    yield chunk.subarray(0, Math.min(chunk.length, length - sent));
}

function without(statement: TestStatement, member: keyof TestStatement): TestStatement {
  return Object.fromEntries(Object.entries(statement).filter(([name]) => name !== member));
}
