import type { CertificateCache, SignatureAlgorithm } from '@nv2/pki';
import type { SignedAttributes, UnsignedAttributes, UnverifiedEnvelope } from '../envelope.ts';

/** What to put into an envelope before it is signed. */
export interface EnvelopeDraft {
  readonly payload: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly signed: SignedAttributes;
}

/** A draft in wire form: sign `signedBytes`, then `seal` gives the envelope. */
export interface PreparedEnvelope {
  readonly signedBytes: Uint8Array;
  seal(signature: Uint8Array, unsigned: UnsignedAttributes): Uint8Array;
}

export interface ParseOptions {
  /** Certificates that it knows need not be decoded again. */
  readonly cache?: CertificateCache;
}

/** One wire format of envelopes. A new one is a file here and a line in builtin.ts. */
export interface EnvelopeFormat {
  /** Name on the command line. */
  readonly name: 'jws' | 'cose';
  readonly mediaType: string;
  /** @throws EnvelopeError `ENVELOPE_MALFORMED`, `ENVELOPE_UNSUPPORTED` or `ENVELOPE_LIMIT` */
  parse(bytes: Uint8Array, options?: ParseOptions): UnverifiedEnvelope;
  /** @throws EnvelopeError `ENVELOPE_REQUEST_INVALID` for what the format cannot carry */
  prepare(draft: EnvelopeDraft): PreparedEnvelope;
}
