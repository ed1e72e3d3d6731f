// Payload (VER-17): is the signature about this very content? Always enforced (VER-20). This alone tells the signature of a
// blob from that of an artifact (BLOB-07).

import { describeError, isNv2Error, plainText } from '@nv2/base';
import { algorithmByName } from '@nv2/pki';
import type { ContentFacts } from '../failure-facts.ts';
import { maxReasonChars } from '../limits.ts';
import { parsePayload, type TargetArtifact } from '../payload.ts';
import { type Check, type CheckContext, type Finding, failed } from './check.ts';

export const payloadCheck: Check = {
  name: 'payload',
  async run(context) {
    const target = parse(context.envelope.payload); // PAY-08: the envelope is verified
    if ('status' in target) return target;
    const expected = await measure(context);
    const found: ContentFacts = { mediaType: target.mediaType, digest: target.digest, size: target.size };
    const wrong = differences(expected, found);
    if (wrong.length === 0) return { status: 'passed', learned: { target } };
    return failed(
      { code: 'wrong-subject', expected, found },
      `the signature is about other content: ${wrong.join(', ')}`,
    );
  },
};

function parse(payload: Uint8Array): TargetArtifact | Finding {
  try {
    return parsePayload(payload);
  } catch (error) {
    // A signer can sign anything; what is no payload is a verdict about the signature.
    if (!isNv2Error(error, 'NOTARY_PAYLOAD_INVALID')) throw error;
    return failed({ code: 'malformed' }, plainText(describeError(error), maxReasonChars * 2));
  }
}

/** What the payload has to say. VER-21: annotations of the artifact's descriptor do not count. */
async function measure({ subject, envelope }: CheckContext): Promise<ContentFacts> {
  if (subject.kind === 'artifact') {
    const { mediaType, digest, size } = subject.descriptor;
    return { mediaType, digest, size };
  }
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
