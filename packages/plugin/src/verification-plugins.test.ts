import { builtinFormats, checkIntegrity, type EnvelopeFormat, parseEnvelope, signEnvelope } from '@nv2/envelope';
import { encodeUtf8 } from '@nv2/base';
import type { PluginQuestion, VerificationCapability } from '@nv2/notary';
import { mintChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type FakePlugin, fakePlugin } from '../test/fake-plugin.ts';
import type { Plugins } from './plugins.ts';
import { verificationPlugins } from './verification-plugins.ts';

const at = new Date('2030-06-01T12:00:00Z');
const [jws] = builtinFormats as readonly [EnvelopeFormat];
const chain = await mintChain();
const identity = 'SIGNATURE_VERIFIER.TRUSTED_IDENTITY';
const revocation = 'SIGNATURE_VERIFIER.REVOCATION_CHECK';
const verifier = { capabilities: ['SIGNATURE_GENERATOR.RAW', revocation, identity] };
const extended = [
  { key: 'com.example.text', isCritical: true, value: 'x' },
  { key: 'com.example.none', isCritical: true, value: null },
  { key: 'com.example.note', isCritical: false, value: 'y' },
] as const;

async function questionOf(change: Partial<Parameters<typeof signEnvelope>[0]> = {}): Promise<PluginQuestion> {
  const bytes = await signEnvelope({
    format: jws,
    payload: encodeUtf8('{}'),
    key: chain.signingKey,
    signingTime: at,
    signingAgent: 'a/1',
    verificationPlugin: 'com.example.fake',
    ...change,
  });
  const result = checkIntegrity(parseEnvelope(bytes, jws.mediaType));
  if (result.status !== 'passed') throw new Error(result.reason);
  const { envelope } = result;
  const unprocessed = envelope.signed.extended.filter(({ isCritical }) => isCritical);
  const capabilities: readonly VerificationCapability[] = ['trusted-identity', 'revocation-check'];
  return { envelope, chain: result.chain, trustedIdentities: ['*'], capabilities, unprocessed };
}

function open(plugin: FakePlugin, pluginConfig?: Readonly<Record<string, string>>) {
  const plugins: Plugins = {
    directory: '/nowhere',
    list: () => Promise.resolve([]),
    open: () => Promise.resolve(plugin),
  };
  return verificationPlugins(plugins, pluginConfig ? { pluginConfig } : {});
}

async function ask(plugin: FakePlugin, question: PluginQuestion, pluginConfig?: Readonly<Record<string, string>>) {
  const installed = await open(plugin, pluginConfig).open('com.example.fake');
  return (await installed.start({})).ask(question);
}

const answering = (answer: object): FakePlugin => fakePlugin({ 'verify-signature': () => answer }, verifier);
const fine = { verificationResults: { [identity]: { success: true }, [revocation]: { success: true } } };

