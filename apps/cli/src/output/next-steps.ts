// The one command that moves a person forward, for each reason a verification can fail.

import { assertNever } from '@nv2/base';
import type { CertificateSummary, FailureFacts } from '@nv2/notary';
import { shellWord } from './words.ts';

export interface NextStepFacts {
  /** As on the command line: `registry/repository@digest` or a layout. */
  readonly subject: string;
  /** What a policy statement for it would name. */
  readonly scope: string;
  /** Where it is, without tag and digest. */
  readonly place: string;
  /** For a file: its signature, and the statement of the policy that was asked for by name. */
  readonly blob?: { readonly signature: string; readonly policyName?: string };
}

/** Commands, most useful first. Only commands that exist. */
export function nextSteps(facts: FailureFacts, at: NextStepFacts): readonly string[] {
  switch (facts.code) {
    case 'no-policy':
    case 'no-statement':
      return trustSigner(facts, at, facts.code === 'no-policy');
    case 'signer-unknown':
      return facts.stores.length === 0
        ? [inspect(at), 'verify with the key or certificate of the signer you expect']
        : [certAdd(facts.root, facts.stores[0]?.split(':')[1]), showPolicy(at)];
    case 'scheme-refused':
      return ['nv2 policy init --help'];
    case 'identity-mismatch':
    case 'policy':
      return [showPolicy(at)];
    case 'trust-store':
      return ['nv2 cert list', `nv2 cert add --type ${facts.store.replace(':', ' --store ')} FILE`];
    case 'altered':
    case 'malformed':
    case 'unreadable':
    case 'wrong-subject':
      return at.blob === undefined
        ? [
            `nv2 list ${shellWord(at.subject)}`,
            'fetch it again; if it stays so, report it to the owner of the registry',
          ]
        : [inspect(at), 'get the file and its signature again from where they came from'];
    case 'expired':
    case 'certificate-expired':
    case 'not-yet-valid':
    case 'timestamp-required':
    case 'timestamp-invalid':
      return ['check the clock, or ask the signer to sign again'];
    case 'revoked':
      return ['contact the signer', inspect(at)];
    case 'revocation-unknown':
      return ['verify again where the servers can be reached, or with --revocation-data DIR', 'nv2 policy show'];
    case 'timestamp-unknown':
      return [showPolicy(at)];
    case 'metadata-mismatch':
    case 'plugin-withheld':
    case 'plugin-identity':
    case 'critical-attribute':
      return [inspect(at)];
    case 'plugin-required':
    case 'plugin-outdated':
      return ['nv2 plugin list', inspect(at)];
    case 'plugin-unsuited':
    case 'plugin-failed':
      return ['nv2 plugin list', 'ask the publisher of the plugin'];
    case 'plugin-revocation':
      return ['contact the signer', inspect(at)];
    case 'unavailable':
      return ['try again later'];
    default:
      return assertNever(facts);
  }
}

function inspect({ subject, blob }: NextStepFacts): string {
  return blob === undefined ? `nv2 inspect ${shellWord(subject)}` : `nv2 blob inspect ${shellWord(blob.signature)}`;
}

function showPolicy({ blob }: NextStepFacts): string {
  return blob === undefined ? 'nv2 policy show' : 'nv2 policy show --kind blob';
}

/** E07: a certificate, then a policy that names its store. After the first alone nothing is trusted (TS-03). */
function trustSigner(
  { leaf, root }: { readonly leaf: CertificateSummary; readonly root: CertificateSummary },
  at: NextStepFacts,
  isFirst: boolean,
): readonly string[] {
  const store = storeNameFor(root);
  const who = `--trust-store ca:${store} --identity ${shellWord(identityFor(leaf))}`;
  const verb = isFirst ? 'init' : 'set';
  if (at.blob !== undefined) {
    const { policyName } = at.blob;
    const what = policyName === undefined ? `--name ${store} --global` : `--name ${shellWord(policyName)}`;
    return [certAdd(root, store), `nv2 policy ${verb} --kind blob ${what} ${who}`];
  }
  const name = isFirst ? '' : ` --name ${store}`;
  return [certAdd(root, store), `nv2 policy ${verb}${name} --scope ${shellWord(at.scope)} ${who}`];
}

function certAdd(root: CertificateSummary, store: string = storeNameFor(root)): string {
  return `nv2 cert add --type ca --store ${store} ${storeNameFor(root)}.crt`;
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
