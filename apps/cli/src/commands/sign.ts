import type { SigningOptions } from '@nv2/notary';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { resolvePath, writeNewFile } from '../files.ts';
import { flag, type OptionValues, text } from '../option.ts';
import { mediaTypeOptions, methodOptions, referenceOptions, referrersOptions, registryOptions } from '../options.ts';
import type { SignedFacts } from '../output/signing.ts';
import { prepareSigning, signingOptions } from '../prepare-signing.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { type BareSubject, isBareSubject } from '../stores/bare-subject.ts';
import type { Subject } from '../subject.ts';
import { chooseSubject } from './subject-argument.ts';

const options = {
  ...signingOptions,
  ...referenceOptions,
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
  summary: 'sign an artifact and store the signature beside it',
  description:
    'Signs what the reference leads to: its media type, digest and size. The artifact itself does not change. Standard output is the ' +
    'reference of the signature by digest, or with -o alone the path of the signature file.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag], or with -o also file:PATH and -',
      isOptional: true,
    },
  ],
  options,
  examples: [
    'sign -k wabbit-networks.key -r registry.wabbit-networks.io/net-monitor:v1',
    'sign -k release --expiry 720h --user-metadata build=1234 registry.wabbit-networks.io/net-monitor:v1',
    'sign -k wabbit-networks.key -o sig.jws file:manifest.json',
  ],
  run: async (values, args, context) => {
    const subject = await chooseSubject(args, values.reference);
    if (values.push && values.output === undefined) {
      throw new CliError('CLI_USAGE', '--push goes with -o; without -o a signature is always stored');
    }
    const signing = await prepareSigning(values, context);
    const parts = { values, context, signing };
    const signed = isBareSubject(subject) ? await signBare(subject, parts) : await signStored(subject, parts);
    const { describeSigning } = await import('../output/signing.ts');
    return describeSigning({ ...signed, signing });
  },
});

interface Parts {
  readonly values: Values;
  readonly context: Context;
  readonly signing: SigningOptions;
}

type Signed = Omit<SignedFacts, 'signing'>;

/** A manifest that is in no store: its signature can only become a file. */
async function signBare(subject: BareSubject, { values, context, signing }: Parts): Promise<Signed> {
  if (values.output === undefined || values.push) {
    throw new CliError(
      'CLI_USAGE',
      `${subject.text} is not in a store, so its signature can only be written to a file`,
      {
        hint: 'Use -o FILE without --push.',
      },
    );
  }
  const [{ createSignature }, { describeManifestFile }] = await Promise.all([
    import('@nv2/notary'),
    import('../stores/manifest-file.ts'),
  ]);
  const descriptor = await describeManifestFile(subject, context.io, values.mediaType);
  const { envelope } = await createSignature({ ...signing, subject: descriptor });
  return { subject: descriptor.digest, descriptor, ...(await writeOutput(values.output, envelope, context)) };
}

async function signStored(subject: Subject, { values, context, signing }: Parts): Promise<Signed> {
  const { io, services } = context;
  const [notary, { describeTag, openSubject, resolveSubject }, access] = await Promise.all([
    import('@nv2/notary'),
    import('../stores/open.ts'),
    readRegistryAccess(values, context, { forceReferrersTag: values.forceReferrersTag }),
  ]);
  await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
  context.progress(`resolving ${subject.text}`);
  const { descriptor, name } = await resolveSubject(opened, { signal: io.signal });
  // SIGN-01
  if (opened.digest === undefined) {
    context.warn(`${describeTag(opened)} can be moved to something else; what is signed is the digest`);
  }
  context.progress(`signing ${name}`);
  if (values.output === undefined) {
    // Inline envelopes save readers a round trip (ADR 9).
    const { signature } = await notary.sign({
      ...signing,
      store: opened.store,
      subject: descriptor,
      inlineEnvelope: true,
      form: opened.signatureForm,
    });
    return { subject: name, descriptor, signature: opened.nameOf(signature.digest) };
  }
  // The file comes first: when it cannot be written, nothing has been published.
  const { envelope, mediaType } = await notary.createSignature({ ...signing, subject: descriptor });
  const written = { subject: name, descriptor, ...(await writeOutput(values.output, envelope, context)) };
  if (!values.push) return written;
  const stored = {
    store: opened.store,
    subject: descriptor,
    envelope,
    mediaType,
    inlineEnvelope: true,
    form: opened.signatureForm,
    signal: io.signal,
  };
  const { signature } = await notary.storeSignature(stored);
  return { ...written, signature: opened.nameOf(signature.digest) };
}

async function writeOutput(path: string, envelope: Uint8Array, { io }: Context): Promise<{ readonly file: string }> {
  await writeNewFile(resolvePath(io.cwd, path), envelope, 0o644);
  return { file: path };
}
