import { quoteText } from '@nv2/base';
import type { CopyEvent } from '@nv2/content';
import { type CommandResult, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { flag, type OptionValues, pairs, texts } from '../option.ts';
import { limitOptions, referrersOptions, trustOptions } from '../options.ts';
import { pickPrefixed, prefixOptions } from '../prefixed-options.ts';
import { readRegistryAccess, type RegistryFlags } from '../registry-access.ts';
import { isBareSubject } from '../stores/bare-subject.ts';
import type { OpenSubject } from '../stores/place.ts';
import type { Subject } from '../subject.ts';

const options = {
  noReferrers: flag('--no-referrers', 'leave signatures and other referrers behind'),
  recursive: flag('-r, --recursive', 'accepted for older scripts; referrers travel anyway'),
  artifactType: texts('--artifact-type <type>', 'take only referrers of this type along; several times'),
  annotation: pairs('--annotation <key=value>', 'take only referrers with this annotation along; several times'),
  excludeSigner: texts(
    '--exclude-signer <fingerprint|subject>',
    'leave signatures of this signer behind, as `nv2 list` names it; several times',
  ),
  onlySigned: flag('--only-signed', 'copy nothing unless the policy (or -k, -c) accepts the artifact'),
  ...trustOptions,
  ...limitOptions,
  ...referrersOptions,
  ...prefixOptions('from'),
  ...prefixOptions('to'),
};

type Values = OptionValues<typeof options>;

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
    {
      name: 'destination',
      description:
        'host/repository[:tag], oci-layout:DIR[:tag], made if needed, or oci-archive:FILE[:tag], which must not exist',
    },
  ],
  options,
  examples: [
    'copy registry.wabbit-networks.io/net-monitor:v1 registry.acme-rockets.io/net-monitor:v1',
    'copy registry.wabbit-networks.io/net-monitor:v1 oci-layout:carried/net-monitor:v1',
    'copy --only-signed -k wabbit-networks.crt registry.wabbit-networks.io/net-monitor:v1 oci-archive:net-monitor.tar',
    'copy --no-referrers localhost:5000/net-monitor:v1 localhost:5001/net-monitor',
  ],
  run: async (values, [from = '', to = ''], context) => {
    assertOptions(values);
    const [{ openSubject }, { parseSubject }] = await Promise.all([
      import('../stores/open.ts'),
      import('../subject.ts'),
    ]);
    const { io, services } = context;
    const [origin, target] = [parseSubject(from), parseSubject(to)];
    if (isBareSubject(target)) {
      throw new CliError('CLI_SUBJECT_UNSUPPORTED', `cannot copy to ${quoteText(to)}`);
    }
    const { fromAccess, toAccess } = await readAccess([origin, target], values, context);
    const shared = { services, cwd: io.cwd };
    await using source = await openSubject(origin, { ...shared, access: fromAccess, create: false });
    context.progress(`resolving ${from}`);
    // Awaited, so that the source stays open meanwhile.
    return await copyFrom(source, origin, {
      values,
      context,
      openDestination: async () => openSubject(target, { ...shared, access: toAccess, create: true }),
    });
  },
});

function assertOptions(values: Values): void {
  const trusts = values.key !== undefined || values.cert.length > 0 || values.policyFile !== undefined;
  if (trusts && !values.onlySigned) throw new CliError('CLI_USAGE', '-k, -c and --policy-file go with --only-signed');
  const selects = values.artifactType.length > 0 || values.annotation !== undefined || values.excludeSigner.length > 0;
  if (values.noReferrers && selects) {
    throw new CliError('CLI_USAGE', '--no-referrers leaves nothing to select from');
  }
}

interface CopyParts {
  readonly values: Values;
  readonly context: Context;
  /** Opened last: a refused copy makes nothing at the destination. */
  readonly openDestination: () => Promise<OpenSubject>;
}

