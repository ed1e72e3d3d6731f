import { bytesBody, encodeBase64, encodeUtf8 } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat, parseEnvelope } from '@nv2/envelope';
import { createSignature, parsePayload, signBlob, type Signer } from '@nv2/notary';
import { mintChain, testImage, type TestChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { envelopeAnswers, fakePlugin, signingAnswers } from '../test/fake-plugin.ts';
import { openPluginSigner } from './plugin-signer.ts';

const at = new Date('2030-06-01T12:00:00Z');
const subject = testImage().manifest.descriptor;
const [jws, cose] = builtinFormats as readonly [EnvelopeFormat, EnvelopeFormat];
const chain = await mintChain();
const other = await mintChain({ keyIndex: 7 });

const key = { keyId: 'arn:key/1', purpose: 'artifact' } as const;
const raw = { capabilities: ['SIGNATURE_GENERATOR.RAW'] };
const whole = { capabilities: ['SIGNATURE_GENERATOR.ENVELOPE'] };
const blobs = { capabilities: ['SIGNATURE_GENERATOR.ENVELOPE', 'SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB'] };

const code = (expected: string, details: object = {}): unknown =>
  expect.objectContaining({ code: expected, details: expect.objectContaining(details) });

function signWith(signer: Signer, format = jws) {
  return createSignature({ subject, key: signer, format, at, signingAgent: 'nv2/1.0' });
}

describe('a key in a plugin that signs bytes', () => {
  it.each(['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'] as const)(
    'makes envelopes of both formats with a key of type %s [+PLUG-21 +PLUG-22 +PLUG-23 +PLUG-24]',
    async (keyType) => {
      const strong = await mintChain({ keyType, length: 3 });
      for (const format of builtinFormats) {
        const signer = await openPluginSigner(fakePlugin(signingAnswers(strong)), key);
        const { envelope, signer: leaf } = await signWith(signer, format);
        expect(leaf.fingerprint).toBe(strong.certificates[0].fingerprint);
        expect(parseEnvelope(envelope, format.mediaType).unsigned.certificateChain).toHaveLength(3);
      }
    },
  );

  it('is asked what it is, what kind of key it has, and for a signature of the bytes to sign [+PLUG-12 +PLUG-21 +PLUG-22 +PLUG-28]', async () => {
    const plugin = fakePlugin(signingAnswers(chain), raw);
    const pluginConfig = { region: 'eu' };
    await signWith(await openPluginSigner(plugin, { ...key, pluginConfig }));
    expect(plugin.calls).toEqual([
      { command: 'get-plugin-metadata', request: { pluginConfig } },
      { command: 'describe-key', request: { contractVersion: '1.0', keyId: key.keyId, pluginConfig } },
      {
        command: 'generate-signature',
        request: {
          contractVersion: '1.0',
          keyId: key.keyId,
          keySpec: 'EC-256',
          hashAlgorithm: 'SHA-256',
          payload: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/),
          pluginConfig,
        },
      },
    ]);
  });

  it('is named in the signing agent with its version [+SIGN-11]', async () => {
    const { envelope } = await signWith(await openPluginSigner(fakePlugin(signingAnswers(chain)), key));
    expect(parseEnvelope(envelope, jws.mediaType).unsigned.signingAgent).toBe('nv2/1.0 com.example.fake/1.2.3');
  });

  it('is preferred to one that makes envelopes, where a plugin offers both [+PLUG-27]', async () => {
    const both = { capabilities: ['SIGNATURE_GENERATOR.ENVELOPE', 'SIGNATURE_GENERATOR.RAW'] };
    const plugin = fakePlugin(signingAnswers(chain), both);
    await signWith(await openPluginSigner(plugin, key));
    expect(plugin.calls.map(({ command }) => command)).toContain('generate-signature');
  });

  it('signs blobs with the hash of its key [+BLOB-09]', async () => {
    const strong = await mintChain({ keyType: 'p384' });
    const signer = await openPluginSigner(fakePlugin(signingAnswers(strong)), { ...key, purpose: 'blob' });
    expect(await digestOfSignedBlob(signer)).toMatch(/^sha384:/);
  });

  it.each([
    ['a plugin that only verifies', ['SIGNATURE_VERIFIER.TRUSTED_IDENTITY'], 'artifact'],
    ['a plugin that makes envelopes, for blobs', ['SIGNATURE_GENERATOR.ENVELOPE'], 'blob'],
    ['a plugin that makes envelopes for blobs, for artifacts', ['SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB'], 'artifact'],
  ] as const)('is not in %s [-PLUG-14 -PLUG-27 -BLOB-09]', async (_what, capabilities, purpose) => {
    const opening = openPluginSigner(fakePlugin({}, { capabilities }), { ...key, purpose });
    await expect(opening).rejects.toEqual(code('PLUGIN_CAPABILITY_MISSING'));
  });

  it.each([
    ['another key', { keyId: 'other', keySpec: 'EC-256' }, 'PLUGIN_RESPONSE_MISMATCH'],
    ['a kind of key that is none', { keyId: key.keyId, keySpec: 'RSA-1024' }, 'PLUGIN_OUTPUT_INVALID'],
    ['no kind of key', { keyId: key.keyId }, 'PLUGIN_OUTPUT_INVALID'],
    ['a number for a key', { keyId: 1, keySpec: 'EC-256' }, 'PLUGIN_OUTPUT_INVALID'],
  ])('is not used when it describes %s [-PLUG-21]', async (_what, answer, expected) => {
    const opening = openPluginSigner(fakePlugin({ 'describe-key': () => answer }), key);
    await expect(opening).rejects.toEqual(code(expected, { command: 'describe-key' }));
  });

  const der = (from: TestChain) => from.certificates.map((certificate) => encodeBase64(certificate.der));

  it.each([
    [
      'another key',
      { keyId: 'other' },
      'PLUGIN_RESPONSE_MISMATCH',
      { member: 'keyId', asked: key.keyId, answered: 'other' },
    ],
    [
      'another algorithm',
      { signingAlgorithm: 'ECDSA-SHA-384' },
      'PLUGIN_RESPONSE_MISMATCH',
      { member: 'signingAlgorithm' },
    ],
    ['an algorithm that is none', { signingAlgorithm: 'HMAC' }, 'PLUGIN_OUTPUT_INVALID', {}],
    ['a signature that is no base64', { signature: '!' }, 'PLUGIN_OUTPUT_INVALID', {}],
    ['no signature', { signature: undefined }, 'PLUGIN_OUTPUT_INVALID', {}],
    [
      'a signature of something else',
      { signature: encodeBase64(new Uint8Array(64)) },
      'ENVELOPE_KEY_MISMATCH',
      { rule: 'ALG-05' },
    ],
    ['no chain', { certificateChain: undefined }, 'ENVELOPE_CHAIN_INVALID', { rule: 'ATTR-14' }],
    ['null for a chain', { certificateChain: null }, 'ENVELOPE_CHAIN_INVALID', { rule: 'ATTR-14' }],
    ['an empty chain', { certificateChain: [] }, 'ENVELOPE_CHAIN_INVALID', { rule: 'ATTR-14' }],
    ['certificates that are none', { certificateChain: ['emFw'] }, 'ENVELOPE_CHAIN_INVALID', { rule: 'CERT-01' }],
    ['a chain without its root', { certificateChain: der(chain).slice(0, 1) }, 'ENVELOPE_CHAIN_INVALID', {}],
    ['a chain in the wrong order', { certificateChain: der(chain).toReversed() }, 'ENVELOPE_CHAIN_INVALID', {}],
    ['the chain of another key', { certificateChain: der(other) }, 'ENVELOPE_KEY_MISMATCH', { rule: 'ALG-05' }],
  ])('is not believed when it answers with %s [-PLUG-22 -PLUG-23]', async (_what, change, expected, details) => {
    const plugin = fakePlugin(signingAnswers(chain, (answer) => ({ ...answer, ...change })));
    const signing = signWith(await openPluginSigner(plugin, key));
    await expect(signing).rejects.toEqual(code(expected, details));
  });

  it('is not believed when its certificate is for another kind of key than it said [-PLUG-23]', async () => {
    const rsa = await mintChain({ keyType: 'rsa2048' });
    const answers = { ...signingAnswers(rsa), 'describe-key': signingAnswers(chain)['describe-key'] };
    const lying = signingAnswers(rsa, (answer) => ({ ...answer, signingAlgorithm: 'ECDSA-SHA-256' }));
    const plugin = fakePlugin({ ...lying, 'describe-key': answers['describe-key'] ?? (() => ({})) });
    const signing = signWith(await openPluginSigner(plugin, key));
    await expect(signing).rejects.toEqual(code('ENVELOPE_KEY_MISMATCH', { rule: 'ALG-02' }));
  });

  it('is not believed when its ECDSA signature is in DER [-PLUG-24]', async () => {
    const signature = encodeBase64(Uint8Array.of(0x30, 0x44, ...new Uint8Array(68).fill(2)));
    const plugin = fakePlugin(signingAnswers(chain, (answer) => ({ ...answer, signature })));
    const signing = signWith(await openPluginSigner(plugin, key));
    await expect(signing).rejects.toEqual(code('ENVELOPE_KEY_MISMATCH'));
  });

  it('is not used with a chain that has expired [-PLUG-23]', async () => {
    const old = await mintChain({ notBefore: new Date(at.getTime() - 2000), notAfter: new Date(at.getTime() - 1000) });
    const signing = signWith(await openPluginSigner(fakePlugin(signingAnswers(old)), key));
    await expect(signing).rejects.toEqual(code('ENVELOPE_CHAIN_INVALID'));
  });
});

