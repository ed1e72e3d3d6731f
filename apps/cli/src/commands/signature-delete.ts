import { quoteText } from '@nv2/base';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag, type OptionValues, texts } from '../option.ts';
import { limitOptions, referenceOptions, registryOptions } from '../options.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { chooseSubject } from './subject-argument.ts';

export const removalOptions = {
  yes: flag('-y, --yes', 'delete without asking'),
  dryRun: flag('--dry-run', 'only show what would be deleted'),
} as const;

const options = {
  ...referenceOptions,
  signature: texts(
    '-s, --signature <digest>',
    'the signature to delete, by digest or as `nv2 sign` printed it; several times',
  ),
  all: flag('-a, --all', 'delete every signature of the artifact'),
  ...removalOptions,
  ...limitOptions,
  ...registryOptions,
};

export const signatureDeleteCommand = defineCommand({
  path: ['signature', 'delete'],
  aliases: ['rm'],
  summary: 'delete signatures of an artifact',
  description:
    'Deletes only what is a signature of this artifact. Shows what would go and asks; without a terminal --yes has to be given. Standard output ' +
    'is the digest of each signature that is gone. Copies of the artifact elsewhere keep theirs: a signature that must not count any more ' +
    'has to be revoked.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag]',
      isOptional: true,
    },
  ],
  options,
  examples: [
    'signature delete --signature sha256:… registry.wabbit-networks.io/net-monitor:v1',
    'signature delete --all --dry-run registry.wabbit-networks.io/net-monitor:v1',
  ],
  run: async (values, args, context) => {
    const { io, services } = context;
    const subject = await chooseSubject(args, values.reference);
    const wanted = await parseWanted(values);
    const [{ assertDeletable, removeSignatures }, { describeDeletion, planLines, toRemoval }, open, examine] =
      await Promise.all([
        import('../delete-signatures.ts'),
        import('../output/deletion.ts'),
        import('../stores/open.ts'),
        import('../examine-signatures.ts'),
      ]);
    const access = await readRegistryAccess(values, context);
    await using opened = await open.openSubject(subject, { services, access, cwd: io.cwd, create: false });
    assertDeletable(opened);
    const { descriptor, name } = await open.resolveSubject(opened, { signal: io.signal });
    // Nobody's trust matters to what is named by its digest; what a signature claims is shown.
    const trust = { kind: 'none', because: 'no-policy' } as const;
    const { signatures, isLimitReached } = await examine.examineListed(
      { opened, descriptor, trust, ...values },
      context,
    );
    const own = signatures.filter(({ foreign }) => foreign === undefined);
    const missing = wanted.filter((digest) => !own.some((one) => one.descriptor.digest === digest));
    if (missing.length > 0) {
      throw new CliError('CLI_USAGE', `${missing.join(', ')} is no signature of ${name}`, { hint: `nv2 list ${name}` });
    }
    const plan = own
      .filter(({ descriptor: { digest } }) => values.all || wanted.includes(digest))
      .map((one) => toRemoval(one));
    const show = (): void =>
      io.stderr.write(
        planLines(name, plan)
          .map((line) => `${line}\n`)
          .join(''),
      );
    const results = await removeSignatures(plan, { opened, subject: descriptor }, { ...values, show, context });
    const remarks = isLimitReached ? ['there are more, which were not looked at (--max-signatures)'] : [];
    const { dryRun } = values;
    return describeDeletion(results, {
      subject: name,
      found: own.length,
      dryRun,
      command: 'signature delete',
      remarks,
    });
  },
});

/** @throws CliError `CLI_USAGE` */
async function parseWanted({ signature, all }: OptionValues<typeof options>): Promise<readonly string[]> {
  if (all === signature.length > 0) {
    throw new CliError('CLI_USAGE', all ? '--signature and --all exclude each other' : 'no signature was named', {
      hint: 'Name signatures with --signature DIGEST, or say --all.',
    });
  }
  const { isDigest } = await import('@nv2/oci');
  return [...new Set(signature)].map((text) => {
    const digest = text.slice(text.lastIndexOf('@') + 1);
    if (isDigest(digest)) return digest;
    throw new CliError('CLI_USAGE', `--signature takes a digest, found ${quoteText(text)}`);
  });
}
