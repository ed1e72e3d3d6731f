// Signatures of our own making that are shown and never verified: their certificates and their time-stamp were made once with OpenSSL, so
// that what is shown of them is the same on every run.

/** Subject with several values of a type, a comma and a type without a name; valid until 2046-01-26. */
const leaf = [
  'MIICRDCCAeqgAwIBAgIUWzC+pe/JFqECSdFGO2NXipz3FaQwCgYIKoZIzj0EAwIwVDELMAkGA1UEBhMCVVMxCzAJBgNVBAgMAldBMRAwDgYDVQQH',
  'DAdTZWF0dGxlMQ8wDQYDVQQKDAZOb3RhcnkxFTATBgNVBAMMDEV4YW1wbGUgUm9vdDAeFw0yNjExMjcyMzUwNTRaFw00NjAxMjYyMzUwNTRaMIGb',
  'MRMwEQYDVQQDDAplMmUsIGZpcnN0MQswCQYDVQQGEwJVUzELMAkGA1UECAwCV0ExEDAOBgNVBAcMB1NlYXR0bGUxHjANBgNVBAoMBk5vdGFyeTAN',
  'BgNVBAoMBlNlY29uZDEMMAoGA1UECwwDT25lMQwwCgYDVQQLDANUd28xHDAaBgkqhkiG9w0BCQEWDWFAZXhhbXBsZS5jb20wWTATBgcqhkjOPQIB',
  'BggqhkjOPQMBBwNCAASECTFDLcj37/kWzZUS313xNwONwqEVwUENWxbclfrc2gXtCGgwhQP5Nmoy0dThx2dXt6tNPnSXACHy2Q5hktx3o1IwUDAO',
  'BgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFC6p4TPbgl9B4ZrFE6Ef+cJT6pMGMB8GA1UdIwQYMBaAFE5AXB6pX5Z0Mgq+UZwSVGvky4twMAoGCCqG',
  'SM49BAMCA0gAMEUCIQDm56RhmsXPWWdeEnIimybBu1sYs0ihGFmT+QwcZRF5FgIgH9UVQG5v0QJfIr3Urdc2647RfEG8EvtyvLTeYaC5WoU=',
].join('');
const root = [
  'MIIB7TCCAZKgAwIBAgIUaSYv0pR+iNy41XacMhrVt+MLlwEwCgYIKoZIzj0EAwIwVDELMAkGA1UEBhMCVVMxCzAJBgNVBAgMAldBMRAwDgYDVQQH',
  'DAdTZWF0dGxlMQ8wDQYDVQQKDAZOb3RhcnkxFTATBgNVBAMMDEV4YW1wbGUgUm9vdDAeFw0yNjExMjcyMzUwNTRaFw00NjExMjIyMzUwNTRaMFQx',
  'CzAJBgNVBAYTAlVTMQswCQYDVQQIDAJXQTEQMA4GA1UEBwwHU2VhdHRsZTEPMA0GA1UECgwGTm90YXJ5MRUwEwYDVQQDDAxFeGFtcGxlIFJvb3Qw',
  'WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATcDKU/VmVbFSKYsT8LAo+uzlRbbhFcibbZ1UuUlvIVOnVnY/K1oA4GjWL+DLnNsH9oGNIHPP0H/WGR',
  'yN5Fr6k1o0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUTkBcHqlflnQyCr5RnBJUa+TLi3AwCgYIKoZIzj0E',
  'AwIDSQAwRgIhAJXc7UkjH2Id69ZBTjH7Bn6bDBZsnl3N0ocqfrmKXZi5AiEAj3fRUrA/UKLlJwMbdiOQ1ueLKDsde3HuErpO9ef6asY=',
].join('');

