// Why a check failed, in the reference's words, which scripts look for. What has no word there is told in ours.

import type { Failure } from '@nv2/notary';
import type { BlobStatement, OciStatement, TrustedIdentity } from '@nv2/trust';
import { compareBytes } from './reference-text/json.ts';
import { rfc1123 } from './reference-text/time.ts';

export interface WordingOptions {
  readonly statement: OciStatement | BlobStatement;
  /** The instant of the verification. */
  readonly at: Date;
}

/** The text behind `Failure reason: ` and `failed with error: `. */
export function wordFailure(failure: Failure, { statement, at }: WordingOptions): string {
  const { check, facts, reason } = failure;
  switch (facts.code) {
    case 'altered':
      return `signature is invalid. Error: ${reason}`;
    case 'malformed':
      return check === 'integrity' ? `unable to parse the digital signature, error : ${reason}` : reason;
    case 'unreadable':
    case 'unavailable':
      return `unable to retrieve the digital signature from the registry: ${reason}`;
    case 'trust-store':
      return wordStoreProblem(facts.store, reason);
    case 'signer-unknown':
      return facts.stores.length === 0
        ? 'no trusted certificates are found to verify authenticity'
        : "the signature's certificate chain does not contain any trusted certificate";
    case 'identity-mismatch':
      return `signing certificate from the digital signature does not match the X.509 trusted identities ${listIdentities(statement.trustedIdentities)} defined in the trust policy ${quote(statement.name)}`;
    case 'expired':
      return `digital signature has expired on ${quote(rfc1123(facts.expiry))}`;
    case 'not-yet-valid':
    case 'certificate-expired':
      return wordValidity(facts, at);
    case 'timestamp-required':
      return 'no timestamp countersignature was found in the signature envelope';
    case 'timestamp-invalid':
      // A genuine token whose time or authority does not count is not a broken one.
      return facts.timestamp === undefined
        ? `failed to verify the timestamp countersignature with error: ${reason}`
        : reason;
    case 'revoked':
      return `signing certificate with subject ${quote(facts.certificate.subject)} is revoked`;
    case 'revocation-unknown':
      return facts.certificate === undefined
        ? reason
        : `signing certificate with subject ${quote(facts.certificate.subject)} revocation status is unknown`;
    case 'plugin-outdated':
      return `found plugin ${facts.plugin} with version ${facts.version} but signature verification needs plugin version greater than or equal to ${facts.wanted}`;
    // Spelt as scripts look for it.
    case 'plugin-identity':
      return `trusted identify verification by plugin ${quote(facts.plugin)} failed with reason ${facts.said}`;
    case 'plugin-revocation':
      return `revocation check by verification plugin ${quote(facts.plugin)} failed with reason ${facts.said}`;
    case 'wrong-subject':
      return statement.kind === 'blob'
        ? 'integrity check failed. signature does not match the given blob'
        : 'content descriptor mismatch';
    case 'metadata-mismatch':
      return 'unable to find specified metadata in the signature';
    default:
      return reason;
  }
}

/** Whether what is wrong with a store is that it, or every certificate in it, is missing. */
export function isStoreMissing(reason: string): boolean {
  return /does not exist|not found|no trust store/.test(reason);
}

/** @param store `type:name` */
export function wordStoreProblem(store: string, reason: string): string {
  if (!isStoreMissing(reason)) return reason;
  const [type = '', name = ''] = store.split(':');
  return `the trust store ${quote(name)} of type ${quote(type)} does not exist`;
}

type ValidityFacts = Extract<Failure['facts'], { readonly code: 'not-yet-valid' | 'certificate-expired' }>;

function wordValidity({ code, certificate, at: judgedFor }: ValidityFacts, at: Date): string {
  const subject = quote(certificate.subject);
  if (judgedFor.getTime() !== at.getTime()) {
    // Only a signing authority's time is another than the present.
    return `certificate ${subject} was not valid when the digital signature was produced at ${quote(rfc1123(judgedFor))}`;
  }
  return code === 'not-yet-valid'
    ? `verification time is before certificate ${subject} validity period, it will be valid from ${quote(rfc1123(certificate.notBefore))}`
    : `verification time is after certificate ${subject} validity period, it was expired at ${quote(rfc1123(certificate.notAfter))}`;
}

/** As the reference prints a list of maps with quotes. */
function listIdentities(identities: readonly TrustedIdentity[]): string {
  const maps = identities.flatMap((identity) => {
    if (identity.kind !== 'x509.subject') return [];
    const sorted = Array.from(identity.attributes).toSorted(([a], [b]) => compareBytes(a, b));
    return [`map[${sorted.map(([type, value]) => `${quote(type)}:${quote(value)}`).join(' ')}]`];
  });
  return `[${maps.join(' ')}]`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