async function copyFrom(source: OpenSubject, origin: Subject, parts: CopyParts): Promise<CommandResult> {
  const { values, context } = parts;
  const { signal } = context.io;
  const [{ copy }, { resolveSubject }, { selectReferrers }, { describeCopy, describeRefusedCopy }] = await Promise.all([
    import('@nv2/content'),
    import('../stores/open.ts'),
    import('../copy-selection.ts'),
    import('../output/copying.ts'),
  ]);
  const { manifest, descriptor, name } = await resolveSubject(source, { signal });
  const selectReferrer = await selectReferrers(source.store, values, context);
  const verification = values.onlySigned
    ? await decide({ ...source, digest: descriptor.digest }, origin, { values, context })
    : undefined;
  if (verification !== undefined && verification.conclusion !== 'accepted') {
    return describeRefusedCopy(name, verification);
  }
  await using destination = await parts.openDestination();
  if (destination.digest !== undefined && destination.digest !== descriptor.digest) {
    throw new CliError(
      'CLI_SUBJECT_CHANGED',
      `the destination is named ${destination.digest}, the source is ${descriptor.digest}`,
    );
  }
  const tag = destination.tag ?? (destination.digest === undefined ? source.tag : undefined);
  const result = await copy(source.store, destination.store, manifest, {
    referrers: !values.noReferrers,
    ...(values.artifactType.length === 0 ? {} : { artifactType: values.artifactType }),
    ...(selectReferrer === undefined ? {} : { selectReferrer }),
    ...(tag === undefined ? {} : { tag }),
    signal,
    onEvent: createListener(context),
  });
  await destination.finish?.({ signal });
  return describeCopy({
    source: name,
    destination: destination.nameOf(descriptor.digest),
    tag,
    result,
    hasReferrers: !values.noReferrers,
    ...(verification === undefined ? {} : { verification }),
  });
}

/** What `nv2 verify` would say about exactly this digest. */
async function decide(
  source: OpenSubject,
  origin: Subject,
  { values, context }: Pick<CopyParts, 'values' | 'context'>,
): Promise<CommandResult> {
  const [{ chooseTrust }, { verifyOpened }, { suggestScope }, { describeVerification }] = await Promise.all([
    import('../trust-choice.ts'),
    import('../verify-stored.ts'),
    import('../suggest-scope.ts'),
    import('../output/verification.ts'),
  ]);
  const { trust, decidedBy } = await chooseTrust(values, origin, context);
  const { outcome, ...verified } = await verifyOpened(
    { subject: origin, opened: source, trust, flags: values },
    context,
  );
  return describeVerification(outcome, {
    subject: verified.name,
    place: verified.place,
    listedBy: verified.listedBy,
    scope: values.scope ?? suggestScope(origin, verified.place),
    trustKind: trust.kind,
    decidedBy,
    explain: false,
  });
}

function createListener(context: Context): (event: CopyEvent) => void {
  const done = new Map<string, number>();
  return (event) => {
    if (event.kind === 'skipped') context.warn(`left out ${event.descriptor.digest}: ${event.because}`);
    if (event.kind === 'tagged') return context.progress(`tagging ${event.tag}`);
    if (event.kind === 'progress') done.set(event.descriptor.digest, event.bytes);
    else if (event.kind === 'finished') done.set(event.descriptor.digest, event.descriptor.size);
    const bytes = [...done.values()].reduce((sum, each) => sum + each, 0);
    context.progress(`copying: ${done.size} contents, ${bytes} bytes`);
  };
}

interface Accesses {
  readonly fromAccess: Awaited<ReturnType<typeof readRegistryAccess>>;
  readonly toAccess: Awaited<ReturnType<typeof readRegistryAccess>>;
}

async function readAccess(
  [origin, target]: readonly [Subject, Subject],
  values: Values,
  context: Context,
): Promise<Accesses> {
  const [fromFlags, toFlags] = [pickPrefixed(values, 'from'), pickPrefixed(values, 'to')];
  const { forceReferrersTag } = values;
  const toAccess = await readRegistryAccess(toFlags, context, { useEnvironment: false, forceReferrersTag });
  const fromAccess = isReachedAlike([origin, fromFlags], [target, toFlags])
    ? toAccess
    : await readRegistryAccess(fromFlags, context, { useEnvironment: false });
  return { fromAccess, toAccess };
}

/** Whether one session serves both sides: then blobs are mounted across repositories instead of being sent. */
function isReachedAlike([source, from]: Side, [destination, to]: Side): boolean {
  return (
    source.kind === 'registry' &&
    destination.kind === 'registry' &&
    source.reference.registry === destination.reference.registry &&
    JSON.stringify(from) === JSON.stringify(to)
  );
}

type Side = readonly [Subject, RegistryFlags];