describe('a plugin that makes envelopes', () => {
  async function open(answers: Parameters<typeof fakePlugin>[0], metadata: object = whole) {
    const plugin = fakePlugin(answers, { ...metadata });
    return { plugin, signer: await openPluginSigner(plugin, key) };
  }

  it('is asked for one with the payload, and for nothing else [+PLUG-25 +PLUG-28]', async () => {
    const plugin = fakePlugin(envelopeAnswers(chain, { at }), whole);
    const pluginConfig = { region: 'eu' };
    const signer = await openPluginSigner(plugin, { ...key, pluginConfig });
    await createSignature({ subject, key: signer, format: cose, at, signingAgent: 'nv2/1.0', expirySeconds: 60 });
    expect(plugin.calls.slice(1)).toEqual([
      {
        command: 'generate-envelope',
        request: {
          contractVersion: '1.0',
          keyId: key.keyId,
          payloadType: 'application/vnd.cncf.notary.payload.v1+json',
          signatureEnvelopeType: 'application/cose',
          payload: expect.any(String),
          expiryDurationInSeconds: 60,
          pluginConfig,
        },
      },
    ]);
  });

  it('is not asked for an expiry where there is none [-PLUG-25]', async () => {
    const { plugin, signer } = await open(envelopeAnswers(chain, { at }));
    await signWith(signer);
    expect(plugin.calls.at(-1)?.request).not.toHaveProperty('expiryDurationInSeconds');
  });

  it('gives the envelope as it made it, in both formats, with annotations for the manifest [+PLUG-26 +STORE-09]', async () => {
    for (const format of builtinFormats) {
      const answer = { annotations: { 'com.example.profile': 'x' } };
      const { signer } = await open(envelopeAnswers(chain, { at, answer }));
      const created = await signWith(signer, format);
      expect(created.annotations).toEqual(answer.annotations);
      expect(parseEnvelope(created.envelope, format.mediaType).unsigned.signingAgent).toBe('service/1.0');
    }
  });

  it('may leave annotations out, or write null [+PLUG-13]', async () => {
    const { signer } = await open(envelopeAnswers(chain, { at, answer: { annotations: null, more: 1 } }));
    expect((await signWith(signer)).annotations).toEqual({});
  });

  it.each([
    ['another format', { signatureEnvelopeType: 'application/cose' }, 'PLUGIN_RESPONSE_MISMATCH'],
    ['no format', { signatureEnvelopeType: null }, 'PLUGIN_OUTPUT_INVALID'],
    ['no envelope', { signatureEnvelope: null }, 'PLUGIN_OUTPUT_INVALID'],
    ['an envelope that is no base64', { signatureEnvelope: '*' }, 'PLUGIN_OUTPUT_INVALID'],
    ['an envelope that is none', { signatureEnvelope: 'emFw' }, 'NOTARY_ENVELOPE_REFUSED'],
    ['annotations that are no text', { annotations: { a: 1 } }, 'PLUGIN_OUTPUT_INVALID'],
  ])('is not believed when it answers with %s [-PLUG-26]', async (_what, answer, expected) => {
    const { signer } = await open(envelopeAnswers(chain, { at, answer }));
    await expect(signWith(signer)).rejects.toEqual(code(expected));
  });

  it('signs blobs only where it says for which kind of key [+BLOB-09 +PLUG-14]', async () => {
    const strong = await mintChain({ keyType: 'p384' });
    const plugin = fakePlugin(envelopeAnswers(strong, { at }), blobs);
    const signer = await openPluginSigner(plugin, { ...key, purpose: 'blob' });
    expect(await digestOfSignedBlob(signer)).toMatch(/^sha384:/);
    expect(plugin.calls.map(({ command }) => command)).toEqual([
      'get-plugin-metadata',
      'describe-key',
      'generate-envelope',
    ]);
    const { signer: silent } = await open(envelopeAnswers(strong, { at }));
    await expect(digestOfSignedBlob(silent)).rejects.toEqual(code('NOTARY_SIGNER_UNSUITED'));
  });

  it('is not believed when it signs a blob with another kind of key than it said [-BLOB-09]', async () => {
    const answers = envelopeAnswers(await mintChain({ keyType: 'p384' }), { at });
    const plugin = fakePlugin({ ...answers, 'describe-key': ({ keyId }) => ({ keyId, keySpec: 'EC-256' }) }, blobs);
    const signer = await openPluginSigner(plugin, { ...key, purpose: 'blob' });
    await expect(digestOfSignedBlob(signer)).rejects.toEqual(code('NOTARY_ENVELOPE_REFUSED'));
  });
});

async function digestOfSignedBlob(signer: Signer): Promise<string> {
  const { envelope } = await signBlob({
    content: bytesBody(encodeUtf8('a blob')),
    mediaType: 'text/plain',
    key: signer,
    format: cose,
    at,
    signingAgent: 'nv2/1.0',
  });
  const { payload } = parseEnvelope(envelope, cose.mediaType);
  return parsePayload(payload).digest;
}
