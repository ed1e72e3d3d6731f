// What copying did, in words and as data.

import type { CopyResult } from '@nv2/content';
import type { CommandResult } from '../command.ts';
import { countText } from './words.ts';

export interface CopiedFacts {
  /** Both by digest. */
  readonly source: string;
  readonly destination: string;
  readonly tag: string | undefined;
  readonly result: CopyResult;
  readonly hasReferrers: boolean;
  /** The decision that allowed it, with `--only-signed`. */
  readonly verification?: CommandResult;
}

export function describeCopy({
  source,
  destination,
  tag,
  result,
  hasReferrers,
  verification,
}: CopiedFacts): CommandResult {
  const { copied, existing, mounted, bytes, referrers } = result;
  return {
    conclusion: 'done',
    report: {
      source,
      destination,
      ...(tag === undefined ? {} : { tag }),
      copied,
      existing,
      mounted,
      bytes,
      referrers: referrers.map(({ digest, artifactType, mediaType }) => ({
        digest,
        artifactType: artifactType ?? mediaType,
      })),
      ...(verification?.report === undefined ? {} : { verification: verification.report }),
    },
    result: [destination],
    text: [
      ...(verification?.text ?? []),
      `nv2: ${destination}: done`,
      `  from: ${source}`,
      ...(tag === undefined ? [] : [`  tag: ${tag}`]),
      `  referrers: ${hasReferrers ? referrers.length : 'left behind'}`,
      `  ${countText(copied, 'content')} sent (${bytes} bytes), ${existing + mounted} there already`,
    ],
  };
}

/** Nothing was copied: the verdict says why. */
export function describeRefusedCopy(source: string, verification: CommandResult): CommandResult {
  const isSkipped = verification.conclusion === 'not-verified';
  return {
    conclusion: isSkipped ? 'policy-not-met' : verification.conclusion,
    report: {
      source,
      copied: 0,
      ...(verification.report === undefined ? {} : { verification: verification.report }),
    },
    result: [],
    text: [
      ...verification.text,
      ...(isSkipped
        ? ['why: --only-signed needs a policy that decides, and this one does not', 'next: nv2 policy show']
        : []),
    ],
  };
}
