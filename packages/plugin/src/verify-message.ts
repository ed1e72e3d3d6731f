// The request and the answer of `verify-signature` (PLUG-40 to PLUG-44).

import {
  encodeBase64,
  type JsonObject,
  parseArray,
  parseBoolean,
  parseObject,
  parseOptional,
  parseString,
} from '@nv2/base';
import type { PluginAnswer, PluginOpinion, PluginQuestion, VerificationCapability } from '@nv2/notary';
import { configMember, contractVersion, type PluginCapability } from './metadata.ts';
import type { PluginCall } from './run-plugin.ts';

const names = {
  'trusted-identity': 'SIGNATURE_VERIFIER.TRUSTED_IDENTITY',
  'revocation-check': 'SIGNATURE_VERIFIER.REVOCATION_CHECK',
} as const satisfies Record<VerificationCapability, PluginCapability>;

const capabilities: readonly VerificationCapability[] = ['trusted-identity', 'revocation-check'];

/** Of everything a plugin offers, what it can judge. */
export function verifierCapabilities(offered: readonly string[]): readonly VerificationCapability[] {
  return capabilities.filter((capability) => offered.includes(names[capability]));
}

/** Only critical attributes are handed over, an absent expiry is left out, and no list is null (PLUG-42). */
export function verifySignatureCall(
  question: PluginQuestion,
  pluginConfig: Readonly<Record<string, string>> | undefined,
): PluginCall {
  const { chain, unprocessed, trustedIdentities } = question;
  return {
    command: 'verify-signature',
    request: {
      contractVersion,
      signature: {
        criticalAttributes: criticalAttributes(question),
        unprocessedAttributes: unprocessed.map(({ key }) => key),
        certificateChain: chain.map(({ der }) => encodeBase64(der)),
      },
      trustPolicy: {
        trustedIdentities,
        signatureVerification: question.capabilities.map((capability) => names[capability]),
      },
      ...configMember(pluginConfig),
    },
  };
}

function criticalAttributes({ envelope: { signed }, unprocessed }: PluginQuestion): object {
  const { contentType, signingScheme, signingTime, expiry, verificationPlugin, verificationPluginMinVersion } = signed;
  const isAuthority = signingScheme === 'notary.x509.signingAuthority';
  return {
    contentType,
    signingScheme,
    ...(expiry === undefined ? {} : { expiry: timeText(expiry) }),
    ...(isAuthority ? { authenticSigningTime: timeText(signingTime) } : {}),
    ...(verificationPlugin === undefined ? {} : { verificationPlugin }),
    ...(verificationPluginMinVersion === undefined ? {} : { verificationPluginMinVersion }),
    ...(unprocessed.length === 0
      ? {}
      : { extendedAttributes: Object.fromEntries(unprocessed.map(({ key, value }) => [key, value])) }),
  };
}

/** PLUG-13: RFC 3339, in whole seconds where that is exact. */
function timeText(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/**
 * Results that were not asked for are ignored (PLUG-44), and `null` counts as absent (PLUG-13). Names of attributes are text; an
 * item of another type names none that was handed over.
 *
 * @throws BaseError `JSON_TYPE`
 */
export function parseVerifyAnswer(answer: JsonObject): PluginAnswer {
  const results = parseObject(answer['verificationResults'], '$.verificationResults');
  const opinions = new Map<VerificationCapability, PluginOpinion>();
  for (const capability of capabilities) {
    const name = names[capability];
    const result = results[name] ?? undefined;
    if (result !== undefined) opinions.set(capability, parseOpinion(result, `$.verificationResults.${name}`));
  }
  const processed =
    parseOptional(answer['processedAttributes'] ?? undefined, '$.processedAttributes', parseArray) ?? [];
  return { opinions, processed: new Set(processed.filter((item) => typeof item === 'string')) };
}

/** PLUG-43: a reason belongs to a failure; a plugin that gives none is against all the same. */
function parseOpinion(value: NonNullable<JsonObject[string]>, path: string): PluginOpinion {
  const opinion = parseObject(value, path);
  const reason = parseOptional(opinion['reason'] ?? undefined, `${path}.reason`, parseString);
  const success = parseBoolean(opinion['success'], `${path}.success`);
  return { success, ...(reason === undefined ? {} : { reason }) };
}
