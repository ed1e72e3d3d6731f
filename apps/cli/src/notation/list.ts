import { renderTree } from '../output/table.ts';
import { checkExperimental, type NotationCommand, NotationError, referenceArgument, textFlag } from './command.ts';
import { loggingFlags, registryFlags } from './flags.ts';
import { nameByDigest, openSubject, resolveSubject, warnAboutTag } from './subject.ts';

export const listCommand: NotationCommand = {
  name: 'list',
  aliases: ['ls'],
  usage: 'notation list [flags] <reference>',
  summary: 'List signatures of the signed artifact',
  flags: [
    ...registryFlags,
    ...loggingFlags,
    { name: 'max-signatures', kind: 'int' },
    { name: 'oci-layout', kind: 'bool' },
  ],
  run: async (context) => {
    const { flags, io, out, warn } = context;
    const reference = referenceArgument(flags, 'list');
    checkExperimental(context, 'list', ['oci-layout']);
    const maxSignatures = parseMaxSignatures(textFlag(flags, 'max-signatures'));
    if (flags.deprecated.length > 0) {
      warn("flag '--allow-referrers-api' is deprecated and will be removed in future versions.");
    }
    await using subject = await openSubject(reference, context);
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
