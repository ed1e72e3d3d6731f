// Verification plugins (VER-11). The signer demands that a named program judge the signature too. Asking that program is left to
// the checks that it takes over: authenticity and revocation.

import { describeError, isNv2Error, plainText, quoteText } from '@nv2/base';
import { compareSemanticVersions, isSemanticVersion } from '@nv2/envelope';
import { maxReasonChars } from '../limits.ts';
import type { InstalledPlugin, VerificationPlugin, VerificationPlugins } from '../verification-plugin.ts';
import { matchTrust } from './authenticity.ts';
import { type Check, type CheckContext, failed, type Finding, inconclusive, passed } from './check.ts';
import { openInterview } from './interview.ts';

/**
 * Whatever the level, a plugin that is named has to be there, new enough and able to verify (PLUG-49, PLUG-51).
 *
 * OC-08: the name comes from the envelope, which anybody can write. So nothing is run before a trust store, key or certificate
 * of the user's own has vouched for the chain; where none does, this check is where verification ends, at every level.
 */
export const pluginCheck: Check = {
  name: 'plugin',
  run(context) {
    const name = context.envelope.signed.verificationPlugin;
    if (name === undefined) return passed;
    if (context.plugins === undefined) {
      return failed(
        { code: 'plugin-required', plugin: plainText(name, maxReasonChars) },
        `the signature demands the verification plugin ${quoteText(name)}`,
      );
    }
    return findPlugin(name, context.plugins, context);
  },
};

async function findPlugin(text: string, plugins: VerificationPlugins, context: CheckContext): Promise<Finding> {
  const name = plainText(text, maxReasonChars);
  let installed: InstalledPlugin;
  try {
    installed = await plugins.open(text);
  } catch (cause) {
    // A name that is none, or a plugin that is not there, is a verdict about the signature that demands it.
    if (!isNv2Error(cause)) throw cause;
    const why = plainText(describeError(cause), maxReasonChars * 2);
    const reason = `the signature demands the verification plugin ${quoteText(name)}: ${why}`;
    return { ...inconclusive({ code: 'plugin-required', plugin: name }, reason), cause };
  }
  const match = await matchTrust(context);
  if (match.status !== 'passed') {
    return inconclusive(
      match.facts,
      `${match.reason}; the verification plugin ${name}, which the signature demands, was not run`,
    );
  }
  let plugin: VerificationPlugin;
  try {
    plugin = await installed.start(context.signal ? { signal: context.signal } : {});
  } catch (cause) {
    // PLUG-48
    if (!isNv2Error(cause)) throw cause;
    const why = plainText(describeError(cause), maxReasonChars * 2);
    const reason = `the verification plugin ${name} cannot be used: ${why}`;
    return { ...inconclusive({ code: 'plugin-failed', plugin: name }, reason), cause };
  }
  return judge(plugin, context);
}

function judge(plugin: VerificationPlugin, context: CheckContext): Finding {
  const { name } = plugin;
  const version = plainText(plugin.version, maxReasonChars);
  const facts = { code: 'plugin-unsuited', plugin: name, version } as const;
  // PLUG-49
  if (!isSemanticVersion(plugin.version)) {
    return inconclusive(facts, `the plugin ${name} states the version ${quoteText(version)}, which is none`);
  }
  const wanted = context.envelope.signed.verificationPluginMinVersion;
  if (wanted !== undefined && compareSemanticVersions(plugin.version, wanted) < 0) {
    return inconclusive(
      { code: 'plugin-outdated', plugin: name, version, wanted },
      `the signature demands the plugin ${name} in version ${wanted} or later, found ${version}`,
    );
  }
  if (plugin.capabilities.length === 0) return inconclusive(facts, `the plugin ${name} cannot verify signatures`);
  return { status: 'passed', learned: { interview: openInterview(plugin, context) } };
}
