// Critical attributes (VER-16, OC-01, OC-02): whoever does not understand one must not accept the signature.

import { findUnprocessedAttributes } from '@nv2/envelope';
import { type Check, passed } from './check.ts';
import { unknownAttributes } from './interview.ts';

/**
 * Every attribute that the specification defines is known; a critical one beyond it, text or integer key, fails, unless the plugin
 * that the signature demands will be asked about it. A plugin that is left with nothing to judge is not (PLUG-47), and none can
 * be asked about an integer.
 */
export const criticalAttributesCheck: Check = {
  name: 'criticalAttributes',
  run({ envelope, learned: { interview } }) {
    const unknown = findUnprocessedAttributes(envelope.signed);
    const isLeftToPlugin = interview !== undefined && interview.capabilities.length > 0;
    const orphans = isLeftToPlugin ? unknown.filter(({ key }) => typeof key !== 'string') : unknown;
    return orphans.length === 0 ? passed : unknownAttributes(orphans, 'nobody here');
  },
};
