// Signatures of files that are in no registry (docs/spec-map.md section 9).

import { type BodySource, bytesBody, encodeUtf8 } from '@nv2/base';
import { parseEnvelope } from '@nv2/envelope';
import { digestOf, mediaTypes } from '@nv2/oci';
import type { SigningKeyType } from '@nv2/testing';
import { memoryTrustStore, parseTrustPolicy, selectBlobStatement, selectStatement } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import {
  createSignature,
  encodePayload,
  parsePayload,
  type SignatureOutcome,
  signBlob,
  toSignatureReport,
  verifyBlob,
  type VerifyBlobRequest,
  type VerificationTrust,
} from '../src/index.ts';
import {
  at,
  blobStatementOf,
  chainOf,
  cose,
  jws,
  later,
  type PolicyOptions,
  policyBytes,
  repository,
} from './scene.ts';

const bytes = encodeUtf8('the release of this year');
const mediaType = 'application/vnd.example.release';
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

async function signOne(options: Partial<Parameters<typeof signBlob>[0]> = {}): Promise<Uint8Array> {
  const { signingKey } = await chainOf();
  const request = { content: bytesBody(bytes), mediaType, key: signingKey, format: jws, at, signingAgent: 'test/1.0' };
  return (await signBlob({ ...request, ...options })).envelope;
}

async function blobTrust(options: PolicyOptions = {}): Promise<VerificationTrust> {
  const { root } = await chainOf();
  const stores = [
    { type: 'ca', name: 'wabbit', certificates: [root] },
    { type: 'ca', name: 'p384', certificates: [(await chainOf(0, { keyType: 'p384' })).root] },
  ] as const;
  return { kind: 'policy', statement: blobStatementOf(options), trustStore: memoryTrustStore(stores) };
}

async function verifyOne(options: Partial<VerifyBlobRequest> = {}): Promise<SignatureOutcome> {
  const envelope = options.envelope ?? (await signOne());
  const trust = options.trust ?? (await blobTrust());
  return verifyBlob({
    content: bytesBody(bytes),
    envelopeMediaType: mediaTypes.jws,
    at: later(60),
    ...options,
    envelope,
    trust,
  });
}

describe('signing a blob', () => {
  const keys: readonly (readonly [type: SigningKeyType, hash: 'sha256' | 'sha384' | 'sha512'])[] = [
    ['p256', 'sha256'],
    ['rsa2048', 'sha256'],
    ['p384', 'sha384'],
    ['p521', 'sha512'],
  ];
  for (const [type, hash] of keys) {
    it(`states type, size and the digest by the hash of a ${type} key [+PAY-05 +PAY-06 +BLOB-04]`, async () => {
      const envelope = await signOne({ key: (await chainOf(0, { keyType: type })).signingKey });
      const target = parsePayload(parseEnvelope(envelope, mediaTypes.jws).payload);
      expect(target).toEqual({ mediaType, digest: digestOf(bytes, hash), size: bytes.length });
    });
  }

  for (const text of [
    'text/plain',
    'application/octet-stream',
    'video/mp4',
    'text/plain; charset=utf-8',
    'a/b;x="y z"',
  ]) {
    it(`accepts the media type ${text} [+BLOB-03]`, async () => {
      const envelope = await signOne({ mediaType: text });
      expect(parsePayload(parseEnvelope(envelope, mediaTypes.jws).payload).mediaType).toBe(text);
    });
  }

  for (const text of [
    '',
    'text',
    'text/',
    '/plain',
    'text/plain/x',
    'te xt/plain',
    'text/plain;',
    'text/plain; charset',
    `a/${'b'.repeat(300)}`,
  ]) {
    it(`refuses the media type ${JSON.stringify(text).slice(0, 30)} [-BLOB-03]`, async () => {
      await expect(signOne({ mediaType: text })).rejects.toThrow(code('NOTARY_MEDIA_TYPE_INVALID'));
    });
  }

  it('takes a type without a subtype only where that is allowed, and nothing else that is none [-BLOB-03]', async () => {
    const envelope = await signOne({ mediaType: 'other-media-type', allowBareMediaType: true });
    expect(parsePayload(parseEnvelope(envelope, mediaTypes.jws).payload).mediaType).toBe('other-media-type');
    for (const mediaType of ['', '/', 'text/', 'te xt', 'text;x']) {
      await expect(signOne({ mediaType, allowBareMediaType: true })).rejects.toThrow(code('NOTARY_MEDIA_TYPE_INVALID'));
    }
  });

  it('reads the content once, as a stream', async () => {
    let opened = 0;
    const content: BodySource = {
      async *open() {
        opened += 1;
        yield bytes.subarray(0, 3);
        yield bytes.subarray(3);
      },
    };
    const envelope = await signOne({ content });
    expect(opened).toBe(1);
    expect(await verifyOne({ envelope })).toMatchObject({ verdict: 'trusted' });
  });
});

