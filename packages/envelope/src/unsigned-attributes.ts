// Bounds on the unsigned part, which anybody can write (ATTR-18).

import { malformed, tooLarge } from './errors.ts';
import { maxCertificateBytes, maxChainLength, maxSigningAgentChars } from './limits.ts';

/** @throws EnvelopeError `ENVELOPE_LIMIT` */
export function checkChainLength(length: number): void {
  if (length > maxChainLength) throw tooLarge(`chain of ${length} certificates is longer than ${maxChainLength}`);
}

/** @throws EnvelopeError `ENVELOPE_LIMIT`, and `ENVELOPE_MALFORMED` for an empty one */
export function checkCertificateSize(bytes: number, index: number): void {
  if (bytes === 0) throw malformed('ATTR-14', `certificate ${index + 1} is empty`);
  if (bytes > maxCertificateBytes) {
    throw tooLarge(`certificate ${index + 1} of ${bytes} bytes is larger than ${maxCertificateBytes} bytes`);
  }
}

/** ATTR-16: a signing agent that is no text, or far too much of it, is as good as absent; it never fails a signature. */
export function findSigningAgent(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= maxSigningAgentChars ? value : undefined;
}
