import { resolve } from 'node:path';
import { quoteText } from '@nv2/base';
import type { SigningOptions } from '@nv2/notary';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { signingConcurrency } from '../limits.ts';
import { flag, type OptionValues, text } from '../option.ts';
import type { BlobSigningResult } from '../output/blob-signing.ts';
import { prepareSigning, signingOptions } from '../prepare-signing.ts';
import { failureOf } from '../report-failure.ts';

const options = {
  ...signingOptions,
  mediaType: text('--media-type <type>', 'media type of the files, which is signed too', {
    defaultText: 'application/octet-stream',
  }),
  output: text('-o, --output <file>', 'signature file, for a single file; default: FILE.jws.sig or FILE.cose.sig'),
  signatureDirectory: text('--signature-directory <directory>', 'where signature files go; default: beside each file'),
  force: flag('--force', 'replace signature files that are there'),
};

type Values = OptionValues<typeof options>;

export const blobSignCommand = defineCommand({
  path: ['blob', 'sign'],
  summary: 'sign files and write a signature file for each',
  description:
    'Signs size, media type and digest of each file; the files are read once and do not change. Standard output is the path of each ' +
    'signature file. Of several files, those that can be signed are; the exit code is that of the worst failure.',
  arguments: [{ name: 'file', description: 'files, or - for standard input', isVariadic: true }],
  options,
  examples: [
    'blob sign -k release.key net-monitor.tar.gz',
    'blob sign -k release.key --signature-directory signatures dist/net-monitor.deb dist/net-monitor.rpm',
    'blob sign -k release.key --media-type application/spdx+json -o sbom.jws.sig -',
  ],
  run: async (values, files, context) => {
    assertCombination(values, files);
    const signing = await prepareSigning(values, context, 'blob');
    const targets = await findTargets(files, values, signing);
    const { mapBounded } = await import('@nv2/content');
    const job = { values, signing, context };
    const results = await mapBounded(targets, (target) => signOne(target, job), {
      concurrency: signingConcurrency,
      signal: context.io.signal,
    });
    const { describeBlobSigning } = await import('../output/blob-signing.ts');
    return describeBlobSigning(results, signing);
  },
});

/** @throws CliError `CLI_USAGE` */
function assertCombination({ output, signatureDirectory }: Values, files: readonly string[]): void {
  if (output !== undefined && signatureDirectory !== undefined) {
    throw new CliError('CLI_USAGE', '--output and --signature-directory exclude each other');
  }
  if (output !== undefined && files.length > 1) {
    throw new CliError('CLI_USAGE', `-o names one signature file, and there are ${files.length} files`, {
      hint: 'Use --signature-directory DIRECTORY to put them all in one place.',
    });
  }
  if (!files.includes('-')) return;
  if (files.length > 1) throw new CliError('CLI_USAGE', 'standard input is signed by itself');
  if (output === undefined)
    throw new CliError('CLI_USAGE', 'standard input has no name', { hint: 'Add -o FILE.jws.sig.' });
}

interface Target {
  readonly file: string;
  /** As the person would name it from here. */
  readonly signature: string;
}

/** @throws CliError `CLI_USAGE` where two files would have one signature file */
async function findTargets(
  files: readonly string[],
  { output, signatureDirectory }: Values,
  { format }: SigningOptions,
): Promise<readonly Target[]> {
  const { signaturePathOf } = await import('../blob.ts');
  const byPath = new Map<string, Target>();
  for (const file of new Set(files)) {
    const signature = output ?? signaturePathOf(file, format, signatureDirectory);
    const other = byPath.get(resolve(signature));
    if (other !== undefined) {
      throw new CliError(
        'CLI_USAGE',
        `${quoteText(other.file, 300)} and ${quoteText(file, 300)} would both have ${signature}`,
      );
    }
    byPath.set(resolve(signature), { file, signature });
  }
  return [...byPath.values()];
}

interface Job {
  readonly values: Values;
  readonly signing: SigningOptions;
  readonly context: Context;
}

async function signOne({ file, signature }: Target, { values, signing, context }: Job): Promise<BlobSigningResult> {
  const [{ signBlob, parsePayload }, { isTaken, openBlob, writeSignatureFile }, { parseEnvelope }] = await Promise.all([
    import('@nv2/notary'),
    import('../blob.ts'),
    import('@nv2/envelope'),
  ]);
  const path = resolvePath(context.io.cwd, signature);
  const { force, mediaType = 'application/octet-stream' } = values;
  try {
    // Before a large file is read for nothing.
    if (!force && (await isTaken(path))) {
      throw new CliError('CLI_FILE_EXISTS', `${quoteText(signature, 300)} exists and would be overwritten`, {
        hint: 'Replace it with --force.',
      });
    }
    await using blob = await openBlob(file, context);
    context.progress(`reading ${file}`);
    const { envelope } = await signBlob({ ...signing, content: blob.content, mediaType });
    const makeDirectories = values.signatureDirectory !== undefined;
    await writeSignatureFile(path, envelope, { overwrite: force, makeDirectories });
    const target = parsePayload(parseEnvelope(envelope, signing.format.mediaType).payload);
    return { status: 'signed', file, signature, target };
  } catch (error) {
    return { status: 'failed', file, error: failureOf(error, context) };
  }
}
