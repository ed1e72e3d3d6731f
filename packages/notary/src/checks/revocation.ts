// Revocation (VER-15). The policy's action `skip` is applied outside: then this check does not run at all (REV-01).

import { assertNever, type Mutable } from '@nv2/base';
import type { Certificate, CertificateRevocation, RevocationOutcome, RevocationRequest } from '@nv2/pki';
import { revocationFacts, summarizeStatus } from '../certificate-status.ts';
import { summarizeCertificate } from '../certificate-summary.ts';
import { type Check, failed, type Finding, inconclusive, type Interview, type Knowledge, passed } from './check.ts';
import { reasonOf } from './interview.ts';

export const revocationCheck: Check = {
  name: 'revocation',
  validation: 'revocation',
  run({ envelope, chain, at, learned, checkRevocation, signal }) {
    const { interview } = learned;
    if (interview?.capabilities.includes('revocation-check') === true) return askPlugin(interview, learned);
    // OC-12: addresses in certificates that nobody here trusts are not contacted.
    if (learned.anchor === undefined) {
      return inconclusive(
        { code: 'revocation-unknown' },
        'revocation was not asked about, because no certificate of the chain is trusted',
      );
    }
    const { signingScheme, signingTime } = envelope.signed;
    // TSA-36, OC-17: only the signing-authority scheme has a time that revocation may rely on.
    const request: Mutable<RevocationRequest> = { chain, purpose: 'code-signing', at };
    if (learned.vouched !== undefined) request.vouched = learned.vouched;
    if (signingScheme === 'notary.x509.signingAuthority') request.authenticSigningTime = signingTime;
    if (signal !== undefined) request.signal = signal;
    const answer = checkRevocation(request);
    return answer instanceof Promise ? answer.then(toFinding) : toFinding(answer);
  },
};

function toFinding(outcome: RevocationOutcome): Finding {
  const certificates = outcome.certificates.map(summarizeStatus);
  const resultOf = (certificate: Certificate): CertificateRevocation | undefined =>
    outcome.certificates.find((result) => result.certificate === certificate);
  switch (outcome.status) {
    case 'passed':
      return { status: 'passed', certificates };
    case 'revoked': {
      const certificate = summarizeCertificate(outcome.certificate);
      const facts = { code: 'revoked', certificate, ...revocationFacts(resultOf(outcome.certificate)) } as const;
      return { ...failed(facts, `certificate ${certificate.subject} is revoked: ${outcome.reason}`), certificates };
    }
    case 'unknown': {
      // OC-37: the one nearest to the root, as in the reason.
      const open = outcome.certificates.findLast(({ status }) => status === 'unknown');
      const about = open === undefined ? {} : { certificate: summarizeCertificate(open.certificate) };
      return { ...inconclusive({ code: 'revocation-unknown', ...about }, outcome.reason), certificates };
    }
    default:
      return assertNever(outcome);
  }
}

/** PLUG-41, PLUG-45: the plugin's word stands for ours. */
async function askPlugin(interview: Interview, { isAuthentic }: Knowledge): Promise<Finding> {
  const plugin = interview.plugin.name;
  if (!interview.wasAsked && isAuthentic !== true) {
    // OC-08: the policy tolerates a signer that is not trusted; a program that such a signer chose is not run for that.
    const reason = `the plugin ${plugin} was not run, because its signer is not trusted`;
    return { ...inconclusive({ code: 'plugin-withheld', plugin }, reason), atEveryLevel: true };
  }
  const opinion = await interview.ask('revocation-check');
  if ('status' in opinion) return opinion;
  if (opinion.success) return passed;
  const said = reasonOf(opinion);
  return failed(
    { code: 'plugin-revocation', plugin, said },
    `revocation check by the plugin ${plugin} failed, reason: ${said}`,
  );
}
