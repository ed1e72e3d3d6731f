// Critical attributes (VER-16, OC-01, OC-02): whoever does not understand one must not accept the signature.

import { quoteText } from '@nv2/base';
import { findUnprocessedAttributes } from '@nv2/envelope';
import { type Check, failed, passed } from './check.ts';

/** Every attribute that the specification defines is known; a critical one beyond it, text or integer key, fails. */
export const criticalAttributesCheck: Check = {
  name: 'criticalAttributes',
  run({ envelope }) {
    const unknown = findUnprocessedAttributes(envelope.signed);
    if (unknown.length === 0) return passed;
    const attributes = unknown.map(({ key }) => String(key));
    const names = attributes.map((name) => quoteText(name, 60)).slice(0, 5);
    return failed(
      { code: 'critical-attribute', attributes },
      `nobody here processes the critical attribute ${names.join(', ')}`,
    );
  },
};
