// Verification plugins (VER-11). The signer demands that a named program judge the signature too.

import { plainText, quoteText } from '@nv2/base';
import { maxReasonChars } from '../limits.ts';
import { type Check, failed, passed } from './check.ts';

/**
 * PLUG-51: a signature that names a verification plugin fails, whatever the level. The name is used for the message and for
 * nothing else: it comes from the envelope, before anybody is trusted (OC-08).
 */
export const pluginCheck: Check = {
  name: 'plugin',
  run({ envelope }) {
    const plugin = envelope.signed.verificationPlugin;
    if (plugin === undefined) return passed;
    return failed(
      { code: 'plugin-required', plugin: plainText(plugin, maxReasonChars) },
      `the signature demands the verification plugin ${quoteText(plugin)}`,
    );
  },
};
