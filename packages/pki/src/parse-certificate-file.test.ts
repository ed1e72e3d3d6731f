import { concatBytes, encodeUtf8 } from '@nv2/base';
import { mintChain, toPem } from '@nv2/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from './certificate.ts';
import { parseCertificates } from './parse-certificate-file.ts';

const refused = expect.objectContaining({ code: 'PKI_CERTIFICATE_INVALID' });
const fingerprints = (certificates: readonly Certificate[]): readonly string[] =>
  certificates.map(({ fingerprint }) => fingerprint);

describe('certificate files', () => {
  let certificates: readonly Certificate[];
  let ders: readonly Uint8Array[];
  beforeAll(async () => {
    ({ certificates } = await mintChain({ length: 2 }));
    ders = certificates.map(({ der }) => der);
  });

  it('hold one certificate in PEM or DER [+CERT-23]', () => {
    expect(fingerprints(parseCertificates(ders[0]!))).toEqual(fingerprints(certificates).slice(0, 1));
    expect(parseCertificates(encodeUtf8(toPem('CERTIFICATE', ders[0]!)))).toHaveLength(1);
  });

  it('hold several in PEM, with any text around and any label [+CERT-23]', () => {
    const file = ders
      .map((der, index) => `number ${index}\n${toPem(index === 0 ? 'CERTIFICATE' : 'ANYTHING', der)}`)
      .join('\n');
    expect(fingerprints(parseCertificates(encodeUtf8(file)))).toEqual(fingerprints(certificates));
  });

  it('hold several in concatenated DER [+CERT-23]', () => {
    expect(fingerprints(parseCertificates(concatBytes(ders)))).toEqual(fingerprints(certificates));
  });

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array(0)],
    ['text', () => encodeUtf8('not a certificate')],
    ['PEM that is not a certificate', () => encodeUtf8(toPem('CERTIFICATE', Uint8Array.of(0x30, 0)))],
    [
      'a good block and a bad one',
      () => encodeUtf8(toPem('CERTIFICATE', ders[0]!) + toPem('PRIVATE KEY', Uint8Array.of(0x30, 0))),
    ],
    ['a block without end', () => encodeUtf8(toPem('CERTIFICATE', ders[0]!).replace(/-----END.*/, ''))],
    ['DER followed by something else', () => concatBytes([ders[0]!, encodeUtf8('rest')])],
    ['DER followed by a line feed', () => concatBytes([ders[0]!, Uint8Array.of(10)])],
  ])('with %s are refused [-CERT-23]', (_, file) => {
    expect(() => parseCertificates(file())).toThrow(refused);
  });

  it('above 4 MiB are refused', () => {
    expect(() => parseCertificates(new Uint8Array(4 * 1024 * 1024 + 1))).toThrow(
      expect.objectContaining({ code: 'PKI_CERTIFICATE_TOO_LARGE' }),
    );
  });
});
