// What signing several artifacts did: each by itself, and the whole.

import type { SigningOptions } from '@nv2/notary';
import { formatPlatform } from '@nv2/oci';
import type { CommandResult, Report } from '../command.ts';
import { concludeErrors } from '../exit-codes.ts';
import { nextOf, reportFailure } from '../report-failure.ts';
import type { SigningResult } from '../sign-stored.ts';
import { describeSigner } from './signing.ts';
import { countText } from './words.ts';

/** Standard output: the signature of each artifact that has one now, in the order of the artifacts. */
export function describeSignings(results: readonly SigningResult[], signing: SigningOptions): CommandResult {
  const failures = results.flatMap((result) => (result.status === 'failed' ? [result.error] : []));
  const count = (status: SigningResult['status']): number => results.filter((one) => one.status === status).length;
  const { report, text } = describeSigner(signing);
  return {
    conclusion: failures.length === 0 ? 'done' : concludeErrors(failures),
    report: {
      signed: count('signed'),
      present: count('present'),
      failed: count('failed'),
      ...report,
      artifacts: results.map(reportResult),
    },
    result: results.flatMap((result) =>
      'signature' in result && result.signature !== undefined ? [result.signature] : [],
    ),
    text: [summary(results.length, count), ...results.flatMap(resultLines), ...text, ...nextOf(failures, 'sign')],
  };
}

function summary(total: number, count: (status: SigningResult['status']) => number): string {
  const present = count('present');
  if (count('failed') > 0) return `nv2: ${count('failed')} of ${countText(total, 'artifact')} could not be signed`;
  const words = present === 0 ? '' : `, ${present} of them already`;
  return `nv2: ${countText(total, 'artifact')}: signed${words}`;
}

function resultLines(result: SigningResult): readonly string[] {
  const name = `  ${result.subject}${result.platform === undefined ? '' : ` (${formatPlatform(result.platform)})`}`;
  if (result.status === 'failed') return [`${name}: failed: ${reportFailure(result.error).message}`];
  const signature = result.signature === undefined ? [] : [`    signature: ${result.signature}`];
  return [`${name}: ${result.status === 'present' ? 'signed already' : 'signed'}`, ...signature];
}

function reportResult(result: SigningResult): Report {
  const platform = result.platform === undefined ? {} : { platform: formatPlatform(result.platform) };
  if (result.status === 'failed') {
    return { subject: result.subject, status: result.status, ...platform, error: reportFailure(result.error) };
  }
  const { subject, status, descriptor, signature } = result;
  const { mediaType, digest, size } = descriptor;
  return {
    subject,
    status,
    ...platform,
    descriptor: { mediaType, digest, size },
    ...(signature === undefined ? {} : { signature }),
  };
}
