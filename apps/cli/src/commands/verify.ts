import type { Descriptor } from '@nv2/oci';
import { type CommandResult, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { maxEnvelopeBytes } from '../limits.ts';
import { flag, oneOf, type OptionValues, text } from '../option.ts';
import {
  limitOptions,
  mediaTypeOptions,
  metadataOptions,
  methodOptions,
  pluginOptions,
  referenceOptions,
  registryOptions,
  revocationOptions,
  trustOptions,
} from '../options.ts';
import type { IndexFacts } from '../output/index-verification.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { assertReachable, chooseRevocation } from '../revocation-choice.ts';
import { isBareSubject } from '../stores/bare-subject.ts';
import type { Subject } from '../subject.ts';
import { suggestScope } from '../suggest-scope.ts';
import { chooseTrust, type TrustChoice } from '../trust-choice.ts';
import type { IndexPlace } from '../verify-index.ts';
import { type Verified, verifyStored } from '../verify-stored.ts';
import { chooseSubject } from './subject-argument.ts';

const options = {
  ...trustOptions,
  ...revocationOptions,
  ...referenceOptions,
  signature: text('-s, --signature <file>', 'verify this signature file instead of the signatures in the registry', {
    aliases: ['-f <file>'],
  }),
  signatureFormat: oneOf('--signature-format <format>', 'envelope of the signature file; default: what it looks like', [
    'jws',
    'cose',
  ]),
  ...metadataOptions,
  ...pluginOptions,
  platform: text('--platform <os/arch>', 'the image for this platform: signed itself, or in an index that is signed'),
  recursive: flag('--recursive', 'demand that an index and each image inside it is signed'),
  ...limitOptions,
  explain: flag('--explain', 'show every check of every signature'),
  ...mediaTypeOptions,
  ...methodOptions,
  ...registryOptions,
};

type Values = OptionValues<typeof options>;

export const verifyCommand = defineCommand({
  path: ['verify'],
  summary: 'decide whether an artifact is signed by somebody you trust',
  description:
    'With -k the signer must have exactly that key; with -c the signer must be certified by one of the certificates; without either the trust ' +
    'policy decides. Standard output is the reference by digest, and nothing when the artifact is not accepted, so that ' +
    '`docker run "$(nv2 verify …)"` runs what was verified; with --platform it is the image for that platform.',
  arguments: [
    {
      name: 'subject',
      description:
        'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag], oci-archive:FILE[:tag], or with -s also file:PATH and -',
      isOptional: true,
    },
  ],
  options,
  examples: [
    'verify registry.wabbit-networks.io/net-monitor:v1',
    'verify -k wabbit-networks.crt -r registry.wabbit-networks.io/net-monitor:v1',
    'verify --policy-file production.json registry.acme-rockets.io/net-monitor:v1',
    'verify --platform linux/arm64 registry.wabbit-networks.io/multi-platform:v1',
    'verify -s sig.jws -c wabbit-networks.crt file:manifest.json',
  ],
  run: async (values, args, context) => {
    const subject = await chooseSubject(args, values.reference);
    assertCombination(values);
    const choice = await chooseTrust(values, subject, context);
    if (values.platform !== undefined || values.recursive) return verifyIndex(subject, { values, context, choice });
    const verified =
      values.signature === undefined
        ? await verifyStored({ subject, trust: choice.trust, flags: values }, context)
        : await verifyFile(subject, values.signature, { values, context, choice });
    const scope = values.scope ?? suggestScope(subject, verified.place);
    const { describeVerification } = await import('../output/verification.ts');
    return describeVerification(verified.outcome, {
      subject: verified.name,
      place: verified.place,
      listedBy: verified.listedBy,
      scope,
      trustKind: choice.trust.kind,
      decidedBy: choice.decidedBy,
      explain: values.explain,
    });
  },
});

/** @throws CliError `CLI_USAGE` */
function assertCombination({ platform, recursive, signature }: Values): void {
  if (platform !== undefined && recursive) {
    throw new CliError('CLI_USAGE', '--platform is about one image and --recursive about all of them');
  }
  if (signature === undefined || (platform === undefined && !recursive)) return;
  throw new CliError(
    'CLI_USAGE',
    `${recursive ? '--recursive' : '--platform'} looks at stored signatures, and -s names a file`,
  );
}

async function verifyIndex(subject: Subject, { values, context, choice }: Parts): Promise<CommandResult> {
  const [index, output, { parsePlatform }] = await Promise.all([
    import('../verify-index.ts'),
    import('../output/index-verification.ts'),
    import('@nv2/oci'),
  ]);
  const { trust, decidedBy } = choice;
  const request = { subject, trust, flags: values };
  const factsOf = ({ place, listedBy, nameOf }: IndexPlace): IndexFacts => {
    const scope = values.scope ?? suggestScope(subject, place);
    return { place, listedBy, nameOf, scope, trustKind: trust.kind, decidedBy, explain: values.explain };
  };
  if (values.platform === undefined) {
    const verified = await index.verifyMembersStored(request, context);
    return output.describeMembers(verified.outcome, factsOf(verified));
  }
  const platform = parsePlatform(values.platform);
  const verified = await index.verifyPlatformStored(request, platform, context);
  return output.describePlatform(verified.outcome, platform, factsOf(verified));
}

interface Parts {
  readonly values: Values;
  readonly context: Context;
  readonly choice: TrustChoice;
}

/** Verifies one signature file, over a subject in a store or the bytes of a manifest. */
async function verifyFile(subject: Subject, path: string, { values, context, choice }: Parts): Promise<Verified> {
  const { io, at } = context;
  const [{ verifyEnvelope }, { findFormat }, { digestOf }] = await Promise.all([
    import('@nv2/notary'),
    import('@nv2/envelope'),
    import('@nv2/oci'),
  ]);
  const { descriptor, name, place } = await resolveForFile(subject, values, context);
  const envelope = await readInputFile(resolvePath(io.cwd, path), maxEnvelopeBytes);
  const format = findFormat(values.signatureFormat ?? (envelope[0] === 0x7b ? 'jws' : 'cose'));
  const mediaType = format?.mediaType ?? '';
  const outcome = await verifyEnvelope({
    envelope,
    mediaType,
    subject: descriptor,
    trust: choice.trust,
    at,
    revocation: chooseRevocation(values, context),
    signal: io.signal,
    plugins: context.services.verificationPlugins(values.pluginConfig ?? {}),
    ...(values.userMetadata === undefined ? {} : { userMetadata: values.userMetadata }),
  });
  const { toArtifactOutcome } = await import('../single-signature.ts');
  const file = { mediaType, digest: digestOf(envelope), size: envelope.length };
  return {
    outcome: toArtifactOutcome(outcome, { subject: descriptor, signature: file, trust: choice.trust }),
    name,
    place,
    listedBy: `signature file ${path}`,
  };
}

async function resolveForFile(
  subject: Subject,
  values: Values,
  context: Context,
): Promise<{ readonly descriptor: Descriptor; readonly name: string; readonly place: string }> {
  const { io, services } = context;
  assertReachable(subject, values);
  if (isBareSubject(subject)) {
    const { describeManifestFile } = await import('../stores/manifest-file.ts');
    const descriptor = await describeManifestFile(subject, io, values.mediaType);
    return { descriptor, name: descriptor.digest, place: subject.text };
  }
  const { openSubject, resolveSubject } = await import('../stores/open.ts');
  const access = await readRegistryAccess(values, context);
  await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
  const { descriptor, name } = await resolveSubject(opened, { signal: io.signal });
  return { descriptor, name, place: opened.name };
}
