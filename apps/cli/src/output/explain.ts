// Every check of a signature, for `--explain`: what it established, or why it did not, or why it did not run.

import { assertNever, plainText } from '@nv2/base';
import type { CheckName, CheckResult, SignatureRecord } from '@nv2/notary';
import { certificateLines } from './revocation-lines.ts';
import { countText, formatName, timeText } from './words.ts';

type Outcome = SignatureRecord['outcome'];

/** A line for each check, in the order in which they run, and below it what it looked at. */
export function explainChecks(outcome: Outcome): readonly string[] {
  return outcome.checks.flatMap((check) => [
    `${checkName(check.check)}: ${resultText(check, outcome)}`,
    ...certificateLines('certificates' in check ? (check.certificates ?? []) : []).map((line) => `  ${line}`),
  ]);
}

/** `authentic timestamp` for `authenticTimestamp`. */
export function checkName(check: CheckName): string {
  return check.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function resultText(check: CheckResult, outcome: Outcome): string {
  switch (check.status) {
    case 'passed': {
      const found = foundText(check.check, outcome);
      return found === undefined ? 'passed' : `passed (${found})`;
    }
    case 'skipped':
      return check.because === 'policy' ? 'skipped, as the policy says' : 'not reached, since an earlier check failed';
    case 'failed':
    case 'inconclusive': {
      const word = check.status === 'failed' ? 'failed' : 'not established';
      return `${word}${check.action === 'log' ? ', tolerated by the policy' : ''}: ${check.reason}`;
    }
    default:
      return assertNever(check);
  }
}

/** What a passed check found out, where the outcome says so. */
function foundText(check: CheckName, outcome: Outcome): string | undefined {
  const claims = 'claims' in outcome ? outcome.claims : undefined;
  if (claims === undefined) return undefined;
  const trusted = outcome.verdict === 'trusted' ? outcome : undefined;
  switch (check) {
    case 'integrity': {
      const algorithm = trusted === undefined ? '' : `, ${trusted.envelope.algorithm}`;
      const chain = countText(claims.chain.length, 'certificate');
      return `${formatName(claims.mediaType)}${algorithm}, ${claims.scheme}, a chain of ${chain}`;
    }
    case 'plugin': {
      const plugin = trusted?.envelope.signed.verificationPlugin;
      return trusted === undefined ? undefined : plugin === undefined ? 'none is demanded' : plainText(plugin);
    }
    case 'authenticity':
      return trusted === undefined ? undefined : `${trusted.signer.anchor.subject} by ${trusted.signer.trustedBy}`;
    case 'expiry':
      return claims.expiry === undefined ? 'the signature has no end' : `until ${timeText(claims.expiry)}`;
    case 'authenticTimestamp':
      return timeFound(outcome, claims);
    case 'payload':
      return trusted === undefined ? undefined : `${trusted.target.digest}, ${plainText(trusted.target.mediaType)}`;
    default:
      return undefined;
  }
}

type Claims = NonNullable<Extract<Outcome, { readonly claims?: unknown }>['claims']>;

function timeFound(outcome: Outcome, { hasTimestamp, scheme, signingTime }: Claims): string {
  if (scheme !== 'notary.x509') return `the certificates were valid when it was signed, at ${timeText(signingTime)}`;
  const proven = 'timestamp' in outcome ? outcome.timestamp : undefined;
  if (proven !== undefined) {
    const { earliest, latest, authority } = proven;
    const when =
      earliest.getTime() === latest.getTime()
        ? `at ${timeText(earliest)}`
        : `from ${timeText(earliest)} to ${timeText(latest)}`;
    return `made before a time-stamp ${when} by ${authority[0].subject}`;
  }
  return `the certificates are valid now${hasTimestamp ? ', so the time-stamp does not have to be judged' : ''}`;
}
