// Trust policies as the reference reads them. Documents that installed scripts rely on, with members unknown to the specification or with
// level skip for everything, are read as the reference reads them, with a warning (ADR 8).

import { isNv2Error } from '@nv2/base';
import type { TrustPolicyFile } from '@nv2/config';
import type {
  BlobStatement,
  BlobTrustPolicy,
  OciStatement,
  OciTrustPolicy,
  PolicyKind,
  TrustPolicyDocument,
} from '@nv2/trust';
import { type NotationContext, NotationError } from './command.ts';
import { firstProblem, isMalformed, policyGuide, wordPolicyProblem } from './policy-words.ts';

type DocumentOf<Kind extends PolicyKind> = Kind extends 'oci' ? OciTrustPolicy : BlobTrustPolicy;

/** Why a document is refused: it cannot be read at all, or says something that it must not. */
export interface PolicyRefusal {
  readonly kind: 'malformed' | 'invalid';
  readonly text: string;
}

/** A checked document, or the first thing that is wrong with it. */
export type CheckedPolicy<Kind extends PolicyKind = PolicyKind> =
  | { readonly status: 'valid'; readonly document: DocumentOf<Kind> }
  | { readonly status: 'refused'; readonly refusal: PolicyRefusal };

export async function checkPolicy<Kind extends PolicyKind>(
  bytes: Uint8Array,
  kind: Kind,
): Promise<CheckedPolicy<Kind>> {
  const { parseTrustPolicy, TrustPolicyError } = await import('@nv2/trust');
  try {
    const document: TrustPolicyDocument = parseTrustPolicy(bytes, {
      kind,
      allowUnknownMembers: true,
      allowGlobalSkip: true,
    });
    // The parser gives a document of the kind it is asked for.
    return { status: 'valid', document: document as DocumentOf<Kind> };
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    const first = firstProblem(error.problems);
    if (first === undefined) throw error;
    return isMalformed(first)
      ? { status: 'refused', refusal: { kind: 'malformed', text: `${first.path}: ${first.message}` } }
      : { status: 'refused', refusal: { kind: 'invalid', text: wordPolicyProblem(first, kind) } };
  }
}

/** Says what the reference passes over. */
export function warnAboutPolicy(
  document: TrustPolicyDocument,
  path: string,
  { warn }: Pick<NotationContext, 'warn'>,
): void {
  for (const warning of document.warnings) warn(`${path}: ${warning.path}: ${warning.message}`);
}

/** The policy that verification goes by. @throws NotationError for a missing or invalid one */
export async function requirePolicy<Kind extends PolicyKind>(
  kind: Kind,
  context: NotationContext,
): Promise<DocumentOf<Kind>> {
  const file = await requireFile(kind, context);
  const checked = await checkPolicy(file.bytes, kind);
  if (checked.status === 'valid') {
    warnAboutPolicy(checked.document, file.path, context);
    return checked.document;
  }
  const { refusal } = checked;
  if (refusal.kind === 'invalid') throw new NotationError(refusal.text);
  throw new NotationError(`malformed trust policy. To create a trust policy, see: ${policyGuide}`);
}

async function requireFile(kind: PolicyKind, { services }: NotationContext): Promise<TrustPolicyFile> {
  const config = await services.config();
  try {
    const file = await config.findTrustPolicy(kind);
    if (file !== undefined) return file;
  } catch (error) {
    if (isNv2Error(error, 'CONFIG_FILE_NOT_REGULAR')) {
      throw new NotationError(
        `trust policy is not a regular file (symlinks are not supported). To create a trust policy, see: ${policyGuide}`,
      );
    }
    if (isNv2Error(error, 'CONFIG_FILE_UNREADABLE')) {
      throw new NotationError(
        `unable to read trust policy due to file permissions, please verify the permissions of ${String(error.details['path'])}`,
      );
    }
    throw error;
  }
  throw new NotationError(`trust policy is not present. To create a trust policy, see: ${policyGuide}`);
}

/** Finds the statement for a scope; `artifact` is for the message. */
export type SelectStatement = (scope: string, artifact: string) => OciStatement;

/** @throws NotationError as {@link requirePolicy}, and when no statement applies */
export async function selectPolicyStatement(context: NotationContext): Promise<SelectStatement> {
  const [document, { selectStatement }] = await Promise.all([requirePolicy('oci', context), import('@nv2/trust')]);
  return (scope, artifact) => {
    const statement = selectStatement(document, scope);
    if (statement !== undefined) return statement;
    throw new NotationError(
      `signature verification failed: artifact ${JSON.stringify(artifact)} has no applicable oci trust policy statement. Trust policy applicability for a given artifact is determined by registryScopes. To create a trust policy, see: ${policyGuide}`,
    );
  };
}

/** TP-30, TP-31: the statement of that name, without one the global statement. */
export type SelectBlobStatement = (name: string | undefined) => BlobStatement;

/** @throws NotationError as {@link requirePolicy}, and when no statement applies */
export async function selectBlobPolicyStatement(context: NotationContext): Promise<SelectBlobStatement> {
  const [document, { selectBlobStatement }] = await Promise.all([requirePolicy('blob', context), import('@nv2/trust')]);
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
