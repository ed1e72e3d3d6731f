// What is sent to an OCSP responder (RFC 6960 section 4.1, appendix A.1).

import { derTag, encodeBase64, encodeDer, encodeDerOid } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import { oids } from '../oids.ts';
import { encodeCertId } from './cert-id.ts';
import type { AnswerRequest } from './fetch-answer.ts';

/** REV-12: what is longer than this goes into a body, because caches and proxies cut paths. */
const maxPathChars = 255;

const extensionsTag = 0xa2;

/** An OCSPRequest about one certificate. A nonce makes the answer a fresh one, and useless to caches: none by default. */
export function encodeOcspRequest(certificate: Certificate, issuer: Certificate, nonce?: Uint8Array): Uint8Array {
  const list = encodeDer(derTag.sequence, encodeDer(derTag.sequence, encodeCertId(certificate, issuer)));
  const extensions =
    nonce === undefined ? [] : [encodeDer(extensionsTag, encodeDer(derTag.sequence, encodeNonce(nonce)))];
  return encodeDer(derTag.sequence, encodeDer(derTag.sequence, list, ...extensions));
}

/**
 * How a request goes to `url`: as GET with the request in the path where that is short enough, which caches can answer, else
 * as POST. An address with a query has no place for a path behind it.
 */
export function toOcspExchange(url: string, request: Uint8Array): AnswerRequest {
  const text = encodeBase64(request);
  const path = encodeURIComponent(text);
  if (text.length < maxPathChars && path.length < maxPathChars && !/[?#]/.test(url)) {
    return { url: `${url.replace(/\/$/, '')}/${path}` };
  }
  return { url, body: { mediaType: 'application/ocsp-request', bytes: request } };
}

function encodeNonce(nonce: Uint8Array): Uint8Array {
  const value = encodeDer(derTag.octetString, nonce);
  return encodeDer(derTag.sequence, encodeDerOid(oids.ocspNonce), encodeDer(derTag.octetString, value));
}
