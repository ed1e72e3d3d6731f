// Contexts for single checks, made the only possible way: by signing an envelope and verifying its integrity.

import { builtinFormats, signEnvelope, type SignEnvelopeRequest } from '@nv2/envelope';
import { checkRevocationOffline, createCertificateCache } from '@nv2/pki';
import { type TestChain, testImage } from '@nv2/testing';
import type { CheckContext } from '../src/checks/check.ts';
import { checkEnvelopeIntegrity } from '../src/checks/integrity.ts';
import { encodePayload } from '../src/payload.ts';
import { createTimestampChecker } from '../src/timestamp.ts';
import { prepareTrust, type VerificationTrust } from '../src/trust.ts';
import { at, chainOf, jws, later, policyTrust } from './scene.ts';

export const imageDescriptor = testImage().manifest.descriptor;

export interface ContextOptions {
  readonly by?: TestChain;
  readonly envelope?: Partial<SignEnvelopeRequest>;
  readonly trust?: VerificationTrust;
  readonly context?: Partial<CheckContext>;
}

/** The context of a signature over {@link imageDescriptor}, as it is right after integrity. */
export async function contextOf(options: ContextOptions = {}): Promise<CheckContext> {
  const by = options.by ?? (await chainOf());
  const format = options.envelope?.format ?? jws;
  const bytes = await signEnvelope({
    format,
    payload: encodePayload(imageDescriptor),
    key: by.signingKey,
    signingTime: at,
    signingAgent: 'test/1.0',
    ...options.envelope,
  });
  const cache = createCertificateCache();
  const integrity = checkEnvelopeIntegrity(bytes, format.mediaType, { formats: builtinFormats, cache });
  if (integrity.status === 'failed') throw new Error(integrity.finding.reason);
  return {
    envelope: integrity.envelope,
    chain: integrity.chain,
    at: later(60),
    subject: { kind: 'artifact', descriptor: imageDescriptor },
    trust: prepareTrust(options.trust ?? (await policyTrust())),
    userMetadata: {},
    checkRevocation: checkRevocationOffline,
    checkTimestamp: createTimestampChecker({ cache }),
    learned: {},
    ...options.context,
  };
}
