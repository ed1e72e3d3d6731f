// Critical attributes (VER-16, OC-01, OC-02): whoever does not understand one must not accept the signature.

import { plainText } from '@nv2/base';
import { findUnprocessedAttributes } from '@nv2/envelope';
import { maxReportedAttributes } from '../limits.ts';
import { type Check, failed, passed } from './check.ts';

/** Every attribute that the specification defines is known; a critical one beyond it, text or integer key, fails. */
export const criticalAttributesCheck: Check = {
  name: 'criticalAttributes',
  run({ envelope }) {
    const unknown = findUnprocessedAttributes(envelope.signed);
    if (unknown.length === 0) return passed;
    // A protected header has room for thousands; a few tell a person what is missing.
    const attributes = unknown.slice(0, maxReportedAttributes).map(({ key }) => plainText(String(key), 60));
    const names = attributes.map((name) => `"${name}"`);
    return failed(
      { code: 'critical-attribute', attributes },
      `nobody here processes the critical attribute ${names.join(', ')}`,
    );
  },
};
