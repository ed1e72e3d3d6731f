// Revocation (VER-15). The policy's action `skip` is applied outside: then this check does not run at all (REV-01).

import { assertNever } from '@nv2/base';
import { summarizeCertificate } from '../certificate-summary.ts';
import { type Check, failed, inconclusive, passed } from './check.ts';

export const revocationCheck: Check = {
  name: 'revocation',
  validation: 'revocation',
  async run({ envelope, chain, at, learned, checkRevocation, signal }) {
    // OC-12: addresses in certificates that nobody here trusts are not contacted.
    if (learned.anchor === undefined) {
      return inconclusive(
        { code: 'revocation-unknown' },
        'revocation was not asked about, because no certificate of the chain is trusted',
      );
    }
    const { signingScheme, signingTime } = envelope.signed;
    // TSA-36, OC-17: only the signing-authority scheme has a time that revocation may rely on.
    const authentic = signingScheme === 'notary.x509.signingAuthority' ? { authenticSigningTime: signingTime } : {};
    const outcome = await checkRevocation({
      chain,
      purpose: 'code-signing',
      at,
      ...authentic,
      ...(signal ? { signal } : {}),
    });
    switch (outcome.status) {
      case 'passed':
        return passed;
      case 'revoked': {
        const certificate = summarizeCertificate(outcome.certificate);
        return failed(
          { code: 'revoked', certificate },
          `certificate ${certificate.subject} is revoked: ${outcome.reason}`,
        );
      }
      case 'unknown':
        return inconclusive({ code: 'revocation-unknown' }, outcome.reason);
      default:
        return assertNever(outcome);
    }
  },
};
