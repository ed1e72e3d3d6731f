// The one command that moves a person forward, for each reason a verification can fail.

import { assertNever, plainText } from '@nv2/base';
import type { CertificateSummary, FailureFacts } from '@nv2/notary';
import { certificateText, shellWord, timeText } from './words.ts';

export interface NextStepFacts {
  /** As on the command line: `registry/repository@digest` or a layout. */
  readonly subject: string;
  /** What a policy statement for it would name. */
  readonly scope: string;
  /** Where it is, without tag and digest. */
  readonly place: string;
}

/** Lines for `why:`: what the person must learn beyond the reason itself. */
export function explainFailure(facts: FailureFacts): readonly string[] {
  switch (facts.code) {
    case 'no-policy':
      return [...signerLines(facts), compareFirst(facts.root)];
    case 'no-statement':
      return [...signerLines(facts), compareFirst(facts.root)];
    case 'signer-unknown':
      return [...signerLines(facts), ...(facts.stores.length === 0 ? [] : [`looked in: ${facts.stores.join(', ')}`])];
    case 'identity-mismatch':
      return [
        `identity found: ${plainText(facts.found, 600)}`,
        ...facts.wanted.map((wanted) => `identity wanted: ${plainText(wanted, 600)}`),
      ];
    case 'expired':
      return [`the signature expired at ${timeText(facts.expiry)}; the local clock says ${timeText(facts.at)}`];
    case 'not-yet-valid':
    case 'certificate-expired':
      return [
        `${certificateText(facts.certificate)} is valid from ${timeText(facts.certificate.notBefore)} to ${timeText(facts.certificate.notAfter)}`,
        `judged at ${timeText(facts.at)}`,
        ...(facts.hasTimestamp
          ? []
          : ['the signature has no time-stamp, which could have shown that it was made in time']),
      ];
    case 'revoked':
      return [`revoked: ${certificateText(facts.certificate)}`];
    case 'wrong-subject':
      return [
        `expected ${facts.expected.digest}, ${facts.expected.size} bytes, ${plainText(facts.expected.mediaType ?? 'any media type')}`,
        `signed   ${facts.found.digest}, ${facts.found.size} bytes, ${plainText(facts.found.mediaType ?? 'no media type')}`,
      ];
    case 'metadata-mismatch':
      return facts.missing.map((pair) => `not signed: ${plainText(pair)}`);
    default:
      return [];
  }
}

/** Commands, most useful first. Only commands that exist. */
export function nextSteps(facts: FailureFacts, at: NextStepFacts): readonly string[] {
  switch (facts.code) {
    case 'no-policy':
    case 'no-statement':
      return trustSigner(facts, at, facts.code === 'no-policy');
    case 'signer-unknown':
      return facts.stores.length === 0
        ? ['verify with the key or certificate of the signer you expect']
        : [certAdd(facts.root, facts.stores[0]?.split(':')[1]), 'nv2 policy show'];
    case 'scheme-refused':
      return ['nv2 policy init --help'];
    case 'identity-mismatch':
    case 'policy':
      return ['nv2 policy show'];
    case 'trust-store':
      return [`nv2 cert list`, `nv2 cert add --type ${facts.store.replace(':', ' --store ')} FILE`];
    case 'altered':
    case 'malformed':
    case 'unreadable':
    case 'wrong-subject':
      return [
        `nv2 list ${shellWord(at.subject)}`,
        'fetch it again; if it stays so, report it to the owner of the registry',
      ];
    case 'expired':
    case 'certificate-expired':
    case 'not-yet-valid':
    case 'timestamp-required':
    case 'timestamp-invalid':
      return ['check the clock, or ask the signer to sign again'];
    case 'revoked':
      return ['contact the signer'];
    case 'revocation-unknown':
    case 'timestamp-unknown':
      return ['nv2 policy show'];
    case 'metadata-mismatch':
      return [`nv2 inspect ${shellWord(at.subject)}`];
    case 'unavailable':
      return ['try again later'];
    case 'plugin-required':
    case 'critical-attribute':
      return [`nv2 inspect ${shellWord(at.subject)}`];
    default:
      return assertNever(facts);
  }
}

/** E07: a certificate, then a policy that names its store. After the first alone nothing is trusted (TS-03). */
function trustSigner(
  { leaf, root }: { readonly leaf: CertificateSummary; readonly root: CertificateSummary },
  at: NextStepFacts,
  isFirst: boolean,
): readonly string[] {
  const store = storeNameFor(root);
  const statement = `--scope ${shellWord(at.scope)} --trust-store ca:${store} --identity ${shellWord(identityFor(leaf))}`;
  return [
    certAdd(root, store),
    isFirst ? `nv2 policy init ${statement}` : `nv2 policy set --name ${store} ${statement}`,
  ];
}

function certAdd(root: CertificateSummary, store: string = storeNameFor(root)): string {
  return `nv2 cert add --type ca --store ${store} ${storeNameFor(root)}.crt`;
}

// R5: what travelled in the signature is shown, never taken over.
function compareFirst(root: CertificateSummary): string {
  return `trust that root only if the signer tells you its fingerprint by another way: sha256:${root.fingerprint}`;
}

/** A store name out of the certificate's common name: the certificate is a stranger's, so only plain characters stay. */
function storeNameFor(certificate: CertificateSummary): string {
  const [, name = 'signer'] = /(?:^|,)CN=([^,+]+)/.exec(certificate.subject) ?? [];
  const clean = name
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 64);
  return clean === '' ? 'signer' : clean;
}

/** The policy's identities need C, ST and O; a name without them can only be accepted as any identity under the store. */
function identityFor(leaf: CertificateSummary): string {
  const hasAll = ['C', 'ST', 'O'].every((name) => new RegExp(`(?:^|,)${name}=`).test(leaf.subject));
  return hasAll ? `x509.subject: ${leaf.subject}` : '*';
}

function signerLines({
  leaf,
  root,
}: {
  readonly leaf: CertificateSummary;
  readonly root: CertificateSummary;
}): readonly string[] {
  return [`signed by ${certificateText(leaf)}`, `under root ${certificateText(root)}`];
}
