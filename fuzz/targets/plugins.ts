import assert from 'node:assert/strict';
import { type JsonObject, parseJson, parseObject } from '@nv2/base';
import { answerCommand } from '../../packages/plugin/src/kit/answer-command.ts';
import { parsePluginMetadata } from '../../packages/plugin/src/metadata.ts';
import { parsePluginFailure } from '../../packages/plugin/src/run-plugin.ts';
import {
  parseEnvelopeAnswer,
  parseKeyDescription,
  parseSignatureAnswer,
} from '../../packages/plugin/src/signing-messages.ts';
import { parseVerifyAnswer } from '../../packages/plugin/src/verify-message.ts';
import type { FuzzTarget } from '../target.ts';

const tokens = [
  '"keyId":',
  '"keySpec":"EC-256"',
  '"signingAlgorithm":"RSASSA-PSS-SHA-256"',
  '"success":true',
  '"SIGNATURE_VERIFIER.TRUSTED_IDENTITY":',
  '"processedAttributes":null',
  '"__proto__":',
  '"contractVersion":"1.0"',
  'AAAA',
  'null',
];

export const pluginTargets: readonly FuzzTarget[] = [
  { name: 'plugin-failure', shape: 'json', tokens, run: checkFailure },
  { name: 'plugin-metadata', shape: 'json', tokens, run: (input) => parsePluginMetadata(read(input)) },
  { name: 'plugin-key', shape: 'json', tokens, run: (input) => parseKeyDescription(read(input)) },
  { name: 'plugin-signature', shape: 'json', tokens, run: (input) => parseSignatureAnswer(read(input)) },
  { name: 'plugin-envelope', shape: 'json', tokens, run: (input) => parseEnvelopeAnswer(read(input)) },
  { name: 'plugin-verdict', shape: 'json', tokens, run: checkVerdict },
  { name: 'plugin-request', shape: 'json', tokens, run: checkRequest },
];

function read(input: Uint8Array): JsonObject {
  return parseObject(parseJson(input, { maxBytes: 1 << 20 }), '$');
}

function checkFailure(input: Uint8Array): void {
  assert.ok(Object.keys(parsePluginFailure(input)).length > 0);
}

function checkVerdict(input: Uint8Array): void {
  const { opinions, processed } = parseVerifyAnswer(read(input));
  for (const [name, { success }] of opinions) assert.ok(name.length > 0 && typeof success === 'boolean');
  for (const name of processed) assert.equal(typeof name, 'string');
}

/** Whatever a caller writes, a plugin made with the kit answers with one JSON document. */
async function checkRequest(input: Uint8Array): Promise<void> {
  const plugin = {
    name: 'fuzz',
    description: 'd',
    version: '1.0.0',
    url: 'u',
    checkIdentity: () => ({ success: true }) as const,
  };
  const answer = await answerCommand(plugin, 'verify-signature', input);
  JSON.parse(answer.status === 0 ? answer.stdout : answer.stderr);
}
