// Plugins in this process: what an executable would answer, without one. What running adds is tested with run-plugin.ts.

import { encodeBase64, encodeUtf8, type JsonObject, parseBase64, parseJson, parseObject, parseString } from '@nv2/base';
import { findFormat, signEnvelope, type SignEnvelopeRequest } from '@nv2/envelope';
import type { TestChain } from '@nv2/testing';
import { parsePluginMetadata } from '../src/metadata.ts';
import { parsePluginName } from '../src/plugin-name.ts';
import type { Plugin } from '../src/plugins.ts';
import type { PluginCommand } from '../src/run-plugin.ts';
import { metadataOf } from './write-plugin.ts';

export interface FakePlugin extends Plugin {
  /** What it was asked, as JSON that arrived. */
  readonly calls: readonly { readonly command: PluginCommand; readonly request: JsonObject }[];
}

export type FakeAnswer = (request: JsonObject) => object | Promise<object>;

export function fakePlugin(
  answers: Partial<Record<PluginCommand, FakeAnswer>>,
  metadata: Readonly<Record<string, unknown>> = {},
): FakePlugin {
  const calls: { command: PluginCommand; request: JsonObject }[] = [];
  const name = parsePluginName('com.example.fake');
  const answer = async (command: PluginCommand, asked: object): Promise<JsonObject> => {
    const request = throughJson(asked);
    calls.push({ command, request });
    return throughJson((await answers[command]?.(request)) ?? {});
  };
  return {
    name,
    file: '/nowhere',
    calls,
    readMetadata: async ({ pluginConfig = {} } = {}) => {
      const told = metadataOf(name, metadata);
      await answer('get-plugin-metadata', { pluginConfig });
      return { ...parsePluginMetadata(throughJson(told)), name };
    },
    run: ({ command, request }) => answer(command, request),
  };
}

function throughJson(value: object): JsonObject {
  return parseObject(parseJson(encodeUtf8(JSON.stringify(value)), { maxBytes: 1e6 }), '$');
}

/** Answers of a plugin that signs with the key of `chain`. */
export function signingAnswers(
  { certificates, signingKey }: TestChain,
  change: (answer: Record<string, unknown>) => object = (answer) => answer,
): Partial<Record<PluginCommand, FakeAnswer>> {
  const { algorithm } = signingKey;
  return {
    'describe-key': ({ keyId }) => ({ keyId, keySpec: algorithm.keySpec }),
    'generate-signature': async ({ keyId, payload }) =>
      change({
        keyId,
        signature: encodeBase64(await signingKey.sign(parseBase64(parseString(payload, '$.payload')))),
        signingAlgorithm: algorithm.pluginName,
        certificateChain: certificates.map(({ der }) => encodeBase64(der)),
      }),
  };
}

/** Answers of a plugin that makes whole envelopes with the key of `chain`. */
export function envelopeAnswers(
  { signingKey }: TestChain,
  options: {
    readonly at: Date;
    /** Changes what is signed. */
    readonly request?: (asked: JsonObject) => Partial<SignEnvelopeRequest>;
    readonly answer?: Readonly<Record<string, unknown>>;
  },
): Partial<Record<PluginCommand, FakeAnswer>> {
  return {
    'describe-key': ({ keyId }) => ({ keyId, keySpec: signingKey.algorithm.keySpec }),
    'generate-envelope': async (asked) => {
      const format = findFormat(parseString(asked['signatureEnvelopeType'], '$'));
      if (format === undefined) throw new TypeError('no such format');
      const seconds = Number(asked['expiryDurationInSeconds'] ?? 0);
      const envelope = await signEnvelope({
        format,
        payload: parseBase64(parseString(asked['payload'], '$.payload')),
        key: signingKey,
        signingTime: options.at,
        signingAgent: 'service/1.0',
        ...(seconds === 0 ? {} : { expiry: new Date(options.at.getTime() + seconds * 1000) }),
        ...options.request?.(asked),
      });
      return {
        signatureEnvelope: encodeBase64(envelope),
        signatureEnvelopeType: format.mediaType,
        ...options.answer,
      };
    },
  };
}