/** A token over the bytes 0 to 63, which are every specimen's signature, of an authority with an accuracy of one second. */
const token = [
  'MIIFsQYJKoZIhvcNAQcCoIIFojCCBZ4CAQMxDzANBglghkgBZQMEAgEFADByBgsqhkiG9w0BCRABBKBjBGEwXwIBAQYEKgMEATAxMA0GCWCGSAFl',
  'AwQCAQUABCD96rms83EDYr0mWM3Jop6PnHV/z5gRYDqMRHzR2RURCAIBAhgPMjAyNjExMjcyMzUwNTRaMAMCAQECCGM3H+PzcBLeoIIDqDCCAegw',
  'ggGPoAMCAQICFHiD8gGSoJq7Yx3UuJoF5gwk0HTzMAoGCCqGSM49BAMCMDoxCzAJBgNVBAYTAlVTMRAwDgYDVQQKDAdFeGFtcGxlMRkwFwYDVQQD',
  'DBBFeGFtcGxlIFRTQSBSb290MB4XDTI2MTEyNzIzNTA1NFoXDTQ2MDEyNjIzNTA1NFowNTELMAkGA1UEBhMCVVMxEDAOBgNVBAoMB0V4YW1wbGUx',
  'FDASBgNVBAMMC0V4YW1wbGUgVFNBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZKBiEw54gbMXapa81/E4L/oBcZvNThE+/fxRAS4xKmyYvzvh',
  'Pi50QCwfbrX++d7cGl2FVrvzSAo0pmQ/l/Ei7KN4MHYwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwDgYDVR0PAQH/BAQDAgeAMAwGA1UdEwEB/wQC',
  'MAAwHQYDVR0OBBYEFF/X1jsmrEHip/hWANdfJnUV7+wWMB8GA1UdIwQYMBaAFLOHucVj02a+yniopA1pMPaNdsgqMAoGCCqGSM49BAMCA0cAMEQC',
  'ICXVq8rpxV0zkTXphtf+m8vF4/+9ZdaR/GaY1abAFQnyAiAbPrqkVTEie17pGRhU7oRyVaSAhgl5w4QNnoVdppu3xjCCAbgwggFeoAMCAQICFAMk',
  'ZaXRScWwmnZGBGJ8QJ8x/B2zMAoGCCqGSM49BAMCMDoxCzAJBgNVBAYTAlVTMRAwDgYDVQQKDAdFeGFtcGxlMRkwFwYDVQQDDBBFeGFtcGxlIFRT',
  'QSBSb290MB4XDTI2MTEyNzIzNTA1M1oXDTQ2MTEyMjIzNTA1M1owOjELMAkGA1UEBhMCVVMxEDAOBgNVBAoMB0V4YW1wbGUxGTAXBgNVBAMMEEV4',
  'YW1wbGUgVFNBIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASL00HuzxgAxzCj5D4hyI1TaLCZ9Dl961xopjc71X5FW13zRmBcJ5UBedIX',
  '4WlOGXeUO73JdsLOBtkyZRx72nMko0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUs4e5xWPTZr7KeKikDWkw',
  '9o12yCowCgYIKoZIzj0EAwIDSAAwRQIhANrdquPorQwjaliApAUSm4J3zCU/8Mh8rcWVxA7jCfdEAiAJQGThaC0TdxIhs4zVaGZcWoM5oWoQYhmK',
  'NgB1QVAICzGCAWYwggFiAgEBMFIwOjELMAkGA1UEBhMCVVMxEDAOBgNVBAoMB0V4YW1wbGUxGTAXBgNVBAMMEEV4YW1wbGUgVFNBIFJvb3QCFHiD',
  '8gGSoJq7Yx3UuJoF5gwk0HTzMA0GCWCGSAFlAwQCAQUAoIGkMBoGCSqGSIb3DQEJAzENBgsqhkiG9w0BCRABBDAcBgkqhkiG9w0BCQUxDxcNMjYx',
  'MTI3MjM1MDU0WjAvBgkqhkiG9w0BCQQxIgQgERaHzIjD8htIs5SilPfvCXuqQ7tWhrOUR8uJJlC0ApwwNwYLKoZIhvcNAQkQAi8xKDAmMCQwIgQg',
  '5cdZWDp577gHr2uYH0MeCQR8IOvOdiAAjSryRlYTbVkwCgYIKoZIzj0EAwIERzBFAiEA0aEWlMkOr2+f04ndohlvzLL3hdEOk6FF42obB4EgsNkC',
  'IDWfxxkmcRCLN4/HWToyaMcW7DUJfzNvhNoKN2JVlFob',
].join('');

export interface Specimen {
  readonly signingTime: string;
  readonly expiry?: string;
  readonly extended?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly signingAgent?: string;
  /** `other`: about other bytes. `broken`: announces more bytes than follow. */
  readonly timestamp?: 'good' | 'other' | 'broken';
}

const prefix = 'io.cncf.notary.';

/** A JWS envelope. */
export function makeSpecimen(specimen: Specimen): string {
  const { signingTime, expiry, extended = {}, annotations, signingAgent, timestamp } = specimen;
  const header = {
    alg: 'ES256',
    crit: [`${prefix}signingScheme`, ...(expiry === undefined ? [] : [`${prefix}expiry`])],
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    [`${prefix}signingScheme`]: 'notary.x509',
    [`${prefix}signingTime`]: signingTime,
    ...(expiry === undefined ? {} : { [`${prefix}expiry`]: expiry }),
    ...extended,
  };
  const targetArtifact = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    size: 582,
    ...(annotations === undefined ? {} : { annotations }),
  };
  const signature = Uint8Array.from({ length: 64 }, (_, index) => (timestamp === 'other' ? 63 - index : index));
  return JSON.stringify({
    payload: encode(JSON.stringify({ targetArtifact })),
    protected: encode(JSON.stringify(header)),
    header: {
      ...(timestamp === undefined ? {} : { [`${prefix}timestampSignature`]: tokenOf(timestamp) }),
      x5c: [leaf, root],
      ...(signingAgent === undefined ? {} : { [`${prefix}signingAgent`]: signingAgent }),
    },
    signature: Buffer.from(signature).toString('base64url'),
  });
}

function tokenOf(timestamp: 'good' | 'other' | 'broken'): string {
  return timestamp === 'broken' ? Buffer.from([0x30, 0x05, 0x02, 0x01]).toString('base64') : token;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
