import { describe, expect, it } from 'vitest';
import { toTransportError } from './classify.ts';
import { TransportError } from './errors.ts';

function failure(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('a failure of the network', () => {
  it.each([
    ['ENOTFOUND', 'TRANSPORT_DNS', false],
    ['EAI_AGAIN', 'TRANSPORT_DNS', true],
    ['ECONNREFUSED', 'TRANSPORT_UNREACHABLE', false],
    ['EHOSTUNREACH', 'TRANSPORT_UNREACHABLE', false],
    ['ETIMEDOUT', 'TRANSPORT_TIMEOUT', true],
    ['ECONNRESET', 'TRANSPORT_INTERRUPTED', true],
    ['EPIPE', 'TRANSPORT_INTERRUPTED', true],
    ['CERT_HAS_EXPIRED', 'TRANSPORT_TLS', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TRANSPORT_TLS', false],
    ['ERR_SSL_SOMETHING_NEW', 'TRANSPORT_TLS', false],
    ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'TRANSPORT_TLS', false],
    ['HPE_HEADER_OVERFLOW', 'TRANSPORT_PROTOCOL', false],
    ['HPE_UNEXPECTED_CONTENT_LENGTH', 'TRANSPORT_PROTOCOL', false],
    ['EWHATEVER', 'TRANSPORT_INTERRUPTED', false],
  ])('%s is %s, and may pass: %s', (code, expected, isTransient) => {
    const error = toTransportError(failure(code), 'GET https://host');
    expect(error).toMatchObject({ code: expected, details: { reason: code } });
    expect((error as TransportError).details['transient'] === true).toBe(isTransient);
    expect(error.message).toMatch(/^GET https:\/\/host: (?:[a-z]|TLS)/);
  });

  it('in the words of Node for a closed connection may pass', () => {
    expect(toTransportError(new Error('socket hang up'), 'GET x')).toMatchObject({
      code: 'TRANSPORT_INTERRUPTED',
      details: { transient: true },
    });
  });

  it('that is ours already stays as it is', () => {
    const error = new TransportError('TRANSPORT_TIMEOUT', 'x');
    expect(toTransportError(error, 'GET x')).toBe(error);
  });

  it('of TLS says what to do next', () => {
    expect(toTransportError(failure('SELF_SIGNED_CERT_IN_CHAIN'), 'GET x')).toMatchObject({
      hint: expect.stringContaining('SSL_CERT_FILE') as string,
    });
    expect(toTransportError(failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'GET x')).toMatchObject({
      hint: expect.stringContaining('plain HTTP') as string,
    });
  });

  it('that is not even an error is told', () => {
    expect(toTransportError('nonsense', 'GET x')).toMatchObject({ code: 'TRANSPORT_INTERRUPTED' });
  });
});
