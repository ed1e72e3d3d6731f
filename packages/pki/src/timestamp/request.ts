// TimeStampReq (RFC 3161 section 2.4.1): what is sent to an authority.

import { encodeDer, encodeDerOid, encodeDerUnsigned, derTag, type HashName } from '@nv2/base';
import { hashOid } from '../hash-algorithm.ts';
import { nonceBytes } from './limits.ts';

export interface TimestampQuery {
  /** TSA-03: the hash of the signing key (OC-38). */
  readonly hash: HashName;
  readonly digest: Uint8Array;
  /** What makes the answer an answer to this request: 20 random octets, of which the first bit is not used. */
  readonly nonce: Uint8Array;
}

/** The request in DER (TSA-04): version 1, the hash algorithm with explicit NULL, a nonce below 2^159, certificates wanted. */
export function encodeTimestampRequest({ hash, digest, nonce }: TimestampQuery): Uint8Array {
  const algorithm = encodeDer(derTag.sequence, encodeDerOid(hashOid(hash)), encodeDer(derTag.null));
  return encodeDer(
    derTag.sequence,
    encodeDerUnsigned(Uint8Array.of(1)),
    encodeDer(derTag.sequence, algorithm, encodeDer(derTag.octetString, digest)),
    encodeDerUnsigned(nonce),
    encodeDer(derTag.boolean, Uint8Array.of(0xff)),
  );
}

/** A nonce from random octets: uniform in [0, 2^159). */
export function toNonce(random: Uint8Array): Uint8Array {
  if (random.length !== nonceBytes) throw new RangeError(`a nonce is made of ${nonceBytes} octets`);
  return random.map((octet, at) => (at === 0 ? octet & 0x7f : octet));
}
