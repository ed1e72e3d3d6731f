import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag, texts } from '../option.ts';
import { referrersOptions } from '../options.ts';
import { countText } from '../output/words.ts';
import { pickPrefixed, prefixOptions } from '../prefixed-options.ts';
import { readRegistryAccess } from '../registry-access.ts';

export const copyCommand = defineCommand({
  path: ['copy'],
  aliases: ['cp'],
  summary: 'copy an artifact with its signatures and everything else that refers to it',
  description:
    'Copies by digest: blobs, manifests, then what refers to them, the tag last. A destination without a tag gets the tag of the source. ' +
    'A second run transfers nothing.',
  arguments: [
    {
      name: 'source',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag], oci-archive:FILE[:tag]',
    },
    { name: 'destination', description: 'host/repository[:tag] or oci-layout:DIR[:tag]; a layout is made if needed' },
  ],
  options: {
    noReferrers: flag('--no-referrers', 'leave signatures and other referrers behind'),
    recursive: flag('-r, --recursive', 'accepted for older scripts; referrers travel anyway'),
    artifactType: texts('--artifact-type <type>', 'take only referrers of this type along'),
    ...referrersOptions,
    ...prefixOptions('from'),
    ...prefixOptions('to'),
  },
  examples: [
    'copy registry.wabbit-networks.io/net-monitor:v1 registry.acme-rockets.io/net-monitor:v1',
    'copy registry.wabbit-networks.io/net-monitor:v1 oci-layout:carried/net-monitor:v1',
    'copy --no-referrers localhost:5000/net-monitor:v1 localhost:5001/net-monitor',
  ],
  run: async (values, [from = '', to = ''], context) => {
    const [{ copy }, { openSubject, resolveSubject }, { parseSubject }] = await Promise.all([
      import('@nv2/content'),
      import('../stores/open.ts'),
      import('../subject.ts'),
    ]);
    const { io, services } = context;
    const target = parseSubject(to);
    if (target.kind !== 'registry' && target.kind !== 'layout') {
      throw new CliError('CLI_SUBJECT_UNSUPPORTED', `cannot copy to ${target.text}`);
    }
    const shared = { services, cwd: io.cwd };
    const fromAccess = await readRegistryAccess(pickPrefixed(values, 'from'), context, { useEnvironment: false });
    const toAccess = await readRegistryAccess(pickPrefixed(values, 'to'), context, {
      useEnvironment: false,
      forceReferrersTag: values.forceReferrersTag,
    });
    await using source = await openSubject(parseSubject(from), { ...shared, access: fromAccess, create: false });
    context.progress(`resolving ${from}`);
    const { manifest, descriptor, name } = await resolveSubject(source, { signal: io.signal });
    await using destination = await openSubject(target, { ...shared, access: toAccess, create: true });
    if (destination.digest !== undefined && destination.digest !== descriptor.digest) {
      throw new CliError(
        'CLI_SUBJECT_CHANGED',
        `the destination is named ${destination.digest}, the source is ${descriptor.digest}`,
      );
    }
    const tag = destination.tag ?? (destination.digest === undefined ? source.tag : undefined);
    let bytes = 0;
    const result = await copy(source.store, destination.store, manifest, {
      referrers: !values.noReferrers,
      ...(values.artifactType.length === 0 ? {} : { artifactType: values.artifactType }),
      ...(tag === undefined ? {} : { tag }),
      signal: io.signal,
      onEvent: (event) => {
        if (event.kind === 'finished') context.progress(`copying: ${(bytes += event.descriptor.size)} bytes`);
        if (event.kind === 'skipped') context.warn(`left out ${event.descriptor.digest}: ${event.because}`);
      },
    });
    const copied = destination.nameOf(descriptor.digest);
    const counts = `${countText(result.copied, 'content')} sent (${result.bytes} bytes), ${result.existing + result.mounted} there already`;
    return {
      conclusion: 'done',
      report: {
        source: name,
        destination: copied,
        ...(tag === undefined ? {} : { tag }),
        copied: result.copied,
        existing: result.existing,
        mounted: result.mounted,
        bytes: result.bytes,
        referrers: result.referrers.map(({ digest, artifactType, mediaType }) => ({
          digest,
          artifactType: artifactType ?? mediaType,
        })),
      },
      result: [copied],
      text: [
        `nv2: ${copied}: done`,
        `  from: ${name}`,
        ...(tag === undefined ? [] : [`  tag: ${tag}`]),
        `  referrers: ${values.noReferrers ? 'left behind' : result.referrers.length}`,
        `  ${counts}`,
      ],
    };
  },
});