describe('verifying a blob', () => {
  for (const format of [jws, cose]) {
    it(`trusts the content that was signed (${format.name}) and gives its descriptor [+BLOB-04 +BLOB-07 +OC-18]`, async () => {
      const envelope = await signOne({ format, userMetadata: { buildId: '101' } });
      expect(await verifyOne({ envelope, envelopeMediaType: format.mediaType })).toMatchObject({
        verdict: 'trusted',
        target: { mediaType, digest: digestOf(bytes), size: bytes.length, annotations: { buildId: '101' } },
      });
    });
  }

  it('refuses other content of the same length [-BLOB-04 -PAY-05]', async () => {
    const content = bytesBody(encodeUtf8('the release of last year'));
    expect(await verifyOne({ content })).toMatchObject({ failures: [{ facts: { code: 'wrong-subject' } }] });
  });

  it('refuses content with something appended [-BLOB-04]', async () => {
    expect((await verifyOne({ content: bytesBody(Uint8Array.of(...bytes, 0)) })).verdict).toBe('untrusted');
  });

  it('refuses a size that is not the content’s, however right the digest [-BLOB-04]', async () => {
    const payload = { mediaType, digest: digestOf(bytes), size: bytes.length + 1 };
    expect(await verifyOne({ envelope: await signDescriptor(payload) })).toMatchObject({
      failures: [{ check: 'payload' }],
    });
  });

  it('compares the media type exactly if one is given [+BLOB-04]', async () => {
    expect((await verifyOne({ mediaType })).verdict).toBe('trusted');
  });

  it('refuses another media type than the one given [-BLOB-04]', async () => {
    expect((await verifyOne({ mediaType: mediaType.toUpperCase() })).verdict).toBe('untrusted');
  });

  it('refuses a digest by another hash than the key’s [-BLOB-05 -PAY-06]', async () => {
    const key = (await chainOf(0, { keyType: 'p384' })).signingKey;
    const envelope = await signDescriptor({ mediaType, digest: digestOf(bytes, 'sha256'), size: bytes.length }, key);
    const trust = await blobTrust({ stores: ['ca:p384'] });
    expect(await verifyOne({ envelope, trust })).toMatchObject({ failures: [{ facts: { code: 'wrong-subject' } }] });
  });

  it('accepts a digest by the key’s hash [+BLOB-05]', async () => {
    const key = (await chainOf(0, { keyType: 'p384' })).signingKey;
    const envelope = await signOne({ key });
    expect((await verifyOne({ envelope, trust: await blobTrust({ stores: ['ca:p384'] }) })).verdict).toBe('trusted');
  });

  it('refuses the signature of an artifact [-BLOB-07]', async () => {
    const envelope = await signDescriptor({
      mediaType: mediaTypes.ociManifest,
      digest: digestOf(encodeUtf8('image')),
      size: 5,
    });
    expect((await verifyOne({ envelope })).verdict).toBe('untrusted');
  });

  it('compares user metadata', async () => {
    const envelope = await signOne({ userMetadata: { buildId: '101' } });
    expect((await verifyOne({ envelope, userMetadata: { buildId: '101' } })).verdict).toBe('trusted');
    expect((await verifyOne({ envelope, userMetadata: { buildId: '102' } })).verdict).toBe('untrusted');
  });

  it('refuses to look for reserved user metadata [-META-07]', async () => {
    await expect(verifyOne({ userMetadata: { 'io.cncf.notary.x': '1' } })).rejects.toThrow(
      code('NOTARY_METADATA_INVALID'),
    );
  });

  it('refuses a media type that is none', async () => {
    await expect(verifyOne({ mediaType: 'x' })).rejects.toThrow(code('NOTARY_MEDIA_TYPE_INVALID'));
  });

  it('stops when aborted while reading', async () => {
    const controller = new AbortController();
    const content: BodySource = {
      async *open() {
        controller.abort();
        yield bytes;
      },
    };
    await expect(verifyOne({ content, signal: controller.signal })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});

describe('an empty signature', () => {
  it('is an error, even where the policy skips verification [-BLOB-08]', async () => {
    for (const level of ['strict', 'skip']) {
      const request = verifyOne({ envelope: new Uint8Array(), trust: await blobTrust({ level }) });
      await expect(request).rejects.toThrow(code('NOTARY_BLOB_SIGNATURE_EMPTY'));
    }
  });

  it('is told apart from one that is malformed [+BLOB-08]', async () => {
    expect(await verifyOne({ envelope: encodeUtf8('x') })).toMatchObject({
      failures: [{ facts: { code: 'malformed' } }],
    });
  });
});

describe('the policy of a blob', () => {
  it('with level skip looks at no signature and gives no descriptor [+BLOB-10 -OC-18]', async () => {
    const content: BodySource = {
      open: () => {
        throw new Error('read');
      },
    };
    const outcome = await verifyOne({ envelope: encodeUtf8('x'), content, trust: await blobTrust({ level: 'skip' }) });
    expect(outcome).toEqual({ verdict: 'not-verified', because: 'policy-level-skip' });
    expect(toSignatureReport(outcome)).toEqual({ verdict: 'not-verified', code: 'policy-level-skip' });
  });

  it('of any other level looks at the signature [-BLOB-10]', async () => {
    const outcome = await verifyOne({ envelope: encodeUtf8('x'), trust: await blobTrust({ level: 'audit' }) });
    expect(outcome.verdict).toBe('untrusted');
  });

  it('is chosen by name or is the global one [+BLOB-06]', () => {
    const document = parseTrustPolicy(policyBytes({}, 'blob'), { kind: 'blob' });
    expect(selectBlobStatement(document)).toBe(selectBlobStatement(document, 'wabbit-images'));
  });

  it('is never that of artifacts, nor the reverse [-BLOB-06]', () => {
    expect(() => parseTrustPolicy(policyBytes({}, 'oci'), { kind: 'blob' })).toThrow(code('TRUST_POLICY_INVALID'));
    const document = parseTrustPolicy(policyBytes({}, 'oci'), { kind: 'oci' });
    expect(selectStatement(document, repository)?.kind).toBe('oci');
    expect(selectBlobStatement(parseTrustPolicy(policyBytes({}, 'blob'), { kind: 'blob' }), 'other')).toBeUndefined();
  });
});

/** Signs a descriptor as it is, whatever it describes. */
async function signDescriptor(
  subject: Parameters<typeof encodePayload>[0],
  key?: Parameters<typeof createSignature>[0]['key'],
): Promise<Uint8Array> {
  const signer = key ?? (await chainOf()).signingKey;
  return (await createSignature({ subject, key: signer, format: jws, at, signingAgent: 'test/1.0' })).envelope;
}
