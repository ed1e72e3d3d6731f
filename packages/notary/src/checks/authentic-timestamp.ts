// Authentic timestamp (VER-14, docs/spec-map.md section 11.4): were the certificates valid when it counts?

import { assertNever } from '@nv2/base';
import { type CertificateChain, findCertificatesOutsideValidity } from '@nv2/pki';
import { summarizeCertificate } from '../certificate-summary.ts';
import type { PreparedTrust } from '../trust.ts';
import { type Check, type CheckContext, type Finding, failed, inconclusive, passed } from './check.ts';

export const authenticTimestampCheck: Check = {
  name: 'authenticTimestamp',
  validation: 'authenticTimestamp', // TSA-33
  run(context) {
    const { envelope, chain, trust, at } = context;
    // TSA-34: the authentic time decides; the present and any token do not (EXP-05).
    if (envelope.signed.signingScheme === 'notary.x509.signingAuthority') {
      return checkValidity(chain, envelope.signed.signingTime, 'when it was signed', false);
    }
    if (isTimestampDecisive(trust, chain, at)) return checkToken(context);
    // TSA-32: a token that nothing asks for is not looked at.
    return checkValidity(chain, at, 'now', envelope.unsigned.timestampSignature !== undefined);
  },
};

/** TSA-30: a `tsa` store is named, and the policy wants the token always, or a certificate has expired. */
function isTimestampDecisive(prepared: PreparedTrust, chain: CertificateChain, at: Date): boolean {
  if (prepared.trust.kind !== 'policy') return false;
  const { trustStores, verifyTimestamp } = prepared.trust.statement;
  if (!trustStores.some(({ type }) => type === 'tsa')) return false;
  return verifyTimestamp === 'always' || chain.some(({ notAfter }) => notAfter.getTime() < at.getTime());
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
