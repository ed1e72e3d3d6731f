import { isNv2Error } from '@nv2/base';
import type { SigningOptions } from '@nv2/notary';
import { resolvePath } from '../files.ts';
import {
  boolFlag,
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  textFlag,
} from './command.ts';
import { forceFlag, loggingFlags } from './flags.ts';
import { wordReadError, wordWriteError } from './file-error.ts';
import { confirm } from './prompt.ts';
import { checkSigningFlags, prepareSigning, signingFlags, signingGroups } from './signing.ts';

export const blobSignCommand: NotationCommand = {
  path: ['blob', 'sign'],
  aliases: [],
  usage: '[flags] <blob_path>',
  summary: 'Sign a file and write its signature beside it',
  examples: ['blob sign <blob_path>', 'blob sign --signature-directory <directory> --force <blob_path>'],
  flags: [
    ...signingFlags,
    ...loggingFlags,
    { name: 'media-type', kind: 'string', help: 'media type of the blob (default "application/octet-stream")' },
    { name: 'signature-directory', kind: 'string', help: 'directory for the signature (default: that of the blob)' },
    forceFlag,
  ],
  groups: signingGroups,
  checkArguments: (args) => {
    const [path, ...more] = args;
    if (path === undefined) {
      throw new NotationError(
        'missing file path to the blob artifact: use `notation blob sign --help` to see what parameters are required',
      );
    }
    if (path === '') throw new NotationError('blob path cannot be empty');
    if (more.length > 0) throw new NotationError(`accepts 1 arg(s), received ${args.length}`);
  },
  checkEarly: (context) => {
    if (textFlag(context.flags, 'signature-directory') === '')
      throw new NotationError('signature directory cannot be empty');
    checkSigningFlags(context);
  },
  run: async (context) => {
    const { flags, io, out, log } = context;
    const path = firstArgument(flags);
    const options = await prepareSigning(context, 'blob');
    const { isTaken, signaturePathOf } = await import('../blob.ts');
    const { envelope } = await signFile(path, options, context);
    const written = signaturePathOf(path, options.format, textFlag(flags, 'signature-directory'));
    const target = resolvePath(io.cwd, written);
    log('info', `Writing signature to file ${written}`);
    if (boolFlag(flags, 'force')) context.warn('existing signature file will be overwritten');
    else if (await isTaken(target)) {
      const goOn = await confirm('The signature file already exists, do you want to overwrite it?', context);
      if (!goOn) return;
    }
    await write(target, written, envelope);
    out(`Successfully signed ${path}`);
    // With the reference's space, for scripts that compare all of it.
    out(` Signature file written to ${written}`);
  },
};

async function signFile(
  path: string,
  options: SigningOptions,
  { flags, io }: NotationContext,
): Promise<{ readonly envelope: Uint8Array }> {
  const [{ signBlob }, { openBlob }] = await Promise.all([import('@nv2/notary'), import('../blob.ts')]);
  const mediaType = textFlag(flags, 'media-type') ?? 'application/octet-stream';
  try {
    // `-` is a file name here, as it is for the reference.
    await using blob = await openBlob(path === '-' ? './-' : path, { io });
    return await signBlob({ ...options, content: blob.content, mediaType, allowBareMediaType: true });
  } catch (error) {
    if (isNv2Error(error, 'NOTARY_MEDIA_TYPE_INVALID')) {
      throw new NotationError(
        mediaType === ''
          ? 'content media-type cannot be empty'
          : `invalid content media-type ${JSON.stringify(mediaType)}: ${error.message}`,
      );
    }
    throw wordReadError(error, path);
  }
}

async function write(target: string, shown: string, envelope: Uint8Array): Promise<void> {
  const { writeSignatureFile } = await import('../blob.ts');
  try {
    // Missing directories are made, as the reference makes them.
    await writeSignatureFile(target, envelope, { overwrite: true, makeDirectories: true });
  } catch (error) {
    const text = wordWriteError(error, shown);
    throw text === undefined ? error : new NotationError(`failed to write signature to file: ${text}`);
  }
}
