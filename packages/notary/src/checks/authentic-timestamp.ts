// Authentic timestamp (VER-14, docs/spec-map.md section 11.4): were the certificates valid when it counts?

import { assertNever } from '@nv2/base';
import { type CertificateChain, findCertificatesOutsideValidity } from '@nv2/pki';
import { formatStoreName } from '@nv2/trust';
import { summarizeCertificate } from '../certificate-summary.ts';
import type { TimestampDecision } from '../events.ts';
import { toProvenTime } from '../timestamp.ts';
import { type Check, type CheckContext, type Finding, failed, inconclusive, passed } from './check.ts';
import { loadStores } from './load-stores.ts';

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
  const { envelope, chain, at, checkRevocation, signal } = context;
  const token = envelope.unsigned.timestampSignature;
  // TSA-31
  if (token === undefined || token.length === 0) {
    const [expired] = findCertificatesOutsideValidity(chain, at);
    return failed(
      { code: 'timestamp-required', ...(expired && { outside: summarizeCertificate(expired) }) },
      'the policy demands a time-stamp and the signature has none',
    );
  }
  const roots = await loadRoots(context);
  if ('status' in roots) return roots;
  const outcome = await context.checkTimestamp({
    token,
    signature: envelope.signature,
    chain,
    roots: roots.certificates,
    at,
    checkRevocation,
    ...(signal ? { signal } : {}),
  });
  switch (outcome.status) {
    case 'passed':
      return { status: 'passed', learned: { timestamp: outcome.timestamp } };
    case 'failed': {
      const { rule, timestamp } = outcome;
      const claimed = timestamp && toProvenTime(timestamp);
      return failed({ code: 'timestamp-invalid', rule, ...(claimed && { timestamp: claimed }) }, outcome.reason);
    }
    case 'unknown':
      return inconclusive({ code: 'timestamp-unknown', timestamp: toProvenTime(outcome.timestamp) }, outcome.reason);
    default:
      return assertNever(outcome);
  }
}

// TSA-35: the roots are those of the statement's `tsa` stores, and there is at least one.
async function loadRoots({ trust: { trust }, signal }: CheckContext): ReturnType<typeof loadStores> {
  // Only a policy makes a token decisive.
  if (trust.kind !== 'policy') throw new TypeError('a time-stamp is judged without a policy');
  const stores = trust.statement.trustStores.filter(({ type }) => type === 'tsa');
  const loaded = await loadStores(trust, stores, signal);
  if ('status' in loaded || loaded.certificates.length > 0) return loaded;
  const store = stores.map(formatStoreName).join(', ');
  return failed({ code: 'trust-store', store }, `there is no certificate in ${store}`);
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
