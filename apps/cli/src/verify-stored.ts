// Verifying an artifact with the signatures that are in its own place: for `verify`, `policy test` and `copy --only-signed`.

import type { ArtifactOutcome, NotaryEvent, VerificationOptions, VerificationTrust, VerifyRequest } from '@nv2/notary';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { type RegistryFlags, readRegistryAccess } from './registry-access.ts';
import { assertReachable, chooseRevocation, type RevocationFlags } from './revocation-choice.ts';
import { isBareSubject } from './stores/bare-subject.ts';
import type { OpenSubject } from './stores/place.ts';
import type { Subject } from './subject.ts';

export interface Verified {
  readonly outcome: ArtifactOutcome;
  /** The subject by digest. */
  readonly name: string;
  /** Without tag and digest. */
  readonly place: string;
  /** How signatures were looked for there, in words. */
  readonly listedBy: string;
}

export interface VerifyStoredRequest {
  readonly subject: Subject;
  readonly trust: VerificationTrust;
  readonly flags: RegistryFlags & {
    readonly maxSignatures: number;
    readonly userMetadata?: Readonly<Record<string, string>> | undefined;
    readonly pluginConfig?: Readonly<Record<string, string>> | undefined;
  } & RevocationFlags;
}

/** @throws CliError `CLI_USAGE` for a subject that is in no store */
export async function verifyStored(
  { subject, trust, flags }: VerifyStoredRequest,
  context: Context,
): Promise<Verified> {
  const { io, services } = context;
  assertReachable(subject, flags);
  if (isBareSubject(subject)) {
    throw new CliError('CLI_USAGE', `${subject.text} is not in a store, so there is nowhere to look for signatures`, {
      hint: 'Name the signature file with -s FILE.',
    });
  }
  const [{ openSubject }, access] = await Promise.all([import('./stores/open.ts'), readRegistryAccess(flags, context)]);
  await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
  // Awaited, so that the place stays open meanwhile.
  return await verifyOpened({ subject, opened, trust, flags }, context);
}

export interface VerifyOpenedRequest extends Omit<VerifyStoredRequest, 'flags'> {
  readonly opened: OpenSubject;
  readonly flags: Omit<VerifyStoredRequest['flags'], keyof RegistryFlags>;
}

/** As {@link verifyStored}, in a place that is open already. */
export async function verifyOpened(
  { subject, opened, trust, flags }: VerifyOpenedRequest,
  context: Context,
): Promise<Verified> {
  const { io } = context;
  const [{ referenceOf, assertFamily, describeTag }, { isDigest }] = await Promise.all([
    import('./stores/open.ts'),
    import('@nv2/oci'),
  ]);
  const reference = await referenceOf(opened, { signal: io.signal });
  context.progress(`looking for signatures of ${subject.text}`);
  // A tag is looked up while the code that judges is loaded. A digest is passed on as it is: then the manifest and the list
  // of signatures are asked for at the same time.
  const lookup = isDigest(reference) ? undefined : opened.store.findManifest(reference, { signal: io.signal });
  lookup?.catch(() => undefined); // awaited below, unless loading fails first
  const { verify } = await import('@nv2/notary');
  const options = verificationOptions({ trust, flags }, context);
  const outcome = await verify({ ...options, store: opened.store, subject: (await lookup) ?? reference });
  assertFamily(opened, outcome.subject);
  // VER-03
  if (opened.digest === undefined) {
    context.warn(`${describeTag(opened)} can be moved to something else; what was verified is the digest`);
  }
  return {
    outcome,
    name: opened.nameOf(outcome.subject.digest),
    place: opened.name,
    listedBy: opened.listedBy(),
  };
}

/** What every verification takes, of artifacts and of files. */
export function verificationBasics(
  {
    trust,
    userMetadata,
    pluginConfig = {},
    revocation = {},
  }: { readonly trust: VerificationTrust; readonly revocation?: RevocationFlags } & Pick<
    VerifyStoredRequest['flags'],
    'userMetadata' | 'pluginConfig'
  >,
  context: Context,
): VerificationOptions {
  return {
    trust,
    at: context.at,
    revocation: chooseRevocation(revocation, context),
    signal: context.io.signal,
    plugins: context.services.verificationPlugins(pluginConfig),
    ...(userMetadata === undefined ? {} : { userMetadata }),
    onEvent: (event) => tellEvent(event, context),
  };
}

/** What every verification in a store takes, whatever its subject. */
export function verificationOptions(
  { trust, flags }: Pick<VerifyOpenedRequest, 'trust' | 'flags'>,
  context: Context,
): Omit<VerifyRequest, 'store' | 'subject'> {
  const { userMetadata, pluginConfig, maxSignatures } = flags;
  return { ...verificationBasics({ trust, userMetadata, pluginConfig, revocation: flags }, context), maxSignatures };
}

function tellEvent(event: NotaryEvent, { debug }: Context): void {
  switch (event.type) {
    case 'signature-judged': {
      const { descriptor, outcome } = event.record;
      debug(`signature ${descriptor.digest}: ${outcome.verdict}`);
      for (const check of outcome.checks)
        debug(`  ${check.check}: ${check.status}${'reason' in check ? `: ${check.reason}` : ''}`);
      return;
    }
    case 'signatures-listed':
      return debug(`verification: signatures listed: ${event.count}`);
    case 'check-started':
    case 'check-finished':
    case 'identity-compared':
    case 'timestamp-considered':
      return; // told with the judgement
    default:
      return debug(`verification: ${event.type.replaceAll('-', ' ')}`);
  }
}
