import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag } from '../option.ts';
import { limitOptions, referenceOptions, registryOptions, trustOptions } from '../options.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { removalOptions } from './signature-delete.ts';
import { chooseSubject } from './subject-argument.ts';

export const signaturePruneCommand = defineCommand({
  path: ['signature', 'prune'],
  summary: 'delete signatures that have had their time',
  description:
    'These go: expired ones; revoked ones; those that a newer trusted signature of the same certificate replaces, in the same format, with the ' +
    'same metadata and no earlier expiry. Signatures that are trusted and not replaced always stay, and so do those of other formats and ' +
    'those that cannot be read. Shows what would go and asks; without a terminal --yes has to be given.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag]',
      isOptional: true,
    },
  ],
  options: {
    ...referenceOptions,
    malformed: flag('--malformed', 'also those that do not hold together'),
    untrusted: flag('--untrusted', 'also those whose signers are not trusted, as long as a trusted one stays'),
    ...removalOptions,
    ...trustOptions,
    ...limitOptions,
    ...registryOptions,
  },
  examples: [
    'signature prune --dry-run registry.wabbit-networks.io/net-monitor:v1',
    'signature prune --yes --untrusted --policy-file production.json registry.acme-rockets.io/net-monitor:v1',
  ],
  run: async (values, args, context) => {
    const { io, services } = context;
    const subject = await chooseSubject(args, values.reference);
    const [{ assertDeletable, removeSignatures }, { chooseOutdated }, output, open, examine] = await Promise.all([
      import('../delete-signatures.ts'),
      import('../choose-outdated.ts'),
      import('../output/deletion.ts'),
      import('../stores/open.ts'),
      import('../examine-signatures.ts'),
    ]);
    const access = await readRegistryAccess(values, context);
    await using opened = await open.openSubject(subject, { services, access, cwd: io.cwd, create: false });
    assertDeletable(opened);
    const { descriptor, name } = await open.resolveSubject(opened, { signal: io.signal });
    const examined = await examine.examineSignatures({ subject, opened, descriptor, flags: values }, context);
    const { signatures, isLimitReached, decidedBy } = examined;
    const { malformed, untrusted } = values;
    const outdated = chooseOutdated(signatures, { at: context.at, malformed, untrusted });
    assertSomethingStays(
      untrusted,
      outdated.some(({ kind }) => kind === 'untrusted'),
      signatures,
    );
    const plan = outdated.map(({ examined: one, kind, reason }) => output.toRemoval(one, `${kind}: ${reason}`));
    const show = (): void =>
      io.stderr.write(
        output
          .planLines(name, plan)
          .map((line) => `${line}\n`)
          .join(''),
      );
    const results = await removeSignatures(plan, { opened, subject: descriptor }, { ...values, show, context });
    return output.describeDeletion(results, {
      subject: name,
      found: signatures.length,
      dryRun: values.dryRun,
      command: 'signature prune',
      remarks: [
        `decided by: ${decidedBy}`,
        ...(isLimitReached ? ['there are more, which were not looked at (--max-signatures)'] : []),
      ],
    });
  },
});

/** The last signature that anybody trusts is no more than the first that a wrong policy does not. @throws CliError `CLI_USAGE` */
function assertSomethingStays(
  asked: boolean,
  isConcerned: boolean,
  signatures: readonly { readonly state: string }[],
): void {
  if (!asked || !isConcerned || signatures.some(({ state }) => state === 'trusted')) return;
  throw new CliError(
    'CLI_USAGE',
    'none of the signatures is trusted, so --untrusted would leave the artifact without any',
    {
      hint: 'Look at `nv2 list`; `nv2 signature delete` deletes what is named.',
    },
  );
}
