import type { Descriptor } from '@nv2/oci';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { maxEnvelopeBytes } from '../limits.ts';
import { flag, oneOf, type OptionValues, text } from '../option.ts';
import {
  limitOptions,
  mediaTypeOptions,
  metadataOptions,
  methodOptions,
  referenceOptions,
  registryOptions,
  trustOptions,
} from '../options.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { isBareSubject } from '../stores/bare-subject.ts';
import type { Subject } from '../subject.ts';
import { suggestScope } from '../suggest-scope.ts';
import { chooseTrust, type TrustChoice } from '../trust-choice.ts';
import { type Verified, verifyStored } from '../verify-stored.ts';
import { chooseSubject } from './subject-argument.ts';

const options = {
  ...trustOptions,
  ...referenceOptions,
  signature: text('-s, --signature <file>', 'verify this signature file instead of the signatures in the registry', {
    aliases: ['-f <file>'],
  }),
  signatureFormat: oneOf('--signature-format <format>', 'envelope of the signature file; default: what it looks like', [
    'jws',
    'cose',
  ]),
  ...metadataOptions,
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
    '`docker run "$(nv2 verify …)"` runs what was verified.',
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
    'verify -s sig.jws -c wabbit-networks.crt file:manifest.json',
  ],
  run: async (values, args, context) => {
    const subject = await chooseSubject(args, values.reference);
    const choice = await chooseTrust(values, subject, context);
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
    signal: io.signal,
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
