// What signing files did: each by itself, and the whole.

import type { SigningOptions, TargetArtifact } from '@nv2/notary';
import type { CommandResult, Report } from '../command.ts';
import { concludeErrors } from '../exit-codes.ts';
import { nextOf, reportFailure } from '../report-failure.ts';
import { describeSigner } from './signing.ts';
import { countText, shellWord } from './words.ts';

export type BlobSigningResult =
  | { readonly status: 'signed'; readonly file: string; readonly signature: string; readonly target: TargetArtifact }
  | { readonly status: 'failed'; readonly file: string; readonly error: unknown };

/** Standard output: the signature file of each file that has one, in the order of the files. */
export function describeBlobSigning(results: readonly BlobSigningResult[], signing: SigningOptions): CommandResult {
  const failures = results.flatMap((result) => (result.status === 'failed' ? [result.error] : []));
  const signed = results.flatMap((result) => (result.status === 'signed' ? [result] : []));
  const { report, text } = describeSigner(signing);
  const [only] = results;
  return {
    conclusion: failures.length === 0 ? 'done' : concludeErrors(failures),
    report: { signed: signed.length, failed: failures.length, ...report, files: results.map(reportResult) },
    result: signed.map(({ signature }) => signature),
    text: [
      ...(results.length === 1 && only !== undefined
        ? [`nv2: ${only.file === '-' ? 'standard input' : only.file}: ${stateOf(only)}`]
        : [summary(results.length, failures.length), ...results.map((one) => `  ${one.file}: ${stateOf(one)}`)]),
      ...(signed.length === 0 ? [] : text),
      ...signed.map(({ signature }) => `  signature: ${signature}`),
      ...nextOf(failures, 'blob sign'),
      ...verifyLine(signed[0]),
    ],
  };
}

function summary(total: number, failed: number): string {
  return failed === 0
    ? `nv2: ${countText(total, 'file')}: signed`
    : `nv2: ${failed} of ${countText(total, 'file')} could not be signed`;
}

function stateOf(result: BlobSigningResult): string {
  return result.status === 'signed' ? 'signed' : `failed: ${reportFailure(result.error).message}`;
}

function verifyLine(first: Extract<BlobSigningResult, { status: 'signed' }> | undefined): readonly string[] {
  if (first === undefined || first.file === '-') return [];
  return [`next: nv2 blob verify -s ${shellWord(first.signature)} ${shellWord(first.file)}`];
}

function reportResult(result: BlobSigningResult): Report {
  const { file, status } = result;
  if (result.status === 'failed') return { file, status, error: reportFailure(result.error) };
  const { mediaType, digest, size } = result.target;
  return { file, status, signature: result.signature, descriptor: { mediaType, digest, size } };
}
