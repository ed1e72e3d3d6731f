// The OCI trust policy as the reference reads it, and its words for what is wrong with one.

import { isNv2Error } from '@nv2/base';
import type { BlobStatement, BlobTrustPolicy, OciStatement, OciTrustPolicy, PolicyProblem } from '@nv2/trust';
import { type NotationContext, NotationError } from './command.ts';

const guide = 'https://notaryproject.dev/docs/quickstart/#create-a-trust-policy';

/** Finds the statement for a scope; `artifact` is for the message. */
export type SelectStatement = (scope: string, artifact: string) => OciStatement;

/** @throws NotationError for a missing or invalid policy */
export async function selectPolicyStatement(context: NotationContext): Promise<SelectStatement> {
  const document = await readPolicy('oci', context);
  const { selectStatement } = await import('@nv2/trust');
  return (scope, artifact) => {
    const statement = selectStatement(document, scope);
    if (statement !== undefined) return statement;
    throw new NotationError(
      `signature verification failed: artifact ${JSON.stringify(artifact)} has no applicable oci trust policy statement. Trust policy applicability for a given artifact is determined by registryScopes. To create a trust policy, see: ${guide}`,
    );
  };
}

/** TP-30, TP-31: the statement of that name, without one the global statement. */
export type SelectBlobStatement = (name: string | undefined) => BlobStatement;

/** @throws NotationError for a missing or invalid policy */
export async function selectBlobPolicyStatement(context: NotationContext): Promise<SelectBlobStatement> {
  const document = await readPolicy('blob', context);
  const { selectBlobStatement } = await import('@nv2/trust');
  return (name) => {
    // TP-32: as the reference does, but only for the empty name, which is how its flag says that none was given.
    const wanted = name === '' ? undefined : name;
    if (wanted?.trim() === '') throw new NotationError('signature verification failed: policy name cannot be empty');
    const statement = selectBlobStatement(document, wanted);
    if (statement !== undefined) return statement;
    const missing =
      wanted === undefined
        ? 'no global blob trust policy'
        : `no applicable blob trust policy with name ${JSON.stringify(wanted)}`;
    throw new NotationError(`signature verification failed: ${missing}`);
  };
}

async function readPolicy(kind: 'oci', context: NotationContext): Promise<OciTrustPolicy>;
async function readPolicy(kind: 'blob', context: NotationContext): Promise<BlobTrustPolicy>;
async function readPolicy(
  kind: 'oci' | 'blob',
  { services, warn }: NotationContext,
): Promise<OciTrustPolicy | BlobTrustPolicy> {
  const file = await findPolicy(kind, services);
  const { parseTrustPolicy, TrustPolicyError } = await import('@nv2/trust');
  try {
    // ADR 8: documents that installed scripts rely on are read as the reference reads them, with a warning.
    const document = parseTrustPolicy(file.bytes, { kind, allowUnknownMembers: true, allowGlobalSkip: true });
    for (const { path, message } of document.warnings) warn(`${file.path}: ${path}: ${message}`);
    if (document.kind === kind) return document;
    throw new TypeError('a policy was read as one of another kind');
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    const [first] = error.problems.filter((problem) => problem.severity === 'error');
    throw new NotationError(first === undefined ? error.message : wordProblem(first, kind));
  }
}

async function findPolicy(
  kind: 'oci' | 'blob',
  services: NotationContext['services'],
): Promise<{ readonly bytes: Uint8Array; readonly path: string }> {
  const config = await services.config();
  try {
    const file = await config.findTrustPolicy(kind);
    if (file !== undefined) return file;
  } catch (error) {
    if (isNv2Error(error, 'CONFIG_FILE_NOT_REGULAR')) {
      throw new NotationError(
        `trust policy is not a regular file (symlinks are not supported). To create a trust policy, see: ${guide}`,
      );
    }
    if (isNv2Error(error, 'CONFIG_FILE_UNREADABLE')) {
      throw new NotationError(
        `unable to read trust policy due to file permissions, please verify the permissions of ${config.directories.notationConfig}/trustpolicy.${kind}.json`,
      );
    }
    throw error;
  }
  throw new NotationError(`trust policy is not present. To create a trust policy, see: ${guide}`);
}

const scopeForm =
  'make sure it is a fully qualified repository without the scheme, protocol or tag. For example domain.com/my/repository or a local scope like local/myOCILayout';

function wordProblem(problem: PolicyProblem, kind: 'oci' | 'blob'): string {
  const { code, message, rule } = problem;
  const statement = JSON.stringify(problem.statement ?? '');
  const value = JSON.stringify(problem.value ?? '');
  const of = `trust policy statement ${statement}`;
  switch (code) {
    case 'json-malformed':
    case 'member-type':
      return `malformed trust policy. To create a trust policy, see: ${guide}`;
    case 'scope-repeated':
      return `registry scope ${value} is present in multiple oci trust policy statements, one registry scope value can only be associated with one statement`;
    case 'name-repeated':
      return `multiple ${kind} trust policy statements use the same name ${value}, statement names must be unique`;
    case 'global-repeated':
      return 'multiple blob trust policy statements have globalPolicy set to true. Only one trust policy statement can be marked as global policy';
    case 'scopes-missing':
      return `oci ${of} has zero registry scopes, it must specify registry scopes with at least one value`;
    case 'scope-wildcard-not-alone':
      return `oci ${of} uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values`;
    case 'scope-wildcard-partial':
      return `registry scope ${value} with wild card(s) is not valid, ${scopeForm}`;
    case 'scope-malformed':
      return `registry scope ${value} is not valid, ${scopeForm}`;
    case 'trust-missing':
      return `${of} is either missing trust stores or trusted identities, both must be specified`;
    case 'store-malformed':
      return `${of} has malformed trust store value ${value}. The required format is <TrustStoreType>:<TrustStoreName>`;
    case 'store-name':
      return `${of} uses an unsupported trust store name ${JSON.stringify(problem.related ?? '')} in trust store value ${value}. Named store name needs to follow [a-zA-Z0-9_.-]+ format`;
    case 'identity-no-separator':
      return `${of} has trusted identity ${value} missing separator`;
    case 'identity-empty':
      return `${of} has an empty trusted identity`;
    case 'identity-wildcard-not-alone':
      return `${of} uses a wildcard trusted identity '*', a wildcard identity cannot be used in conjunction with other values`;
    case 'identity-overlap':
      return `${of} has overlapping x509 trustedIdentities, ${value} overlaps with ${JSON.stringify(problem.related ?? '')}`;
    case 'name-attribute-missing':
      return `distinguished name (DN) ${JSON.stringify(withoutPrefix(problem.value ?? ''))} has no mandatory RDN attribute for ${JSON.stringify(problem.related ?? '')}, it must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a minimum`;
    case 'override-integrity':
      return '"integrity" verification can not be overridden in custom signature verification';
    default:
      return `${problem.statement === undefined ? 'trust policy' : of}: ${message} (${rule})`;
  }
}

/** The name as written, its leading space kept. */
function withoutPrefix(identity: string): string {
  return identity.replace(/^x509\.subject:/, '');
}
