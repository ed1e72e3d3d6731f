import type { SigningOptions } from '@nv2/notary';
import { type CommandResult, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { resolvePath, writeNewFile } from '../files.ts';
import { flag, type OptionValues, text } from '../option.ts';
import { mediaTypeOptions, methodOptions, referenceOptions, referrersOptions, registryOptions } from '../options.ts';
import { prepareSigning, signingOptions } from '../prepare-signing.ts';
import { readRegistryAccess } from '../registry-access.ts';
import type { RegistryAccess } from '../services.ts';
import type { SignedArtifact, StoredSigning } from '../sign-stored.ts';
import { type BareSubject, isBareSubject } from '../stores/bare-subject.ts';
import type { Subject } from '../subject.ts';
import { chooseSubjects } from './subject-argument.ts';

const options = {
  ...signingOptions,
  ...referenceOptions,
  recursive: flag('--recursive', 'sign an index and each image inside it'),
  ifMissing: flag('--if-missing', 'sign only what has no signature of this key that verifies'),
  output: text('-o, --output <file>', 'write the signature to this file; it is stored only with --push'),
  push: flag('--push', 'with -o: also store the signature beside the artifact'),
  ...mediaTypeOptions,
  ...methodOptions,
  ...referrersOptions,
  ...registryOptions,
};

type Values = OptionValues<typeof options>;

export const signCommand = defineCommand({
  path: ['sign'],
  summary: 'sign artifacts and store the signatures beside them',
  description:
    'Signs what a reference leads to: its media type, digest and size. The artifact itself does not change. Standard output is the ' +
    'reference of the signature by digest, one line for each artifact, or with -o alone the path of the signature file. Of several ' +
    'artifacts, those that can be signed are; the exit code is that of the worst failure.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag], or with -o also file:PATH and -',
      isOptional: true,
      isVariadic: true,
    },
  ],
  options,
  examples: [
    'sign -k wabbit-networks.key -r registry.wabbit-networks.io/net-monitor:v1',
    'sign -k release --expiry 720h --user-metadata build=1234 registry.wabbit-networks.io/net-monitor:v1',
    'sign -k release --if-missing registry.wabbit-networks.io/net-monitor:v1 registry.wabbit-networks.io/agent:v7',
    'sign -k release --recursive registry.wabbit-networks.io/multi-platform:v1',
    'sign -k wabbit-networks.key -o sig.jws file:manifest.json',
  ],
  run: async (values, args, context) => {
    const subjects = await chooseSubjects(args, values.reference);
    assertCombination(values, subjects);
    const [first] = subjects;
    const signing = await prepareSigning(values, context);
    if (isBareSubject(first)) return describe(await signBare(first, { values, context, signing }), signing);
    const access = await readRegistryAccess(values, context, { forceReferrersTag: values.forceReferrersTag });
    assertOneRegistry(access, subjects);
    const stored = { signing, access, ifMissing: values.ifMissing, context };
    const { signMany, signOpened, withSubject } = await import('../sign-stored.ts');
    if (subjects.length > 1 || values.recursive) {
      const results = await signMany(subjects, { ...stored, recursive: values.recursive });
      const { describeSignings } = await import('../output/signings.ts');
      return describeSignings(results, signing);
    }
    const { output } = values;
    const signed = await withSubject(first, stored, (opened, { descriptor }) =>
      output === undefined
        ? signOpened(opened, descriptor, stored)
        : signToFile(opened, descriptor, { ...stored, output, push: values.push }),
    );
    return describe(signed, signing);
  },
});

async function describe(signed: SignedArtifact, signing: SigningOptions): Promise<CommandResult> {
  const { describeSigning } = await import('../output/signing.ts');
  return describeSigning(signed, signing);
}

/** @throws CliError `CLI_USAGE` */
function assertCombination(values: Values, subjects: readonly Subject[]): void {
  const { output, push, ifMissing, recursive } = values;
  if (push && output === undefined) {
    throw new CliError('CLI_USAGE', '--push goes with -o; without -o a signature is always stored');
  }
  const several = subjects.length > 1 ? 'several artifacts' : recursive ? '--recursive' : undefined;
  if (output !== undefined && several !== undefined) {
    throw new CliError('CLI_USAGE', `-o writes one signature, and ${several} may need more`, {
      hint: 'Leave out -o, or sign one artifact at a time.',
    });
  }
  if (output !== undefined && ifMissing) {
    throw new CliError('CLI_USAGE', '--if-missing looks at stored signatures, and -o writes one to a file');
  }
  const bare = subjects.find(isBareSubject);
  if (bare !== undefined && (output === undefined || push)) {
    const message = `${bare.text} is not in a store, so its signature can only be written to a file`;
    throw new CliError('CLI_USAGE', message, { hint: 'Use -o FILE without --push.' });
  }
}

/** ADR 11: credentials that were given belong to the one registry a command names. @throws CliError `CLI_USAGE` */
function assertOneRegistry({ credential, clientCertificate }: RegistryAccess, subjects: readonly Subject[]): void {
  if (credential === undefined && clientCertificate === undefined) return;
  const names = subjects.flatMap((subject) => (subject.kind === 'registry' ? [subject.reference.registry] : []));
  const registries = [...new Set(names)];
  if (registries.length < 2) return;
  throw new CliError('CLI_USAGE', `credentials were given for one registry, and there are ${registries.join(', ')}`, {
    hint: `Sign in to each with \`nv2 login\`, for example \`nv2 login ${registries[0]}\`.`,
  });
}

interface Parts {
  readonly values: Values;
  readonly context: Context;
  readonly signing: SigningOptions;
}

/** A manifest that is in no store: its signature can only become a file. */
async function signBare(subject: BareSubject, { values, context, signing }: Parts): Promise<SignedArtifact> {
  const [{ createSignature }, { describeManifestFile }] = await Promise.all([
    import('@nv2/notary'),
    import('../stores/manifest-file.ts'),
  ]);
  const descriptor = await describeManifestFile(subject, context.io, values.mediaType);
  const { envelope, signer } = await createSignature({ ...signing, subject: descriptor });
  const { output: file = '' } = values;
  await writeNewFile(resolvePath(context.io.cwd, file), envelope, 0o644);
  return { status: 'signed', subject: descriptor.digest, descriptor, signer, file };
}

interface FileSigning extends StoredSigning {
  readonly output: string;
  readonly push: boolean;
}

/** The file comes first: when it cannot be written, nothing has been published. */
async function signToFile(
  opened: Parameters<typeof import('../sign-stored.ts').signOpened>[0],
  descriptor: SignedArtifact['descriptor'],
  { signing, context, output, push }: FileSigning,
): Promise<SignedArtifact> {
  const { createSignature, storeSignature } = await import('@nv2/notary');
  const created = await createSignature({ ...signing, subject: descriptor });
  const { envelope, mediaType, signer, annotations } = created;
  await writeNewFile(resolvePath(context.io.cwd, output), envelope, 0o644);
  const subject = opened.nameOf(descriptor.digest);
  const written: SignedArtifact = { status: 'signed', subject, descriptor, signer, file: output };
  if (!push) return written;
  const { signature } = await storeSignature({
    store: opened.store,
    subject: descriptor,
    envelope,
    mediaType,
    ...(annotations === undefined ? {} : { annotations }),
    inlineEnvelope: true,
    form: opened.signatureForm,
    signal: context.io.signal,
  });
  return { ...written, signature: opened.nameOf(signature.digest) };
}
