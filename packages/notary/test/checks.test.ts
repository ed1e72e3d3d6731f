// Every built-in check against the contract: seen to pass, to fail, and to be inconclusive or skipped.

import type { RevocationChecker } from '@nv2/pki';
import { checkContract } from '@nv2/testing';
import { authenticTimestampCheck } from '../src/checks/authentic-timestamp.ts';
import { authenticityCheck } from '../src/checks/authenticity.ts';
import { criticalAttributesCheck } from '../src/checks/critical-attributes.ts';
import { expiryCheck } from '../src/checks/expiry.ts';
import { payloadCheck } from '../src/checks/payload.ts';
import { pluginCheck } from '../src/checks/plugin.ts';
import { revocationCheck } from '../src/checks/revocation.ts';
import { userMetadataCheck } from '../src/checks/user-metadata.ts';
import { encodePayload } from '../src/payload.ts';
import { openAuthority, stampedTrust } from './authority.ts';
import { contextOf, imageDescriptor } from './check-context.ts';
import { at, chainOf, later } from './scene.ts';

checkContract(pluginCheck, {
  passes: () => contextOf(),
  fails: {
    context: () => contextOf({ envelope: { verificationPlugin: 'com.example.verifier' } }),
    code: 'plugin-required',
  },
  inconclusive: { never: 'the signature names a plugin or it does not' },
});

checkContract(criticalAttributesCheck, {
  passes: () => contextOf({ envelope: { extended: [{ key: 'com.example.note', isCritical: false, value: 'x' }] } }),
  fails: {
    context: () => contextOf({ envelope: { extended: [{ key: 'com.example.note', isCritical: true, value: 'x' }] } }),
    code: 'critical-attribute',
  },
  inconclusive: { never: 'an attribute is marked critical or it is not' },
});

checkContract(authenticityCheck, {
  passes: () => contextOf(),
  fails: { context: async () => contextOf({ by: await chainOf(1) }), code: 'signer-unknown' },
  inconclusive: { never: 'a store that cannot be loaded fails the check (TS-11)' },
});

checkContract(expiryCheck, {
  passes: () => contextOf({ envelope: { expiry: later(61) } }),
  fails: { context: () => contextOf({ envelope: { expiry: later(60) } }), code: 'expired' },
  inconclusive: { never: 'the instant is given' },
});

checkContract(authenticTimestampCheck, {
  passes: () => contextOf(),
  fails: {
    context: () => contextOf({ context: { at: new Date('2100-01-01T00:00:00Z') } }),
    code: 'certificate-expired',
  },
  inconclusive: {
    context: async () => {
      const { timestamp } = await openAuthority();
      const checkRevocation: RevocationChecker = () =>
        Promise.resolve({ status: 'unknown', reason: 'no answer', certificates: [] });
      return contextOf({
        trust: await stampedTrust(),
        envelope: { timestamp: (signature) => timestamp(signature, { hash: 'sha256', at }) },
        context: { checkRevocation },
      });
    },
    code: 'timestamp-unknown',
  },
});

checkContract(revocationCheck, {
  passes: async () => contextOf({ context: { learned: { anchor: (await chainOf()).root } } }),
  fails: {
    context: async () => {
      const { root, certificates } = await chainOf();
      const checkRevocation: RevocationChecker = () =>
        Promise.resolve({
          status: 'revoked',
          certificate: certificates[0],
          reason: 'key compromise',
          certificates: [],
        });
      return contextOf({ context: { learned: { anchor: root }, checkRevocation } });
    },
    code: 'revoked',
  },
  inconclusive: { context: () => contextOf(), code: 'revocation-unknown' },
});

checkContract(payloadCheck, {
  passes: () => contextOf(),
  fails: {
    context: () =>
      contextOf({ envelope: { payload: encodePayload({ ...imageDescriptor, size: imageDescriptor.size + 1 }) } }),
    code: 'wrong-subject',
  },
  inconclusive: { never: 'two descriptors are equal or they are not' },
});

const target = { ...imageDescriptor, annotations: { build: '101' } };

checkContract(userMetadataCheck, {
  passes: () => contextOf({ context: { learned: { target }, userMetadata: { build: '101' } } }),
  fails: {
    context: () => contextOf({ context: { learned: { target }, userMetadata: { build: '102' } } }),
    code: 'metadata-mismatch',
  },
  inconclusive: { never: 'the signer stated a pair or did not' },
});
