// User metadata (VER-18, META-05): every demanded pair is among the signed annotations. Always enforced (VER-20).

import { quoteText } from '@nv2/base';
import type { Annotations } from '@nv2/oci';
import { type Check, failed, passed } from './check.ts';

export const userMetadataCheck: Check = {
  name: 'userMetadata',
  run({ userMetadata, learned }) {
    const annotations = learned.target?.annotations ?? none;
    const absent = Object.keys(userMetadata).filter((key) => annotations[key] !== userMetadata[key]);
    if (absent.length === 0) return passed;
    const missing = absent.map((key) => `${key}=${userMetadata[key]}`);
    const pairs = missing.map((pair) => quoteText(pair)).join(', ');
    return failed({ code: 'metadata-mismatch', missing }, `the signer did not state ${pairs}`);
  },
};

const none: Annotations = {};
