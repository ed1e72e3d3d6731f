// Makes a key with a self-signed certificate for trying things out. The only file of the CLI that knows @peculiar/x509;
// it costs a tenth of a second to load, so it is imported by the one action that needs it.

import { webcrypto } from 'node:crypto';

export interface TestCertificateOptions {
  readonly commonName: string;
  readonly at: Date;
  readonly days: number;
  /** An RSA key of this many bits; without it an EC key on P-256. */
  readonly rsaBits?: number;
}

export interface TestCertificate {
  /** PKCS#8. */
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly notAfter: Date;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Self-signed, not an authority, for code signing only: the least that signing and a trust store accept. */
export async function createTestCertificate(options: TestCertificateOptions): Promise<TestCertificate> {
  // Loaded in this order, in so many words: bun runs the modules of static imports in another, and the second needs the first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm =
    options.rsaBits === undefined
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: options.rsaBits,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new TypeError('key generation gave no key pair');
  // Certificates count whole seconds.
  const notBefore = new Date(Math.floor(options.at.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + options.days * dayMs);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      // RFC 4514 order would start with CN; the generator wants encoding order.
      name: [{ C: ['US'] }, { ST: ['WA'] }, { L: ['Seattle'] }, { O: ['Notary'] }, { CN: [options.commonName] }],
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.codeSigning], false),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
    notAfter,
  };
}

/** 127 random bits, positive and never with a leading zero octet (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
