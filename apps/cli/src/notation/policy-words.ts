// What is wrong with a trust policy, in the reference's words. It tells one thing at a time and looks in an order of its own:
// the document, then each statement, then all scopes.

import type { PolicyKind, PolicyProblem, PolicyProblemCode } from '@nv2/trust';

export const policyGuide = 'https://notaryproject.dev/docs/quickstart/#create-a-trust-policy';

/** It is not JSON, or a member has the wrong type: the reference cannot even read such a document. */
export function isMalformed({ code }: PolicyProblem): boolean {
  return code === 'json-malformed' || code === 'member-type';
}

/** The problem that the reference would tell; `undefined` when there is no error. */
export function firstProblem(problems: readonly PolicyProblem[]): PolicyProblem | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return errors.find(isMalformed) ?? errors.toSorted((a, b) => compareRanks(rankOf(a), rankOf(b)))[0];
}

type Rank = readonly [phase: number, statement: number, step: number];

function rankOf({ path, code }: PolicyProblem): Rank {
  const [, index] = /^\$\.trustPolicies\[(\d+)\]/.exec(path) ?? [];
  const step = order.indexOf(code);
  if (index === undefined) return [0, 0, path.endsWith('version') ? 0 : 1];
  if (code === 'scope-repeated') return [3, 0, step];
  return [code.startsWith('scope') ? 2 : 1, Number(index), step];
}

/** Within a statement. What is not listed comes first: it is about the name or the level. */
const order: readonly PolicyProblemCode[] = [
  'name-repeated',
  'name-empty',
  'level-unknown',
  'override-of-skip',
  'override-unknown',
  'override-action',
  'override-integrity',
  'timestamp-unknown',
  'skip-with-trust',
  'trust-missing',
  'store-malformed',
  'store-type',
  'store-name',
  'identity-wildcard-not-alone',
  'identity-empty',
  'identity-no-separator',
  'identity-no-value',
  'name-syntax',
  'name-attribute-missing',
  'identity-overlap',
  'global-repeated',
  'skip-global',
  'scopes-missing',
  'scope-wildcard-not-alone',
  'scope-wildcard-partial',
  'scope-malformed',
  'scope-repeated',
];

