// Messages of plugins as the reference's plugin framework writes them: every one is read as what it is.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64, type JsonObject, parseJson, parseObject, parseUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { answerCommand } from '../packages/plugin/src/kit/answer-command.ts';
import type { PluginDefinition } from '../packages/plugin/src/kit/definition.ts';
import { parsePluginMetadata } from '../packages/plugin/src/metadata.ts';
import { parsePluginFailure } from '../packages/plugin/src/run-plugin.ts';
import {
  parseEnvelopeAnswer,
  parseKeyDescription,
  parseSignatureAnswer,
} from '../packages/plugin/src/signing-messages.ts';
import { parseVerifyAnswer } from '../packages/plugin/src/verify-message.ts';

const directory = join(process.env['NV2_VECTORS'] ?? '', 'plugin/protocol');
const isThere = process.env['NV2_VECTORS'] !== undefined && existsSync(directory);

function bytesOf(name: string): Uint8Array {
  return readFileSync(join(directory, name));
}

function objectOf(name: string): JsonObject {
  return parseObject(parseJson(bytesOf(name), { maxBytes: 1 << 20 }), '$');
}

const plugin: PluginDefinition = {
  name: 'com.example.plugin',
  description: 'This is an description of example plugin',
  version: '1.0.0',
  url: 'https://example.com/notation/plugin',
  describeKey: () => 'RSA-3072',
  generateSignature: ({ payload }) => ({ signature: payload, certificateChain: [] }),
  generateEnvelope: ({ payload }) => ({ envelope: payload }),
};

async function answer(command: string, request: Uint8Array): Promise<JsonObject | string> {
  const given = await answerCommand(plugin, command, request);
  const text = given.status === 0 ? given.stdout : given.stderr;
  return command === 'version'
    ? text
    : parseObject(parseJson(new TextEncoder().encode(text), { maxBytes: 1 << 20 }), '$');
}

describe.skipIf(!isThere)(isThere ? 'plugin messages' : 'foreign vectors of plugin messages (no NV2_VECTORS)', () => {
  it('answers are read [+PLUG-13 +PLUG-20 +PLUG-21 +PLUG-22 +PLUG-25 +PLUG-43]', () => {
    expect(parsePluginMetadata(objectOf('get-plugin-metadata.response.json')).name).toBe('com.example.plugin');
    expect(parseKeyDescription(objectOf('describe-key.response.json')).algorithm.name).toBe('PS384');
    expect(parseSignatureAnswer(objectOf('generate-signature.response.json'))).toMatchObject({
      keyId: 'someKeyId',
      algorithm: { name: 'PS384' },
    });
    const { envelope } = parseEnvelopeAnswer(objectOf('generate-envelope.response.json'));
    expect(envelope.length).toBeGreaterThan(1000);
    const { opinions } = parseVerifyAnswer(objectOf('verify-signature.response.json'));
    expect([...opinions.values()].map(({ success }) => success)).toEqual([true, true]);
  });

  it.each([
    ['error.access-denied.json', 'ACCESS_DENIED'],
    ['error.malformed-input.json', 'VALIDATION_ERROR'],
    ['error.missing-contract-version.json', 'VALIDATION_ERROR'],
  ])('%s is a failure with its code [+PLUG-08 +PLUG-10]', (name, errorCode) => {
    expect(parsePluginFailure(bytesOf(name))).toMatchObject({ errorCode });
  });

  it('requests are answered by a plugin of our kit [+PLUG-12 +PLUG-29]', async () => {
    expect(await answer('get-plugin-metadata', bytesOf('get-plugin-metadata.request.json'))).toMatchObject({
      name: 'com.example.plugin',
    });
    expect(await answer('describe-key', bytesOf('describe-key.request.json'))).toEqual(
      objectOf('describe-key.response.json'),
    );
    expect(await answer('generate-signature', bytesOf('generate-signature.request.json'))).toMatchObject({
      signature: encodeBase64(new TextEncoder().encode('zop')),
      signingAlgorithm: 'ECDSA-SHA-384',
    });
    expect(await answer('generate-envelope', bytesOf('generate-envelope.request.json'))).toMatchObject({
      signatureEnvelopeType: 'application/jose+json',
    });
    expect(await answer('version', new Uint8Array())).toBe(parseUtf8(bytesOf('version.response.txt')));
  });

  it('a request with null for lists is understood, and one for a capability that is none refused [-PLUG-14 +PLUG-42]', async () => {
    const refused = await answer('verify-signature', bytesOf('verify-signature.request.json'));
    expect(refused).toMatchObject({
      errorCode: 'VALIDATION_ERROR',
      errorMessage: expect.stringContaining('capability'),
    });
  });
});
