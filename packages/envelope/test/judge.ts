import { isNv2Error } from '@nv2/base';
import { checkIntegrity, type EnvelopeFormat, type VerifiedEnvelope } from '@nv2/envelope';
import { createCertificateCache } from '@nv2/pki';

const cache = createCertificateCache();

/** `passed`, or the broken rule, whether reading or the integrity check found it; `limit` when a bound was passed. */
export function judge(format: EnvelopeFormat, bytes: Uint8Array): string {
  try {
    const result = checkIntegrity(format.parse(bytes), { cache });
    return result.status === 'passed' ? 'passed' : result.rule;
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return error.code === 'ENVELOPE_LIMIT' ? 'limit' : String(error.details['rule']);
  }
}

/** The envelope, which must verify. */
export function verified(format: EnvelopeFormat, bytes: Uint8Array): VerifiedEnvelope {
  const result = checkIntegrity(format.parse(bytes), { cache });
  if (result.status === 'failed') throw new Error(`${result.rule}: ${result.reason}`);
  return result.envelope;
}
