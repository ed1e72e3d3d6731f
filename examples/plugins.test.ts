// The example plugins as executables, run by our host.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { builtinFormats, jwsFormat, parseEnvelope, signEnvelope } from '@nv2/envelope';
import {
  createSignature,
  encodePayload,
  policyTrust,
  toSignatureReport,
  type VerificationTrust,
  verifyEnvelope,
} from '@nv2/notary';
import { digestOf } from '@nv2/oci';
import { openPlugins, openPluginSigner, verificationPlugins } from '@nv2/plugin';
import { encodeDer, mintChain, temporaryDirectory, type TestChain } from '@nv2/testing';
import { memoryTrustStore, parseTrustPolicy, selectStatement } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import { installExamplePlugin } from './install-plugin.ts';

const at = new Date('2030-06-01T12:00:00Z');
const bytes = encodeUtf8('abc');
const subject = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };

async function writeKey(directory: string, chain: TestChain): Promise<string> {
  const path = join(directory, 'release.key');
  await writeFile(path, chain.key.pkcs8Pem, { mode: 0o600 });
  await writeFile(`${path}.crt`, chain.pem);
  return path;
}

describe('the example that signs', () => {
  for (const keyType of ['rsa2048', 'p384'] as const) {
    it(`signs with a ${keyType} key in both formats, as an executable of plain Node [+PLUG-07 +PLUG-22]`, async () => {
      await using home = await temporaryDirectory();
      await installExamplePlugin(home.path, 'com.example.pem');
      const keyId = await writeKey(home.path, await mintChain({ keyType, length: 3 }));
      const plugins = openPlugins({ directory: join(home.path, 'plugins'), env: process.env });
      const plugin = await plugins.open('com.example.pem');
      const key = await openPluginSigner(plugin, { keyId, purpose: 'artifact' });
      for (const format of builtinFormats) {
        const { envelope } = await createSignature({ subject, key, format, at, signingAgent: 'example/1.0.0' });
        const { unsigned } = parseEnvelope(envelope, format.mediaType);
        expect(unsigned.signingAgent).toBe('example/1.0.0 com.example.pem/1.0.0');
      }
    });
  }

  it('says that it may not use a key that is not there [-PLUG-10]', async () => {
    await using home = await temporaryDirectory();
    await installExamplePlugin(home.path, 'com.example.pem');
    const plugin = await openPlugins({ directory: join(home.path, 'plugins'), env: process.env }).open(
      'com.example.pem',
    );
    const opening = openPluginSigner(plugin, { keyId: '/nonexistent.key', purpose: 'artifact' });
    await expect(opening).rejects.toMatchObject({
      code: 'PLUGIN_ACCESS_DENIED',
      details: { errorMessage: 'the key /nonexistent.key cannot be read' },
    });
  });
});

/** A chain whose leaf has a DNS name. */
function namedChain(name: string, keyIndex = 0): Promise<TestChain> {
  const value = encodeDer(0x30, encodeDer(0x82, encodeUtf8(name)));
  return mintChain({
    keyIndex,
    tweak: (options, index) =>
      index === 0
        ? {
            ...options,
            serialNumber: '4d',
            extensions: { ...options.extensions, other: [{ oid: '2.5.29.17', value }] },
          }
        : options,
  });
}

const policy = {
  version: '1.0',
  trustPolicies: [
    {
      name: 'dns',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:example'],
      trustedIdentities: ['dns:build.example.com'],
    },
  ],
};

function trustIn({ root }: TestChain): VerificationTrust {
  const document = parseTrustPolicy(encodeUtf8(JSON.stringify(policy)), { kind: 'oci' });
  const trustStore = memoryTrustStore([{ type: 'ca', name: 'example', certificates: [root] }]);
  return policyTrust(selectStatement(document, 'localhost/app'), trustStore);
}

interface Judged {
  readonly code: string;
  /** Commands that the plugin was given. */
  readonly commands: readonly string[];
}

/** Signs so that the plugin is demanded, and verifies. */
async function judge(
  chain: TestChain,
  { trusted = chain, pluginConfig = {}, attribute = 'com.example.release' } = {},
): Promise<Judged> {
  await using home = await temporaryDirectory();
  await installExamplePlugin(home.path, 'com.example.dns');
  const commands: string[] = [];
  const plugins = openPlugins({
    directory: join(home.path, 'plugins'),
    env: process.env,
    onEvent: (event) => {
      if (event.type === 'plugin-asked') commands.push(event.command);
    },
  });
  const envelope = await signEnvelope({
    format: jwsFormat,
    payload: encodePayload(subject),
    key: chain.signingKey,
    signingTime: at,
    signingAgent: 'example/1.0.0',
    verificationPlugin: 'com.example.dns',
    verificationPluginMinVersion: '1.0.0',
    extended: [{ key: attribute, isCritical: true, value: 'stable' }],
  });
  const outcome = await verifyEnvelope({
    envelope,
    mediaType: jwsFormat.mediaType,
    subject,
    trust: trustIn(trusted),
    at,
    plugins: verificationPlugins(plugins, { pluginConfig }),
  });
  return { code: toSignatureReport(outcome).code, commands };
}

describe('the example that verifies', () => {
  const all = ['get-plugin-metadata', 'verify-signature'];

  it('accepts a signer with the name that the policy lists, and the attribute it knows [+PLUG-43 +PLUG-46 +VER-16]', async () => {
    expect(await judge(await namedChain('build.example.com'))).toEqual({ code: 'trusted', commands: all });
  });

  it('refuses a signer with another name [-PLUG-45]', async () => {
    expect(await judge(await namedChain('other.example.com'))).toEqual({ code: 'plugin-identity', commands: all });
  });

  it('refuses a certificate that its settings call revoked [-PLUG-45 +PLUG-28]', async () => {
    const judged = await judge(await namedChain('build.example.com'), { pluginConfig: { revoked: '4D' } });
    expect(judged).toEqual({ code: 'plugin-revocation', commands: all });
  });

  it('does not make up for a critical attribute that it does not know [-PLUG-46]', async () => {
    const judged = await judge(await namedChain('build.example.com'), { attribute: 'com.example.other' });
    expect(judged).toEqual({ code: 'critical-attribute', commands: all });
  });

  it('is not run for a signer that no trust store knows [-OC-08]', async () => {
    const judged = await judge(await namedChain('build.example.com', 5), { trusted: await mintChain() });
    expect(judged).toEqual({ code: 'signer-unknown', commands: [] });
  });
});