function compareRanks(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The text of a validation failure. */
export function wordPolicyProblem(problem: PolicyProblem, kind: PolicyKind): string {
  const { message, rule, path } = problem;
  const ofDocument = wordDocumentProblem(problem, kind) ?? wordScopeProblem(problem);
  if (ofDocument !== undefined) return ofDocument;
  const ofStatement = wordStatementProblem(problem);
  return `${kind} trust policy: ${ofStatement ?? `${path}: ${message} (${rule})`}`;
}

function wordDocumentProblem({ code, path, value = '' }: PolicyProblem, kind: PolicyKind): string | undefined {
  const document = `${kind} trust policy document`;
  switch (code) {
    case 'version-unsupported':
      return value === ''
        ? `${document} has empty version, version must be specified`
        : `${document} uses unsupported version ${quote(value)}`;
    case 'statements-missing':
      return `${document} can not have zero trust policy statements`;
    case 'name-repeated':
      return `multiple ${kind} trust policy statements use the same name ${quote(value)}, statement names must be unique`;
    case 'global-repeated':
      return 'multiple blob trust policy statements have globalPolicy set to true. Only one trust policy statement can be marked as global policy';
    case 'member-missing':
      if (path === '$.version') return `${document} has empty version, version must be specified`;
      return path === '$.trustPolicies' ? `${document} can not have zero trust policy statements` : undefined;
    default:
      return undefined;
  }
}

const scopeForm =
  'make sure it is a fully qualified repository without the scheme, protocol or tag. For example domain.com/my/repository or a local scope like local/myOCILayout';

function wordScopeProblem({ code, statement = '', value = '' }: PolicyProblem): string | undefined {
  const start = `oci trust policy statement ${quote(statement)}`;
  switch (code) {
    case 'scopes-missing':
      return `${start} has zero registry scopes, it must specify registry scopes with at least one value`;
    case 'scope-wildcard-not-alone':
      return `${start} uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values`;
    case 'scope-wildcard-partial':
      return `registry scope ${quote(value)} with wild card(s) is not valid, ${scopeForm}`;
    case 'scope-malformed':
      return `registry scope ${quote(value)} is not valid, ${scopeForm}`;
    case 'scope-repeated':
      return `registry scope ${quote(value)} is present in multiple oci trust policy statements, one registry scope value can only be associated with one statement`;
    default:
      return undefined;
  }
}

function wordStatementProblem(problem: PolicyProblem): string | undefined {
  const { code, path, statement = '', value = '', related = '' } = problem;
  const start = `trust policy statement ${quote(statement)}`;
  const nameless = 'a trust policy statement is missing a name, every statement requires a name';
  switch (code) {
    case 'name-empty':
      return nameless;
    case 'member-missing':
      if (path.endsWith('.name')) return nameless;
      return `${start} has invalid signatureVerification: signature verification level is empty or missing in the trust policy statement`;
    case 'skip-with-trust':
      return `${start} is set to skip signature verification but configured with trust stores and/or trusted identities, remove them if signature verification needs to be skipped`;
    case 'trust-missing':
      return `${start} is either missing trust stores or trusted identities, both must be specified`;
    case 'store-malformed':
      return `${start} has malformed trust store value ${quote(value)}. The required format is <TrustStoreType>:<TrustStoreName>`;
    case 'store-type':
      return `${start} uses an unsupported trust store type ${quote(related)} in trust store value ${quote(value)}`;
    case 'store-name':
      return `${start} uses an unsupported trust store name ${quote(related)} in trust store value ${quote(value)}. Named store name needs to follow [a-zA-Z0-9_.-]+ format`;
    default: {
      const verification = wordVerificationProblem(problem);
      if (verification !== undefined) return `${start} has invalid signatureVerification: ${verification}`;
      const identity = wordIdentityProblem(problem);
      return identity === undefined ? undefined : `${start} ${identity}`;
    }
  }
}

const validationTypes = '["integrity" "authenticity" "authenticTimestamp" "expiry" "revocation"]';

function wordVerificationProblem({ code, value = '', related = '' }: PolicyProblem): string | undefined {
  switch (code) {
    case 'level-unknown':
      return value === ''
        ? 'signature verification level is empty or missing in the trust policy statement'
        : `invalid signature verification level ${quote(value)}`;
    case 'override-of-skip':
      return `signature verification level "skip" can't be used to customize signature verification`;
    case 'override-integrity':
      return '"integrity" verification can not be overridden in custom signature verification';
    case 'override-unknown':
      return `verification type ${quote(value)} in custom signature verification is not supported, supported values are ${validationTypes}`;
    case 'override-action':
      return value === 'skip'
        ? `${quote(related)} verification can not be skipped in custom signature verification`
        : `verification action ${quote(value)} in custom signature verification is not supported, supported values are ["enforce" "log" "skip"]`;
    case 'timestamp-unknown':
      return `verifyTimestamp must be "always" or "afterCertExpiry", but got ${quote(value)}`;
    default:
      return undefined;
  }
}

function wordIdentityProblem({ code, message, value = '', related = '' }: PolicyProblem): string | undefined {
  const start = `has trusted identity ${quote(value)}`;
  const name = quote(value.replace(/^x509\.subject:/, ''));
  const invalid = (why: string): string => `${start} with invalid identity value: ${why}`;
  switch (code) {
    case 'identity-wildcard-not-alone':
      return `uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values`;
    case 'identity-empty':
      return 'has an empty trusted identity';
    case 'identity-no-separator':
      return `${start} missing separator`;
    case 'identity-no-value':
      return `${start} without an identity value`;
    case 'identity-overlap': {
      // The wider of the two is told first.
      const [wide, narrow] = countAttributes(value) < countAttributes(related) ? [value, related] : [related, value];
      return `has overlapping x509 trustedIdentities, ${quote(wide)} overlaps with ${quote(narrow)}`;
    }
    case 'name-hexadecimal':
      return invalid(
        `unsupported distinguished name (DN) ${name}: notation does not support x509.subject identities containing "=#"`,
      );
    case 'name-multi-valued':
      return invalid(
        `distinguished name (DN) ${name} has multi-valued RDN attributes, remove multi-valued RDN attributes as they are not supported`,
      );
    case 'name-type-repeated':
      return invalid(
        `distinguished name (DN) ${name} has duplicate RDN attribute for ${quote(related)}, DN can only have unique RDN attributes`,
      );
    case 'name-attribute-missing':
      return invalid(
        `distinguished name (DN) ${name} has no mandatory RDN attribute for ${quote(related)}, it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum`,
      );
    case 'name-syntax':
    case 'name-value-empty':
      return invalid(
        `parsing distinguished name (DN) ${name} failed with err: ${message}. A valid DN must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum, and follow RFC 4514 standard`,
      );
    default:
      return undefined;
  }
}

/** How many attributes an identity demands; in one that was understood, an unescaped comma ends each but the last. */
function countAttributes(identity: string): number {
  return Array.from(identity.matchAll(/(?<!\\),/g)).length;
}

const quote = (text: string): string => JSON.stringify(text);
