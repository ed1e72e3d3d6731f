// Expiry of the signature (VER-13, docs/spec-map.md section 10).

import { type Check, failed, passed } from './check.ts';

/**
 * EXP-01, OC-30: expired from the very second of expiry on;  EXP-02: by this verification's instant, never by a time-stamp. A
 * short expiry is what keeps an old, validly signed artifact from coming back (OC-53).
 */
export const expiryCheck: Check = {
  name: 'expiry',
  validation: 'expiry', // EXP-03
  run({ envelope, at }) {
    const { expiry } = envelope.signed;
    // EXP-04
    if (expiry === undefined || at.getTime() < expiry.getTime()) return passed;
    return failed(
      { code: 'expired', expiry, at },
      `the signature expired ${expiry.toISOString()}, it is ${at.toISOString()}`,
    );
  },
};
