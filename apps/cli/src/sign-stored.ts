// Signing what is in a registry or layout: one artifact, or an index with everything in it. The key is open already.

import type { IndexMember } from '@nv2/content';
import type { SigningOptions } from '@nv2/notary';
import type { Descriptor, Platform } from '@nv2/oci';
import type { Certificate } from '@nv2/pki';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { signingConcurrency } from './limits.ts';
import { failureOf } from './report-failure.ts';
import type { RegistryAccess } from './services.ts';
import type { OpenSubject } from './stores/place.ts';
import type { Subject } from './subject.ts';

/** An artifact that has a signature of our key now. */
export interface SignedArtifact {
  /** `present`: it had one already, and none was made. */
  readonly status: 'signed' | 'present';
  /** By digest. */
  readonly subject: string;
  readonly descriptor: Descriptor;
  /** Reference of the signature manifest, when it is stored. */
  readonly signature?: string;
  /** Path of the envelope, when it was written. */
  readonly file?: string;
  /** The signing certificate of a signature that was made now. */
  readonly signer?: Certificate;
  /** As the index says, for what is inside one. */
  readonly platform?: Platform;
}

/** One artifact of a run with several that could not be signed, while others could. */
export interface UnsignedArtifact {
  readonly status: 'failed';
  /** By digest where it is known, else as it was named. */
  readonly subject: string;
  readonly platform?: Platform;
  readonly error: unknown;
}

export type SigningResult = SignedArtifact | UnsignedArtifact;

export interface StoredSigning {
  readonly signing: SigningOptions;
  readonly access: RegistryAccess;
  readonly ifMissing: boolean;
  readonly context: Context;
}

/** Opens the place of a subject, resolves what it names (SIGN-01), and hands both on while the place is open. */
export async function withSubject<Result>(
  subject: Subject,
  { access, context }: Pick<StoredSigning, 'access' | 'context'>,
  use: (opened: OpenSubject, resolved: Resolved) => Promise<Result>,
): Promise<Result> {
  const { io, services } = context;
  const { describeTag, openSubject, resolveSubject } = await import('./stores/open.ts');
  await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
  context.progress(`resolving ${subject.text}`);
  const resolved = await resolveSubject(opened, { signal: io.signal });
  if (opened.digest === undefined) {
    context.warn(`${describeTag(opened)} can be moved to something else; what is signed is the digest`);
  }
  // Awaited, so that the place stays open meanwhile.
  return await use(opened, resolved);
}

type Resolved = Awaited<ReturnType<typeof import('./stores/open.ts').resolveSubject>>;

/** Signs one artifact and stores the signature beside it, unless `ifMissing` finds that there is one. */
export async function signOpened(
  opened: OpenSubject,
  descriptor: Descriptor,
  stored: StoredSigning,
): Promise<SignedArtifact> {
  const { signing, ifMissing, context } = stored;
  const subject = opened.nameOf(descriptor.digest);
  const existing = ifMissing ? await findOwnSignature(opened, descriptor, stored) : undefined;
  if (existing !== undefined) {
    return { status: 'present', subject, descriptor, signature: opened.nameOf(existing.digest) };
  }
  context.progress(`signing ${subject}`);
  const { sign } = await import('@nv2/notary');
  const { signature, signer } = await sign({
    ...signing,
    store: opened.store,
    subject: descriptor,
    // Inline envelopes save readers a round trip (ADR 9).
    inlineEnvelope: true,
    form: opened.signatureForm,
  });
  return { status: 'signed', subject, descriptor, signer, signature: opened.nameOf(signature.digest) };
}

/** A signature of the same key that verifies now, with the metadata that would be signed. */
async function findOwnSignature(
  opened: OpenSubject,
  descriptor: Descriptor,
  { signing, context }: StoredSigning,
): Promise<Descriptor | undefined> {
  const { key } = signing;
  if (!('chain' in key)) {
    const message = `--if-missing has to know the certificate of ${key.name}, which comes only with a signature`;
    throw new CliError('CLI_USAGE', message, { hint: 'Leave out --if-missing for a key in a plugin.' });
  }
  const [{ spki, fingerprint }] = key.chain;
  const { verify } = await import('@nv2/notary');
  const outcome = await verify({
    store: opened.store,
    subject: descriptor,
    trust: { kind: 'key', spki, fingerprint },
    at: context.at,
    revocation: context.services.revocation(),
    signal: context.io.signal,
    ...(signing.userMetadata === undefined ? {} : { userMetadata: signing.userMetadata }),
  });
  return outcome.verdict === 'trusted' ? outcome.accepted.descriptor : undefined;
}

/**
 * Signs an index and each image and index inside it, the outermost last: once that is signed, everything in it is. What a builder
 * attests about the images is left alone, because the index names it by digest.
 */
export async function signRecursively(subject: Subject, stored: StoredSigning): Promise<readonly SigningResult[]> {
  const { listIndexMembers, mapBounded } = await import('@nv2/content');
  const { signal } = stored.context.io;
  return withSubject(subject, stored, async (opened, { manifest, descriptor }) => {
    const members = await listIndexMembers(opened.store, manifest, { signal });
    const inside = members.filter(({ kind }) => kind !== 'attestation');
    const results = await mapBounded(inside, (member) => signMember(opened, member, stored), {
      concurrency: signingConcurrency,
      signal,
    });
    const failed = results.filter(({ status }) => status === 'failed').length;
    if (failed > 0) {
      const error = new CliError(
        'CLI_INCOMPLETE',
        `not signed, because ${failed} of what it holds could not be signed`,
      );
      return [{ status: 'failed', subject: opened.nameOf(descriptor.digest), error }, ...results];
    }
    return [await signOpened(opened, descriptor, stored), ...results];
  });
}

async function signMember(
  opened: OpenSubject,
  { descriptor: { platform, ...descriptor } }: IndexMember,
  stored: StoredSigning,
): Promise<SigningResult> {
  const about = platform === undefined ? {} : { platform };
  const { mediaType, digest, size } = descriptor;
  try {
    return { ...(await signOpened(opened, { mediaType, digest, size }, stored)), ...about };
  } catch (error) {
    return { status: 'failed', subject: opened.nameOf(digest), ...about, error: failureOf(error, stored.context) };
  }
}

/** Signs several artifacts, a few at a time. One that cannot be signed does not keep the others from it. */
export async function signMany(
  subjects: readonly Subject[],
  stored: StoredSigning & { readonly recursive: boolean },
): Promise<readonly SigningResult[]> {
  const { mapBounded } = await import('@nv2/content');
  const quiet = { ...stored, context: sayingOnce(stored.context) };
  const signOne = async (subject: Subject): Promise<readonly SigningResult[]> => {
    try {
      if (stored.recursive) return await signRecursively(subject, quiet);
      return [await withSubject(subject, quiet, (opened, { descriptor }) => signOpened(opened, descriptor, quiet))];
    } catch (error) {
      return [{ status: 'failed', subject: subject.text, error: failureOf(error, stored.context) }];
    }
  };
  const concurrency = stored.recursive ? 1 : signingConcurrency;
  return (await mapBounded(subjects, signOne, { concurrency, signal: stored.context.io.signal })).flat();
}

/** Twenty artifacts of one tag deserve one warning about it. */
function sayingOnce(context: Context): Context {
  const said = new Set<string>();
  return {
    ...context,
    warn: (message) => {
      if (!said.has(message)) context.warn(message);
      said.add(message);
    },
  };
}
