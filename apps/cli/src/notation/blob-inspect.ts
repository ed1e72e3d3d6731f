import { describeError, isNv2Error } from '@nv2/base';
import { readInputFile, resolvePath } from '../files.ts';
import { maxEnvelopeBytes } from '../limits.ts';
import { oneArgument } from './arguments.ts';
import { parseSignatureFileName } from './signature-format.ts';
import { firstArgument, type NotationCommand, type NotationContext, NotationError, textFlag } from './command.ts';
import { outputFlag } from './flags.ts';
import { findFormat } from './inspect.ts';
import type { InspectedSignature } from './inspection/describe.ts';
import { wordOsError } from './os-error.ts';

export const blobInspectCommand: NotationCommand = {
  path: ['blob', 'inspect'],
  aliases: [],
  usage: '[flags] <signature_path>',
  summary: 'Show everything that the signature of a file says',
  examples: ['blob inspect blob.cose.sig', 'blob inspect -o json blob.cose.sig'],
  flags: [outputFlag],
  checkArguments: oneArgument(
    'missing signature path: use `notation blob inspect --help` to see what parameters are required',
  ),
  run: async (context) => {
    const { flags, io } = context;
    const output = textFlag(flags, 'output');
    const format = findFormat(output);
    if (format === undefined) throw new NotationError(`unrecognized output format ${output}`);
    const path = firstArgument(flags);
    const signature = await readSignature(path, context);
    const { renderBlobInspectionJson, renderBlobInspectionTree } = await import('./inspection/render.ts');
    io.stdout.write(
      format === 'json' ? renderBlobInspectionJson(signature) : renderBlobInspectionTree(path, signature),
    );
  },
};

async function readSignature(path: string, { io }: NotationContext): Promise<InspectedSignature> {
  const { mediaType } = await parseSignatureFileName(path);
  const bytes = await readInputFile(resolvePath(io.cwd, path), maxEnvelopeBytes).catch((error: unknown) => {
    throw new NotationError(
      `failed to read signature file: ${wordOsError(error, 'open', path) ?? describeError(error)}`,
    );
  });
  const [{ parseEnvelope }, { describeEnvelope }] = await Promise.all([
    import('@nv2/envelope'),
    import('./inspection/describe.ts'),
  ]);
  try {
    return describeEnvelope(parseEnvelope(bytes, mediaType));
  } catch (error) {
    // Defects are no statement about the file.
    if (!isNv2Error(error)) throw error;
    throw new NotationError(`failed to parse signature: ${describeError(error)}`);
  }
}
