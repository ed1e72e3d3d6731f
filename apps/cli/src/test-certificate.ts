// A key with a self-signed certificate for trying things out: not an authority, for code signing only, the least that signing and a
// trust store accept.

import { keyTypes } from './key-types.ts';
import type { MadeCertificate } from './make-certificate.ts';

export interface TestCertificateOptions {
  readonly commonName: string;
  readonly at: Date;
  readonly days: number;
  /** An RSA key of this many bits; without it an EC key on P-256. */
  readonly rsaBits?: number;
}

export async function createTestCertificate({
  commonName,
  at,
  days,
  rsaBits,
}: TestCertificateOptions): Promise<MadeCertificate> {
  const { makeCertificate } = await import('./make-certificate.ts');
  return makeCertificate({
    subject: `C=US,ST=WA,L=Seattle,O=Notary,CN=${commonName}`,
    keyType: keyTypes.find((type) => type === `rsa-${rsaBits}`) ?? 'p-256',
    role: 'leaf',
    purpose: 'code-signing',
    at,
    days,
  });
}
