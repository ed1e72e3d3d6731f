import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const transportErrors = {
  TRANSPORT_REQUEST_INVALID: {
    kind: 'usage',
    summary: 'a request cannot be sent: its URL, a header field or the length of its body is wrong',
  },
  TRANSPORT_DNS: {
    kind: 'unavailable',
    summary: 'the host name has no address',
    hint: 'Check the spelling of the host and the name servers of this machine.',
  },
  TRANSPORT_ADDRESS_REFUSED: {
    kind: 'denied',
    summary: 'the host leads to an address that whoever asked does not want to be led to, such as one of this machine',
  },
  TRANSPORT_UNREACHABLE: {
    kind: 'unavailable',
    summary: 'no connection to the host: refused, or no route',
    hint: 'Check host and port, that the server runs, and whether a proxy (HTTPS_PROXY) is needed.',
  },
  TRANSPORT_INTERRUPTED: { kind: 'unavailable', summary: 'the connection broke before the exchange was complete' },
  TRANSPORT_TIMEOUT: {
    kind: 'unavailable',
    summary: 'the other side did not connect, answer or go on in time, or went on too slowly',
  },
  TRANSPORT_ABORTED: { kind: 'unavailable', summary: 'the caller gave up' },
  TRANSPORT_TLS: {
    kind: 'unavailable',
    summary: 'no secure connection: the certificate is not trusted, or TLS failed',
  },
  TRANSPORT_TLS_CONFIG: {
    kind: 'usage',
    summary: 'the certificate authorities or the client certificate to use cannot be read',
  },
  TRANSPORT_PROXY_INVALID: {
    kind: 'usage',
    summary: 'a proxy variable is not a usable http or https URL',
    hint: 'Correct HTTP_PROXY or HTTPS_PROXY, or name the host in NO_PROXY.',
  },
  TRANSPORT_PROXY_REFUSED: {
    kind: 'unavailable',
    summary: 'the proxy did not open a connection to the host',
    hint: 'Check the credentials in HTTPS_PROXY, or name the host in NO_PROXY.',
  },
  TRANSPORT_PROTOCOL: { kind: 'malformed', summary: 'the answer is not HTTP/1.1, or its header breaks the rules' },
} as const satisfies ErrorTable;

export type TransportErrorCode = keyof typeof transportErrors;

/** `details.transient` is true where the same request may succeed in a moment. */
export class TransportError extends Nv2Error<TransportErrorCode> {
  constructor(code: TransportErrorCode, message: string, options?: Nv2ErrorOptions) {
    super(transportErrors, code, message, options);
  }
}
