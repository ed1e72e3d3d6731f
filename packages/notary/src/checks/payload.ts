// Payload (VER-17): is the signature about this very content? Always enforced (VER-20). This alone tells the signature of a
// blob from that of an artifact (BLOB-07).

import { describeError, isNv2Error, plainText } from '@nv2/base';
import type { VerifiedEnvelope } from '@nv2/envelope';
import { algorithmByName } from '@nv2/pki';
import type { ContentFacts } from '../failure-facts.ts';
import { maxReasonChars } from '../limits.ts';
import { parsePayload, type TargetArtifact } from '../payload.ts';
import { type Check, type ExpectedSubject, type Finding, failed } from './check.ts';

type ExpectedBlob = Extract<ExpectedSubject, { readonly kind: 'blob' }>;

export const payloadCheck: Check = {
  name: 'payload',
  run({ subject, envelope }) {
    const target = parse(envelope.payload); // PAY-08: the envelope is verified
    if ('status' in target) return target;
    return subject.kind === 'artifact'
      ? compare(subject.descriptor, target)
      : measure(subject, envelope).then((expected) => compare(expected, target));
  },
};

/** VER-21: annotations of the artifact's descriptor do not count. */
function compare({ mediaType, digest, size }: ContentFacts, target: TargetArtifact): Finding {
  const isSame =
    digest === target.digest && size === target.size && (mediaType === undefined || mediaType === target.mediaType);
  if (isSame) return { status: 'passed', learned: { target } };
  const expected: ContentFacts = { digest, size, ...(mediaType === undefined ? {} : { mediaType }) };
  const wrong = differences(expected, target);
  // What is kept of a stranger's claim is what a person can read.
  const found = { mediaType: plainText(target.mediaType, maxReasonChars), digest: target.digest, size: target.size };
  return failed(
    { code: 'wrong-subject', expected, found },
    `the signature is about other content: ${wrong.join(', ')}`,
  );
}

function parse(payload: Uint8Array): TargetArtifact | Finding {
  try {
    return parsePayload(payload);
  } catch (error) {
    // A signer can sign anything; what is no payload is a verdict about the signature.
    if (!isNv2Error(error, 'NOTARY_PAYLOAD_INVALID')) throw error;
    return failed({ code: 'malformed' }, plainText(describeError(error), maxReasonChars * 2));
  }
}

/** What the payload of a blob's signature has to say. */
async function measure(subject: ExpectedBlob, envelope: VerifiedEnvelope): Promise<ContentFacts> {
  // BLOB-04, BLOB-05: the signer's key selects the hash, so a digest of another algorithm cannot match.
  const { digest, size } = await subject.measure(algorithmByName(envelope.algorithm).hash);
  return { digest, size, ...(subject.mediaType === undefined ? {} : { mediaType: subject.mediaType }) };
}

function differences(expected: ContentFacts, found: ContentFacts): readonly string[] {
  const members = ['mediaType', 'digest', 'size'] as const;
  return members
    .filter((member) => expected[member] !== undefined && expected[member] !== found[member])
    .map((member) => `${member} ${plainText(String(found[member]), maxReasonChars)}, expected ${expected[member]}`);
}
