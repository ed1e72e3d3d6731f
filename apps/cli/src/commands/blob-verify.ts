import { blobTrustOptions, chooseBlobTrust } from '../blob-trust.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { signingConcurrency } from '../limits.ts';
import { flag, oneOf, type OptionValues, text } from '../option.ts';
import { metadataOptions, pluginOptions, revocationOptions } from '../options.ts';
import type { BlobVerificationResult } from '../output/blob-verification.ts';
import { failureOf } from '../report-failure.ts';
import type { TrustChoice } from '../trust-choice.ts';

const options = {
  ...blobTrustOptions,
  signature: text(
    '-s, --signature <file>',
    'the signature, for a single file; default: FILE.jws.sig and FILE.cose.sig',
    {
      aliases: ['-f <file>'],
    },
  ),
  signatureDirectory: text('--signature-directory <directory>', 'where signature files are; default: beside each file'),
  signatureFormat: oneOf('--signature-format <format>', 'envelope of the signature; default: as its name says', [
    'jws',
    'cose',
  ]),
  mediaType: text('--media-type <type>', 'media type with which the files must have been signed'),
  ...metadataOptions,
  ...pluginOptions,
  ...revocationOptions,
  explain: flag('--explain', 'show every check of every signature'),
};

type Values = OptionValues<typeof options>;

export const blobVerifyCommand = defineCommand({
  path: ['blob', 'verify'],
  summary: 'decide whether files are signed by somebody you trust',
  description:
    'With -k the signer must have exactly that key; with -c the signer must be certified by one of the certificates; without either the ' +
    'trust policy for blobs decides. Standard output is the path of each accepted file, and nothing else. Of several files each has ' +
    'a verdict; the exit code is that of the worst.',
  arguments: [{ name: 'file', description: 'files, or - for standard input with -s', isVariadic: true }],
  options,
  examples: [
    'blob verify -c wabbit-networks.crt net-monitor.tar.gz',
    'blob verify -s signatures/net-monitor.deb.jws.sig net-monitor.deb',
    'blob verify --policy-name releases --signature-directory signatures dist/net-monitor.deb dist/net-monitor.rpm',
    'blob verify -s sbom.jws.sig --media-type application/spdx+json -',
  ],
  run: async (values, files, context) => {
    assertCombination(values, files);
    const choice = await chooseBlobTrust(values, context);
    const { mapBounded } = await import('@nv2/content');
    const verifyOne = (file: string): Promise<BlobVerificationResult> => verifyFile(file, { values, choice, context });
    const results = await mapBounded([...new Set(files)], verifyOne, {
      concurrency: signingConcurrency,
      signal: context.io.signal,
    });
    const { describeBlobVerification } = await import('../output/blob-verification.ts');
    const { policyName, explain } = values;
    return describeBlobVerification(results, {
      ...choice,
      explain,
      ...(policyName === undefined ? {} : { policyName }),
    });
  },
});

/** @throws CliError `CLI_USAGE` */
function assertCombination({ signature, signatureDirectory }: Values, files: readonly string[]): void {
  if (signature !== undefined && signatureDirectory !== undefined) {
    throw new CliError('CLI_USAGE', '--signature and --signature-directory exclude each other');
  }
  if (signature !== undefined && files.length > 1) {
    throw new CliError('CLI_USAGE', `-s names the signature of one file, and there are ${files.length} files`, {
      hint: 'Leave it out: each signature is looked for beside its file, or in --signature-directory DIRECTORY.',
    });
  }
  if (files.includes('-') && files.length > 1) throw new CliError('CLI_USAGE', 'standard input is verified by itself');
}

interface Parts {
  readonly values: Values;
  readonly choice: TrustChoice;
  readonly context: Context;
}

async function verifyFile(file: string, { values, choice, context }: Parts): Promise<BlobVerificationResult> {
  const { verifyBlobFile } = await import('../verify-blob-file.ts');
  const { signature, signatureDirectory, signatureFormat, mediaType, userMetadata, pluginConfig } = values;
  try {
    const request = { file, signature, signatureDirectory, signatureFormat, mediaType, userMetadata, pluginConfig };
    return { file, ...(await verifyBlobFile({ ...request, trust: choice.trust, revocation: values }, context)) };
  } catch (error) {
    return { file, status: 'failed', error: failureOf(error, context) };
  }
}
