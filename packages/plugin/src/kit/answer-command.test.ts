import { encodeBase64, encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { answerCommand } from './answer-command.ts';
import { type KitVerification, type PluginDefinition, PluginFault } from './definition.ts';

const about = { name: 'com.example.kit', description: 'a kit', version: '1.0.0', url: 'https://example.com' };
const signer: PluginDefinition = {
  ...about,
  describeKey: () => 'EC-256',
  generateSignature: ({ payload }) => ({ signature: payload, certificateChain: [Uint8Array.of(1)] }),
};
const bytes = Uint8Array.of(7, 8, 9);
const key = { contractVersion: '1.0', keyId: 'k' };

async function ask(plugin: PluginDefinition, command: string, request: unknown = {}): Promise<unknown> {
  const answer = await answerCommand(plugin, command, encodeUtf8(JSON.stringify(request)));
  return answer.status === 0 ? JSON.parse(answer.stdout) : JSON.parse(answer.stderr);
}

describe('a plugin made with the kit', () => {
  it('says what it can do by what its author wrote [+PLUG-14 +PLUG-20]', async () => {
    const raw = 'SIGNATURE_GENERATOR.RAW';
    const capabilities = async (plugin: Partial<PluginDefinition>) => {
      const answer = await ask({ ...about, ...plugin }, 'get-plugin-metadata');
      return (answer as { readonly capabilities: unknown }).capabilities;
    };
    const envelope = () => ({ envelope: bytes });
    expect(await ask(signer, 'get-plugin-metadata')).toEqual({
      ...about,
      supportedContractVersions: ['1.0'],
      capabilities: [raw],
    });
    expect(await capabilities({ generateEnvelope: envelope })).toEqual(['SIGNATURE_GENERATOR.ENVELOPE']);
    expect(await capabilities({ generateEnvelope: envelope, describeKey: () => 'EC-256' })).toEqual([
      'SIGNATURE_GENERATOR.ENVELOPE',
      'SIGNATURE_GENERATOR.ENVELOPE_FOR_BLOB',
    ]);
    expect(await capabilities({ checkIdentity: () => ({ success: true }) })).toEqual([
      'SIGNATURE_VERIFIER.TRUSTED_IDENTITY',
    ]);
    expect(await capabilities({ checkRevocation: () => ({ success: true }) })).toEqual([
      'SIGNATURE_VERIFIER.REVOCATION_CHECK',
    ]);
    // Half of signing is none of it.
    expect(await capabilities({ describeKey: () => 'EC-256' })).toEqual([]);
  });

  it('describes keys and signs bytes [+PLUG-21 +PLUG-22]', async () => {
    expect(await ask(signer, 'describe-key', { ...key, more: 1 })).toEqual({ keyId: 'k', keySpec: 'EC-256' });
    const request = { ...key, keySpec: 'EC-384', hashAlgorithm: 'SHA-384', payload: encodeBase64(bytes) };
    expect(await ask(signer, 'generate-signature', request)).toEqual({
      keyId: 'k',
      signature: encodeBase64(bytes),
      signingAlgorithm: 'ECDSA-SHA-384',
      certificateChain: ['AQ=='],
    });
  });

  it('makes envelopes, with the expiry that is asked for [+PLUG-25]', async () => {
    const asked: unknown[] = [];
    const plugin: PluginDefinition = {
      ...about,
      generateEnvelope: (request) => {
        asked.push(request);
        return { envelope: request.payload, annotations: { a: 'b' } };
      },
    };
    const request = {
      ...key,
      payload: encodeBase64(bytes),
      payloadType: 't',
      signatureEnvelopeType: 'application/cose',
    };
    expect(await ask(plugin, 'generate-envelope', { ...request, expiryDurationInSeconds: 60 })).toEqual({
      signatureEnvelope: encodeBase64(bytes),
      signatureEnvelopeType: 'application/cose',
      annotations: { a: 'b' },
    });
    await ask(plugin, 'generate-envelope', { ...request, pluginConfig: null });
    expect(asked).toMatchObject([{ expirySeconds: 60 }, { pluginConfig: {} }]);
    expect(asked[1]).not.toHaveProperty('expirySeconds');
  });

  it('prints its version for people [+PLUG-29]', async () => {
    const answer = await answerCommand(signer, 'version', new Uint8Array());
    expect(answer).toEqual({ status: 0, stdout: 'com.example.kit - a kit\nVersion: 1.0.0\n' });
  });

  it.each([
    ['no version', { keyId: 'k' }, 'VALIDATION_ERROR'],
    ['an empty version', { ...key, contractVersion: '' }, 'VALIDATION_ERROR'],
    ['a higher minor version', { ...key, contractVersion: '1.1' }, 'UNSUPPORTED_CONTRACT_VERSION'],
    ['another major version', { ...key, contractVersion: '2.0' }, 'UNSUPPORTED_CONTRACT_VERSION'],
    ['a number for a version', { ...key, contractVersion: 1 }, 'UNSUPPORTED_CONTRACT_VERSION'],
    ['no key', { contractVersion: '1.0' }, 'VALIDATION_ERROR'],
  ])('refuses a request with %s [-PLUG-12 -PLUG-15]', async (_what, request, errorCode) => {
    expect(await ask(signer, 'describe-key', request)).toMatchObject({ errorCode });
  });

  it.each([
    ['a command that it does not have', 'generate-envelope', key],
    ['a command that nobody has', 'destroy', key],
    ['a request that is no object', 'describe-key', []],
    ['a kind of key that is none', 'generate-signature', { ...key, keySpec: 'RSA-1024', payload: 'AQ==' }],
    ['a payload that is no base64', 'generate-signature', { ...key, keySpec: 'EC-256', payload: '*' }],
    ['a capability that it does not have', 'verify-signature', verifyRequest({ wanted: ['X'] })],
  ])('refuses %s [-PLUG-14 -PLUG-08]', async (_what, command, request) => {
    expect(await ask(signer, command, request)).toMatchObject({ errorCode: 'VALIDATION_ERROR' });
  });

  it('refuses what is no JSON [-PLUG-07]', async () => {
    const answer = await answerCommand(signer, 'describe-key', encodeUtf8('{'));
    expect(answer).toMatchObject({ status: 1, stderr: expect.stringContaining('Input is not a valid JSON') });
  });

  it('answers with the failure that its author throws, anything else being an ERROR [+PLUG-08 +PLUG-10]', async () => {
    const failing = (error: Error): PluginDefinition => ({
      ...signer,
      describeKey: () => {
        throw error;
      },
    });
    const fault = new PluginFault('THROTTLED', 'slow down', { retryAfter: '3' });
    expect(await ask(failing(fault), 'describe-key', key)).toEqual({
      errorCode: 'THROTTLED',
      errorMessage: 'slow down',
      errorMetadata: { retryAfter: '3' },
    });
    expect(await ask(failing(new Error('oops')), 'describe-key', key)).toEqual({
      errorCode: 'ERROR',
      errorMessage: 'oops',
    });
  });
});

function verifyRequest({
  wanted = [],
  critical = {},
  unprocessed = null,
}: {
  readonly wanted?: readonly string[];
  readonly critical?: object;
  readonly unprocessed?: readonly string[] | null;
} = {}): object {
  return {
    contractVersion: '1.0',
    signature: {
      criticalAttributes: { contentType: 'c', signingScheme: 'notary.x509', ...critical },
      unprocessedAttributes: unprocessed,
      certificateChain: ['AQ=='],
    },
    trustPolicy: { trustedIdentities: null, signatureVerification: wanted },
  };
}

describe('a verifier made with the kit', () => {
  const identity = 'SIGNATURE_VERIFIER.TRUSTED_IDENTITY';

  function verifier(): PluginDefinition & { readonly seen: KitVerification[] } {
    const seen: KitVerification[] = [];
    return {
      ...about,
      seen,
      criticalAttributes: ['a', 'b'],
      checkIdentity: (signature) => {
        seen.push(signature);
        return { success: false, reason: 'no' };
      },
    };
  }

  it('judges what it is asked about, and names the attributes it knows [+PLUG-43 +PLUG-46]', async () => {
    const request = verifyRequest({ wanted: [identity], unprocessed: ['b', 'c'] });
    expect(await ask(verifier(), 'verify-signature', request)).toEqual({
      verificationResults: { [identity]: { success: false, reason: 'no' } },
      processedAttributes: ['b'],
    });
  });

  it('reads what the reference writes for nothing: null, and the year 1 [+PLUG-42]', async () => {
    const plugin = verifier();
    const critical = { expiry: '0001-01-01T00:00:00Z', authenticSigningTime: null, extendedAttributes: null };
    await ask(plugin, 'verify-signature', verifyRequest({ wanted: [identity], critical }));
    expect(plugin.seen).toEqual([
      {
        contentType: 'c',
        signingScheme: 'notary.x509',
        extendedAttributes: Object.create(null),
        certificateChain: [Buffer.of(1)],
        trustedIdentities: [],
        pluginConfig: Object.create(null),
      },
    ]);
  });

  it('reads what we write [+PLUG-40]', async () => {
    const plugin = verifier();
    const critical = { expiry: '2030-06-01T12:00:00Z', extendedAttributes: { a: 'x', b: null, c: 1, d: [2] } };
    await ask(plugin, 'verify-signature', verifyRequest({ wanted: [identity], critical }));
    const [{ expiry, extendedAttributes } = { expiry: undefined, extendedAttributes: undefined }] = plugin.seen;
    expect(expiry).toEqual(new Date('2030-06-01T12:00:00Z'));
    expect({ ...extendedAttributes }).toEqual({ a: 'x', b: null, c: 1 });
  });

  it('refuses a time that is none [-PLUG-13 -PLUG-40]', async () => {
    const request = verifyRequest({ wanted: [identity], critical: { expiry: 'tomorrow' } });
    expect(await ask(verifier(), 'verify-signature', request)).toMatchObject({ errorCode: 'VALIDATION_ERROR' });
  });
});
