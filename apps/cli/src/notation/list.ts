import { renderTree } from '../output/table.ts';
import { referenceArgument } from './arguments.ts';
import { firstArgument, type NotationCommand, NotationError, textFlag } from './command.ts';
import { layoutFlag, loggingFlags, maxSignaturesFlag, referrersApiFlag, registryFlags } from './flags.ts';
import { nameByDigest, openSubject, resolveSubject, warnAboutTag } from './subject.ts';

export const listCommand: NotationCommand = {
  path: ['list'],
  aliases: ['ls'],
  usage: '[flags] <reference>',
  summary: 'List the signatures of an artifact',
  examples: ['list <registry>/<repository>@<digest>'],
  flags: [...registryFlags, ...loggingFlags, maxSignaturesFlag, layoutFlag, referrersApiFlag],
  checkArguments: referenceArgument('list'),
  run: async (context) => {
    const { flags, io, out, warn } = context;
    const maxSignatures = parseMaxSignatures(textFlag(flags, 'max-signatures'));
    await using subject = await openSubject(firstArgument(flags), context);
    const descriptor = await resolveSubject(subject, context);
    warnAboutTag(subject, 'list', context);
    const name = nameByDigest(subject, descriptor.digest);
    const { listSignatures } = await import('@nv2/notary');
    const digests: string[] = [];
    const listing = listSignatures(subject.store, descriptor, {
      maxSignatures,
      signal: io.signal,
      onEvent: (event) => {
        if (event.type === 'limit-reached')
          warn(`exceeded configured limit of max signatures ${maxSignatures} to examine`);
      },
    });
    for await (const { descriptor: signature } of listing) digests.push(signature.digest);
    if (digests.length === 0) return out(`${name} has no associated signatures`);
    const signatures = digests.map((label) => ({ label, children: [] }));
    const tree = { label: name, children: [{ label: 'application/vnd.cncf.notary.signature', children: signatures }] };
    for (const line of renderTree(tree)) out(line);
  },
};

/** @throws NotationError */
export function parseMaxSignatures(text: string | undefined): number {
  const max = text === undefined ? 100 : Number(text);
  if (max > 0) return max;
  throw new NotationError(`max-signatures value ${max} must be a positive number`);
}
