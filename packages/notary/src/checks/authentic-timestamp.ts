// Authentic timestamp (VER-14, docs/spec-map.md section 11.4): were the certificates valid when it counts?

import { assertNever } from '@nv2/base';
import { type CertificateChain, findCertificatesOutsideValidity } from '@nv2/pki';
import { summarizeCertificate } from '../certificate-summary.ts';
import type { TimestampDecision } from '../events.ts';
import { type Check, type CheckContext, type Finding, failed, inconclusive, passed } from './check.ts';

export const authenticTimestampCheck: Check = {
  name: 'authenticTimestamp',
  validation: 'authenticTimestamp', // TSA-33
  run(context) {
    const { envelope, chain, at } = context;
    const decision = decide(context);
    context.onEvent?.({ type: 'timestamp-considered', decision });
    switch (decision) {
      case 'authority-decides':
        // TSA-34: the authentic time decides; the present and any token do not (EXP-05).
        return checkValidity(chain, envelope.signed.signingTime, 'when it was signed', false);
      case 'token-decides':
        return checkToken(context);
      case 'no-store':
      case 'certificates-valid':
        // TSA-32: a token that nothing asks for is not looked at.
        return checkValidity(chain, at, 'now', envelope.unsigned.timestampSignature !== undefined);
      default:
        return assertNever(decision);
    }
  },
};

/** TSA-30: a `tsa` store is named, and the policy wants the token always, or a certificate has expired. */
function decide({ envelope, trust: { trust }, chain, at }: CheckContext): TimestampDecision {
  if (envelope.signed.signingScheme === 'notary.x509.signingAuthority') return 'authority-decides';
  if (trust.kind !== 'policy') return 'no-store';
  const { trustStores, verifyTimestamp } = trust.statement;
  if (!trustStores.some(({ type }) => type === 'tsa')) return 'no-store';
  const isExpired = chain.some(({ notAfter }) => notAfter.getTime() < at.getTime());
  return verifyTimestamp === 'always' || isExpired ? 'token-decides' : 'certificates-valid';
}

async function checkToken(context: CheckContext): Promise<Finding> {
  const { envelope, chain, at, signal } = context;
  const token = envelope.unsigned.timestampSignature;
  // TSA-31
  if (token === undefined || token.length === 0) {
    return failed({ code: 'timestamp-required' }, 'the policy demands a time-stamp and the signature has none');
  }
  const request = { token, signature: envelope.signature, chain, at, ...(signal ? { signal } : {}) };
  const outcome = await context.checkTimestamp(request);
  switch (outcome.status) {
    case 'passed':
      return passed;
    case 'failed':
      return failed({ code: 'timestamp-invalid' }, outcome.reason);
    case 'unknown':
      return inconclusive({ code: 'timestamp-unknown' }, outcome.reason);
    default:
      return assertNever(outcome);
  }
}

function checkValidity(chain: CertificateChain, at: Date, when: string, hasTimestamp: boolean): Finding {
  const [outside] = findCertificatesOutsideValidity(chain, at);
  if (outside === undefined) return passed;
  const certificate = summarizeCertificate(outside);
  const isEarly = at.getTime() < outside.notBefore.getTime();
  const limit = isEarly ? outside.notBefore : outside.notAfter;
  const reason = `certificate ${certificate.subject} ${isEarly ? 'is not valid before' : 'was valid until'} ${limit.toISOString()}, not ${when} (${at.toISOString()})`;
  return failed({ code: isEarly ? 'not-yet-valid' : 'certificate-expired', certificate, at, hasTimestamp }, reason);
}
