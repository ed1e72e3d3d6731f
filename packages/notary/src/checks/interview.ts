// One signature and the plugin it demands: asked once, whichever check needs the answer first (VER-16).

import { describeError, isNv2Error, plainText, quoteText } from '@nv2/base';
import { type ExtendedAttribute, findUnprocessedAttributes } from '@nv2/envelope';
import { maxReasonChars, maxReportedAttributes } from '../limits.ts';
import type { PluginOpinion, VerificationCapability, VerificationPlugin } from '../verification-plugin.ts';
import { type CheckContext, failed, type Interview, type Refusal } from './check.ts';

export function openInterview(plugin: VerificationPlugin, context: CheckContext): Interview {
  const isRevocationSkipped = context.trust.level.actions.revocation === 'skip';
  const capabilities = plugin.capabilities.filter(
    (capability) => !(isRevocationSkipped && capability === 'revocation-check'),
  );
  let answer: ReturnType<typeof interview> | undefined;
  return {
    plugin,
    capabilities,
    get wasAsked() {
      return answer !== undefined;
    },
    ask: async (capability) => {
      answer ??= interview(plugin, capabilities, context);
      const opinions = await answer;
      if ('status' in opinions) return opinions;
      // PLUG-44 is what interview() makes sure of.
      return opinions.get(capability) ?? noAnswer(plugin, `it has no opinion on ${capability}`);
    },
  };
}

async function interview(
  plugin: VerificationPlugin,
  capabilities: readonly VerificationCapability[],
  context: CheckContext,
): Promise<ReadonlyMap<VerificationCapability, PluginOpinion> | Refusal> {
  const { envelope, chain, signal } = context;
  const unprocessed = findUnprocessedAttributes(envelope.signed);
  const trustedIdentities = identitiesOf(context);
  const question = { envelope, chain, trustedIdentities, capabilities, unprocessed };
  let answer: Awaited<ReturnType<VerificationPlugin['ask']>>;
  try {
    answer = await plugin.ask({ ...question, ...(signal ? { signal } : {}) });
  } catch (error) {
    // PLUG-48: a plugin that fails is a verdict about this signature. Aborts and defects are not.
    if (!isNv2Error(error)) throw error;
    return noAnswer(plugin, plainText(describeError(error), maxReasonChars * 2), error);
  }
  // PLUG-44
  const missing = capabilities.find((capability) => !answer.opinions.has(capability));
  if (missing !== undefined) return noAnswer(plugin, `it has no opinion on ${missing}`);
  // PLUG-46, ATTR-10
  const left = findUnprocessedAttributes(envelope.signed, answer.processed);
  return left.length === 0 ? answer.opinions : unknownAttributes(left, `neither nv2 nor the plugin ${plugin.name}`);
}

/** Where no policy lists identities, trust in the very key or certificate has settled who signs; a plugin may still object. */
function identitiesOf({ trust: { trust } }: CheckContext): readonly string[] {
  if (trust.kind !== 'policy') return ['*'];
  return trust.statement.trustedIdentities.map((identity) => (identity.kind === 'any' ? '*' : identity.text));
}

function noAnswer({ name }: VerificationPlugin, why: string, cause?: unknown): Refusal {
  return {
    status: 'inconclusive',
    reason: `the verification plugin ${name} gave no verdict: ${why}`,
    facts: { code: 'plugin-failed', plugin: name },
    atEveryLevel: true,
    ...(cause === undefined ? {} : { cause }),
  };
}

/** @param who of those that could have understood it */
export function unknownAttributes(unknown: readonly ExtendedAttribute[], who: string): Refusal {
  // A protected header has room for thousands; a few tell a person what is missing.
  const attributes = unknown.slice(0, maxReportedAttributes).map(({ key }) => plainText(String(key), 60));
  const names = attributes.map((name) => `"${name}"`);
  const reason = `${who} processes the critical attribute ${names.join(', ')}`;
  return { ...failed({ code: 'critical-attribute', attributes }, reason), atEveryLevel: true };
}

/** What a plugin says when it is against, for a person to read. */
export function reasonOf({ reason }: PluginOpinion): string {
  return reason === undefined || reason === '' ? 'none given' : quoteText(reason, maxReasonChars * 2);
}