describe('a verification plugin', () => {
  it('is known by what it can judge [+PLUG-14 +PLUG-20]', async () => {
    const installed = await open(fakePlugin({}, verifier)).open('com.example.fake');
    expect(await installed.start({})).toMatchObject({
      name: 'com.example.fake',
      version: '1.2.3',
      capabilities: ['trusted-identity', 'revocation-check'],
    });
    const signer = await open(fakePlugin({})).open('com.example.fake');
    expect((await signer.start({})).capabilities).toEqual([]);
  });

  it('gets critical attributes, chain and policy; what is absent is left out, no list is null [+PLUG-40 +PLUG-41 +PLUG-42 +PLUG-12]', async () => {
    const plugin = answering(fine);
    await ask(plugin, await questionOf());
    expect(plugin.calls.at(-1)).toEqual({
      command: 'verify-signature',
      request: {
        contractVersion: '1.0',
        signature: {
          criticalAttributes: {
            contentType: 'application/vnd.cncf.notary.payload.v1+json',
            signingScheme: 'notary.x509',
            verificationPlugin: 'com.example.fake',
          },
          unprocessedAttributes: [],
          certificateChain: chain.certificates.map(({ der }) => Buffer.from(der).toString('base64')),
        },
        trustPolicy: { trustedIdentities: ['*'], signatureVerification: [identity, revocation] },
      },
    });
  });

  it('gets times in RFC 3339 and attributes that nobody knows, the critical ones only [+PLUG-40 +PLUG-42 +PLUG-13 +ATTR-17]', async () => {
    const plugin = answering(fine);
    const question = await questionOf({
      scheme: 'notary.x509.signingAuthority',
      expiry: new Date('2030-06-01T13:00:00Z'),
      verificationPluginMinVersion: '1.0.0',
      extended,
    });
    await ask(plugin, question, { region: 'eu' });
    expect(plugin.calls[0]?.request).toEqual({ pluginConfig: { region: 'eu' } });
    expect(plugin.calls.at(-1)?.request).toMatchObject({
      signature: {
        criticalAttributes: {
          signingScheme: 'notary.x509.signingAuthority',
          authenticSigningTime: '2030-06-01T12:00:00Z',
          expiry: '2030-06-01T13:00:00Z',
          verificationPluginMinVersion: '1.0.0',
          extendedAttributes: { 'com.example.text': 'x', 'com.example.none': null },
        },
        unprocessedAttributes: ['com.example.none', 'com.example.text'],
      },
      pluginConfig: { region: 'eu' },
    });
    expect(JSON.stringify(plugin.calls)).not.toContain('com.example.note');
  });

  it('gets no attribute that is not critical, though nobody knows it [-PLUG-42]', async () => {
    const plugin = answering(fine);
    await ask(plugin, await questionOf({ extended: [{ key: 'com.example.note', isCritical: false, value: 'y' }] }));
    expect(JSON.stringify(plugin.calls)).not.toContain('com.example.note');
    expect(JSON.stringify(plugin.calls)).not.toContain('extendedAttributes');
  });

  it('is asked about nothing but what is wanted [-PLUG-41]', async () => {
    const plugin = answering({ verificationResults: { [identity]: { success: true } } });
    await ask(plugin, { ...(await questionOf()), capabilities: ['trusted-identity'] });
    expect(plugin.calls.at(-1)?.request).toMatchObject({ trustPolicy: { signatureVerification: [identity] } });
  });

  it.each([
    ['with reasons', { ...fine, processedAttributes: ['a', 1] }, ['a']],
    ['with null for lists', { ...fine, processedAttributes: null }, []],
    ['with members that nobody knows', { ...fine, more: 1 }, []],
  ])('answers %s [+PLUG-43 +PLUG-13]', async (_how, answer, processed) => {
    const { opinions, processed: found } = await ask(answering(answer), await questionOf());
    expect([...opinions]).toEqual([
      ['trusted-identity', { success: true }],
      ['revocation-check', { success: true }],
    ]);
    expect([...found]).toEqual(processed);
  });

  it('may be against, for a reason, and may leave results out [+PLUG-43 +PLUG-44]', async () => {
    const results = { [identity]: { success: false, reason: 'no' }, [revocation]: null, 'SOMETHING.ELSE': 7 };
    const { opinions } = await ask(answering({ verificationResults: results }), await questionOf());
    expect([...opinions]).toEqual([['trusted-identity', { success: false, reason: 'no' }]]);
  });

  it.each([
    ['no results', {}],
    ['null for results', { verificationResults: null }],
    ['a list of results', { verificationResults: [] }],
    ['a result without success', { verificationResults: { [identity]: { reason: 'x' } } }],
    ['text for success', { verificationResults: { [identity]: { success: 'true' } } }],
    ['a number for success', { verificationResults: { [identity]: { success: 1 } } }],
    ['a number for a reason', { verificationResults: { [identity]: { success: true, reason: 1 } } }],
    ['text for a result', { verificationResults: { [identity]: 'yes' } }],
    ['text for processed attributes', { ...fine, processedAttributes: 'all' }],
  ])('is not heard with %s [-PLUG-43]', async (_what, answer) => {
    await expect(ask(answering(answer), await questionOf())).rejects.toMatchObject({
      code: 'PLUGIN_OUTPUT_INVALID',
      details: { command: 'verify-signature' },
    });
  });
});
