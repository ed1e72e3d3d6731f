// User metadata (VER-18, META-05): every demanded pair is among the signed annotations. Always enforced (VER-20).

import { quoteText } from '@nv2/base';
import { type Check, failed, passed } from './check.ts';

export const userMetadataCheck: Check = {
  name: 'userMetadata',
  run({ userMetadata, learned }) {
    const annotations = learned.target?.annotations ?? {};
    const missing = Object.entries(userMetadata)
      .filter(([key, value]) => annotations[key] !== value)
      .map(([key, value]) => `${key}=${value}`);
    if (missing.length === 0) return passed;
    const pairs = missing.map((pair) => quoteText(pair)).join(', ');
    return failed({ code: 'metadata-mismatch', missing }, `the signer did not state ${pairs}`);
  },
};
