import { authenticTimestampCheck } from './authentic-timestamp.ts';
import { authenticityCheck } from './authenticity.ts';
import type { Check } from './check.ts';
import { criticalAttributesCheck } from './critical-attributes.ts';
import { expiryCheck } from './expiry.ts';
import { payloadCheck } from './payload.ts';
import { pluginCheck } from './plugin.ts';
import { revocationCheck } from './revocation.ts';
import { userMetadataCheck } from './user-metadata.ts';

/** What follows integrity, in the order of the specification (VER-11 to VER-18). */
export const builtinChecks: readonly Check[] = [
  pluginCheck,
  criticalAttributesCheck,
  authenticityCheck,
  expiryCheck,
  authenticTimestampCheck,
  revocationCheck,
  payloadCheck,
  userMetadataCheck,
];
