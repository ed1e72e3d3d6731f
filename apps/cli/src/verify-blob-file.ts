// Verifying one file against the signature files that belong to it.

import { basename, dirname, join } from 'node:path';
import type { ArtifactOutcome, SignatureRecord, UntrustedSignature, VerificationTrust } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import type { ReadSignatureFile } from './blob.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { resolvePath } from './files.ts';
import type { RevocationFlags } from './revocation-choice.ts';
import { verificationBasics } from './verify-stored.ts';

export interface VerifyBlobFileRequest {
  /** `-` for standard input. */
  readonly file: string;
  /** The signature file; without it those beside the file, or in `signatureDirectory`. */
  readonly signature?: string | undefined;
  readonly signatureDirectory?: string | undefined;
  readonly signatureFormat?: 'jws' | 'cose' | undefined;
  readonly mediaType?: string | undefined;
  readonly userMetadata?: Readonly<Record<string, string>> | undefined;
  readonly pluginConfig?: Readonly<Record<string, string>> | undefined;
  readonly trust: VerificationTrust;
  readonly revocation?: RevocationFlags;
}

export type BlobFileOutcome =
  /** The paths where a signature file was looked for. */
  | { readonly status: 'no-signature'; readonly lookedAt: readonly string[] }
  | {
      readonly status: 'judged';
      readonly outcome: ArtifactOutcome;
      /** What was signed, where that is known to be this file. */
      readonly descriptor?: Descriptor;
      /** Signature files by the digests that stand for them in the outcome. */
      readonly names: ReadonlyMap<string, string>;
      /** The signature file that counts. */
      readonly signature: string;
    };

/** Tries each signature file until one is trusted. @throws CliError `CLI_FILE_UNREADABLE`, `CLI_USAGE` */
export async function verifyBlobFile(request: VerifyBlobFileRequest, context: Context): Promise<BlobFileOutcome> {
  const { openBlob } = await import('./blob.ts');
  await using blob = await openBlob(request.file, context);
  const candidates = await findCandidates(request, context);
  if (candidates.found.length === 0) return { status: 'no-signature', lookedAt: candidates.lookedAt };
  context.progress(`reading ${request.file}`);
  const tried: Tried[] = [];
  for (const path of candidates.found) {
    const one = await tryFile(path, blob.content, request, context);
    tried.push(one);
    if (one.outcome.verdict === 'trusted') break;
  }
  const [first, ...others] = tried;
  if (first === undefined) throw new TypeError('a signature file was found and not tried');
  const best = others.reduce((one, other) => (rankOf(other.outcome) > rankOf(one.outcome) ? other : one), first);
  const signatures = tried.flatMap(({ outcome }) => outcome.signatures);
  const { descriptor } = best;
  return {
    status: 'judged',
    outcome: { ...best.outcome, signatures },
    names: new Map(tried.map(({ path, digest }) => [digest, path])),
    signature: best.path,
    ...(descriptor === undefined ? {} : { descriptor }),
  };
}

interface Tried {
  readonly path: string;
  readonly digest: string;
  readonly outcome: ArtifactOutcome;
  readonly descriptor?: Descriptor;
}

async function tryFile(
  path: string,
  content: Parameters<typeof import('@nv2/notary').verifyBlob>[0]['content'],
  request: VerifyBlobFileRequest,
  context: Context,
): Promise<Tried> {
  const [{ verifyBlob }, { toArtifactOutcome }, { digestOf }] = await Promise.all([
    import('@nv2/notary'),
    import('./single-signature.ts'),
    import('@nv2/oci'),
  ]);
  const { bytes, format } = await readSignature(path, request, context);
  const { mediaType, trust } = request;
  const outcome = await verifyBlob({
    ...verificationBasics(request, context),
    content,
    envelope: bytes,
    envelopeMediaType: format.mediaType,
    ...(mediaType === undefined ? {} : { mediaType }),
  });
  const signature = { mediaType: format.mediaType, digest: digestOf(bytes), size: bytes.length };
  const target = outcome.verdict === 'trusted' ? outcome.target : undefined;
  // Where the file is not what was signed there is nothing to describe it by: its digest would depend on the signer's key.
  const subject = target ?? signature;
  return {
    path,
    digest: signature.digest,
    outcome: toArtifactOutcome(outcome, { subject, signature, trust }),
    ...(target === undefined ? {} : { descriptor: target }),
  };
}

async function readSignature(
  path: string,
  { signatureFormat }: VerifyBlobFileRequest,
  { io }: Context,
): Promise<ReadSignatureFile> {
  const [{ readSignatureFile }, { findFormat }] = await Promise.all([import('./blob.ts'), import('@nv2/envelope')]);
  const mediaType = signatureFormat === undefined ? undefined : findFormat(signatureFormat)?.mediaType;
  return readSignatureFile(path, { io, ...(mediaType === undefined ? {} : { mediaType }) });
}

async function findCandidates(
  { file, signature, signatureDirectory }: VerifyBlobFileRequest,
  { io }: Context,
): Promise<{ readonly found: readonly string[]; readonly lookedAt: readonly string[] }> {
  if (signature !== undefined) return { found: [signature], lookedAt: [signature] };
  if (file === '-')
    throw new CliError('CLI_USAGE', 'standard input has no signature beside it', { hint: 'Add -s FILE.' });
  const [{ isTaken }, { builtinFormats }, { signatureFileName }] = await Promise.all([
    import('./blob.ts'),
    import('@nv2/envelope'),
    import('@nv2/notary'),
  ]);
  const directory = signatureDirectory ?? dirname(file);
  const lookedAt = builtinFormats.map((format) => join(directory, signatureFileName(basename(file), format)));
  const isThere = await Promise.all(lookedAt.map((path) => isTaken(resolvePath(io.cwd, path))));
  return { found: lookedAt.filter((_, index) => isThere[index]), lookedAt };
}

/** Trusted before not verified before untrusted; of two untrusted the one that came further. */
function rankOf(outcome: ArtifactOutcome): number {
  if (outcome.verdict === 'trusted') return 100;
  if (outcome.verdict === 'not-verified') return 99;
  return outcome.why.code === 'all-failed' ? stepsOf(outcome.why.best) : -1;
}

function stepsOf({ outcome }: SignatureRecord<UntrustedSignature>): number {
  return outcome.checks.indexOf(outcome.failures[0]);
}
