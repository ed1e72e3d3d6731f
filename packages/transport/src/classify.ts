// What a failure below HTTP means: which code, whether it may pass, and what to do next.

import { isNv2Error, quoteText } from '@nv2/base';
import { TransportError, type TransportErrorCode } from './errors.ts';

interface Meaning {
  readonly code: TransportErrorCode;
  readonly reason: string;
  readonly isTransient?: boolean;
  readonly hint?: string;
}

const trustHint =
  'If this registry has a private authority, give its certificate with --ca-file FILE, or in SSL_CERT_FILE.';
const clientHint = 'Give the client certificate and key that the owner of the registry issued.';

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['ENOTFOUND', { code: 'TRANSPORT_DNS', reason: 'the name has no address' }],
  ['EAI_AGAIN', { code: 'TRANSPORT_DNS', reason: 'the name server did not answer', isTransient: true }],
  ['ECONNREFUSED', { code: 'TRANSPORT_UNREACHABLE', reason: 'connection refused' }],
  ['EHOSTUNREACH', { code: 'TRANSPORT_UNREACHABLE', reason: 'no route to the host' }],
  ['ENETUNREACH', { code: 'TRANSPORT_UNREACHABLE', reason: 'no route to the network' }],
  ['EADDRNOTAVAIL', { code: 'TRANSPORT_UNREACHABLE', reason: 'the address cannot be used from here' }],
  ['ETIMEDOUT', { code: 'TRANSPORT_TIMEOUT', reason: 'no connection in time', isTransient: true }],
  ['ECONNRESET', { code: 'TRANSPORT_INTERRUPTED', reason: 'the other side closed the connection', isTransient: true }],
  ['EPIPE', { code: 'TRANSPORT_INTERRUPTED', reason: 'the other side closed the connection', isTransient: true }],
  [
    'ERR_STREAM_PREMATURE_CLOSE',
    { code: 'TRANSPORT_INTERRUPTED', reason: 'the answer ended early', isTransient: true },
  ],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', tls('its certificate is self-signed', trustHint)],
  ['SELF_SIGNED_CERT_IN_CHAIN', tls('its certificate comes from an authority that is not trusted here', trustHint)],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    tls('its certificate comes from an authority that is not trusted here', trustHint),
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', tls('its certificate comes from an authority that is not trusted here', trustHint)],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    tls('its certificate comes from an authority that is not trusted here', trustHint),
  ],
  ['CERT_UNTRUSTED', tls('its certificate comes from an authority that is not trusted here', trustHint)],
  [
    'CERT_HAS_EXPIRED',
    tls('its certificate has expired', 'Check the clock of this machine; else the owner must renew it.'),
  ],
  ['CERT_NOT_YET_VALID', tls('its certificate is not valid yet', 'Check the clock of this machine.')],
  ['CERT_REVOKED', tls('its certificate is revoked', 'Do not go on; tell the owner of the registry.')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', tls('its certificate is for another name', 'Use the name the certificate is for.')],
  [
    'CERT_SIGNATURE_FAILURE',
    tls('its certificate is forged or damaged', 'Do not go on; tell the owner of the registry.'),
  ],
  [
    'EPROTO',
    tls('it does not speak TLS 1.2 or newer on this port', 'If it is plain HTTP, ask for plain HTTP explicitly.'),
  ],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    tls('it does not speak TLS on this port', 'If it is plain HTTP, ask for plain HTTP explicitly.'),
  ],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', tls('it offers only TLS older than 1.2', 'The owner must enable TLS 1.2 or newer.')],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    tls('it offers only TLS older than 1.2', 'The owner must enable TLS 1.2 or newer.'),
  ],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', tls('it wants a client certificate', clientHint)],
  [
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    tls('it refused the handshake, possibly for lack of a client certificate', clientHint),
  ],
  ['HPE_HEADER_OVERFLOW', { code: 'TRANSPORT_PROTOCOL', reason: 'the header of the answer is too large' }],
  [
    'HPE_INVALID_CONSTANT',
    {
      code: 'TRANSPORT_PROTOCOL',
      reason: 'the answer is not HTTP',
      hint: 'If the port speaks TLS, do not ask for plain HTTP.',
    },
  ],
]);

function tls(reason: string, hint: string): Meaning {
  return { code: 'TRANSPORT_TLS', reason, hint };
}

/** Turns whatever node:net, node:tls or node:http threw into an error of ours; our own pass unchanged. */
export function toTransportError(error: unknown, doing: string): Error {
  if (isNv2Error(error)) return error;
  const code = codeOf(error);
  const { reason, hint, ...meaning } = meanings.get(code) ?? guess(code);
  return new TransportError(meaning.code, `${doing}: ${reason}`, {
    cause: error,
    details: { reason: code, ...(meaning.isTransient === true ? { transient: true } : {}) },
    ...(hint === undefined ? {} : { hint }),
  });
}

function guess(code: string): Meaning {
  if (code.startsWith('HPE_')) return { code: 'TRANSPORT_PROTOCOL', reason: `the answer is not HTTP/1.1 (${code})` };
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return tls(`TLS failed (${code})`, trustHint);
  if (/^(?:CERT|CRL|UNABLE_TO|ERROR_IN|INVALID|HOSTNAME|PATH_LENGTH)_/.test(code)) {
    return tls(`its certificate is not acceptable (${code})`, trustHint);
  }
  return { code: 'TRANSPORT_INTERRUPTED', reason: `the connection failed (${quoteText(code, 60)})` };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.message === 'socket hang up' || error.message === 'aborted' ? 'ECONNRESET' : 'unknown';
}
