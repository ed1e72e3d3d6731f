import { describeError, isNv2Error } from '@nv2/base';
import type { UnverifiedEnvelope } from '@nv2/envelope';
import type { SignatureListing } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import { referenceArgument } from './arguments.ts';
import { firstArgument, type NotationCommand, type NotationContext, NotationError, textFlag } from './command.ts';
import { loggingFlags, maxSignaturesFlag, outputFlag, referrersApiFlag, registryFlags } from './flags.ts';
import type { InspectedSignature, NamedSignature } from './inspection/describe.ts';
import { parseMaxSignatures } from './list.ts';
import { nameByDigest, type NotationSubject, openSubject, resolveSubject, warnAboutTag } from './subject.ts';

export const inspectCommand: NotationCommand = {
  path: ['inspect'],
  aliases: [],
  usage: '[flags] <reference>',
  summary: 'Show everything that the signatures of an artifact say',
  examples: ['inspect <registry>/<repository>@<digest>', 'inspect --output json <registry>/<repository>@<digest>'],
  flags: [...registryFlags, ...loggingFlags, maxSignaturesFlag, outputFlag, referrersApiFlag],
  checkArguments: referenceArgument('inspect'),
  checkEarly: ({ flags }) => void parseFormat(textFlag(flags, 'output')),
  run: async (context) => {
    const { flags, out } = context;
    const format = parseFormat(textFlag(flags, 'output'));
    const maxSignatures = parseMaxSignatures(textFlag(flags, 'max-signatures'));
    await using subject = await openSubject(firstArgument(flags), context);
    const descriptor = await resolveSubject(subject, context);
    warnAboutTag(subject, 'inspect', context);
    const found = await readSignatures(subject, { descriptor, maxSignatures, context });
    const { renderInspectionJson, renderInspectionTree } = await import('./inspection/render.ts');
    context.io.stdout.write(
      format === 'json'
        ? renderInspectionJson(descriptor.mediaType, found.signatures)
        : renderInspectionTree(nameByDigest(subject, descriptor.digest), found.signatures),
    );
    // The reference prints this one on standard output.
    if (found.isCut) out(`Warning: exceeded configured limit of max signatures ${maxSignatures} to examine`);
    if (found.skipped > 0) throw new NotationError('at least one signature was skipped and not displayed');
  },
};

function parseFormat(text: string | undefined): OutputFormat {
  const format = findFormat(text);
  if (format !== undefined) return format;
  throw new NotationError(`invalid format: ${JSON.stringify(text)}`);
}

export type OutputFormat = 'tree' | 'json';

/** `text` is what 1.x calls the tree. */
export function findFormat(text: string | undefined): OutputFormat | undefined {
  if (text === undefined || text === 'tree' || text === 'text') return 'tree';
  return text === 'json' ? text : undefined;
}

interface Found {
  readonly signatures: readonly NamedSignature[];
  /** How many could not be read. */
  readonly skipped: number;
  /** More signatures exist than were asked for. */
  readonly isCut: boolean;
}

interface ReadOptions {
  readonly descriptor: Descriptor;
  readonly maxSignatures: number;
  readonly context: NotationContext;
}

async function readSignatures(subject: NotationSubject, options: ReadOptions): Promise<Found> {
  const { descriptor, maxSignatures, context } = options;
  const { listSignatures } = await import('@nv2/notary');
  const signatures: NamedSignature[] = [];
  let skipped = 0;
  let isCut = false;
  const listing = listSignatures(subject.store, descriptor, {
    maxSignatures,
    signal: context.io.signal,
    onEvent: (event) => void (isCut ||= event.type === 'limit-reached'),
  });
  for await (const listed of listing) {
    const signature = await readOne(subject, listed, context);
    if (signature === undefined) skipped += 1;
    else signatures.push({ digest: listed.descriptor.digest, signature });
  }
  return { signatures, skipped, isCut };
}

/** One signature that cannot be read must not hide the others: it is warned about. */
async function readOne(
  subject: NotationSubject,
  listed: SignatureListing,
  { io, warn }: NotationContext,
): Promise<InspectedSignature | undefined> {
  const { digest } = listed.descriptor;
  const [{ readSignature }, { parseEnvelope }, { describeEnvelope }] = await Promise.all([
    import('@nv2/notary'),
    import('@nv2/envelope'),
    import('./inspection/describe.ts'),
  ]);
  let envelope: UnverifiedEnvelope | undefined;
  try {
    const stored = await readSignature(subject.store, listed, { signal: io.signal });
    try {
      envelope = parseEnvelope(stored.envelope, stored.mediaType);
      return describeEnvelope(envelope);
    } catch (error) {
      if (!isNv2Error(error)) throw error;
      warn(`Skipping signature ${digest} because of error: ${describeError(error)}`);
    }
  } catch (error) {
    // Aborts and defects are not about this signature.
    if (!isNv2Error(error)) throw error;
    warn(`unable to fetch signature ${digest} due to error: ${describeError(error)}`);
  }
  return undefined;
}
