// A time-stamp token as data, for showing: nothing in it is verified. check-timestamp.ts is what judges a token.

import { hashBytes, isEqualBytes, isNv2Error } from '@nv2/base';
import { hasNoParameters } from '../algorithm-id.ts';
import type { Certificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { findHash } from '../hash-algorithm.ts';
import { parseCertificate } from '../parse-certificate.ts';
import { toDer } from './ber.ts';
import { maxTokenBytes } from './limits.ts';
import { malformedToken } from './malformed.ts';
import { timestampOids } from './oids.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';
import { parseTstInfo, type TstInfo } from './tst-info.ts';

/** What a token claims. Anybody can write one; trust needs `checkTimestamp`. */
export interface TimestampToken
  extends Pick<TstInfo, 'policy' | 'genTime' | 'accuracyMs' | 'earliest' | 'latest' | 'serialNumber'> {
  /** The certificates that travel along, in their order. */
  readonly certificates: readonly Certificate[];
  /** Whether the token is about these bytes: their hash is the one it states. */
  readonly isAbout: (data: Uint8Array) => boolean;
}

/**
 * Reads a token without trusting it.
 *
 * @throws PkiError `PKI_BER_INVALID`, `PKI_TIMESTAMP_INVALID`, `PKI_TIMESTAMP_TOO_LARGE`
 */
export function parseTimestampToken(token: Uint8Array): TimestampToken {
  const { content, certificates } = readSignedToken(token);
  return reading(() => {
    const { imprint, policy, genTime, accuracyMs, earliest, latest, serialNumber } = parseTstInfo(content);
    return {
      policy,
      genTime,
      accuracyMs,
      earliest,
      latest,
      serialNumber,
      certificates: certificates.map(parseCertificate),
      isAbout: (data) => isImprintOf(imprint, data),
    };
  });
}

/** The CMS structure of a token, whose content is a TSTInfo by type and not yet read. @throws as {@link parseTimestampToken} */
export function readSignedToken(token: Uint8Array): SignedData {
  if (token.length > maxTokenBytes) {
    throw new PkiError('PKI_TIMESTAMP_TOO_LARGE', `token of ${token.length} bytes is larger than ${maxTokenBytes}`);
  }
  const der = toDer(token);
  return reading(() => {
    const signed = parseSignedData(der);
    // TSA-14
    if (signed.contentType === timestampOids.tstInfo) return signed;
    throw malformedToken('TSA-14', `the token signs content of type ${signed.contentType}, expected TSTInfo`);
  });
}

/** TSA-25: the hash may be another one than the signing key's, but none that is broken. */
export function isImprintOf({ algorithm, digest }: TstInfo['imprint'], data: Uint8Array): boolean {
  const hash = hasNoParameters(algorithm) ? findHash(algorithm.oid) : undefined;
  return hash !== undefined && isEqualBytes(digest, hashBytes(hash, data));
}

/** Whatever is wrong with the bytes becomes this part's own error. */
export function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!isNv2Error(cause) || isNv2Error(cause, 'PKI_TIMESTAMP_INVALID')) throw cause;
    throw new PkiError('PKI_TIMESTAMP_INVALID', 'bytes are not a valid time-stamp token', { cause });
  }
}
