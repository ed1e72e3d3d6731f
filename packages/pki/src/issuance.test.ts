import { caExtensions, mintCertificate, mintChain, testKeyPair } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { createCertificateCache } from './certificate-cache.ts';
import { isIssuedBy, isSelfSigned } from './issuance.ts';
import { parseCertificate } from './parse-certificate.ts';

describe('issuance', () => {
  it('needs the name and the signature [+CERT-02 +OC-63]', async () => {
    const { certificates, root } = await mintChain({ length: 2 });
    expect(isIssuedBy(certificates[0], root)).toBe(true);
    expect(isIssuedBy(certificates[0], root, createCertificateCache())).toBe(true);
    expect(isIssuedBy(root, certificates[0])).toBe(false);
  });

  it.each([
    ['the signature of another key under the right name', 'C=US,CN=CA', 2, 'SHA-256'],
    ['the right signature under another name', 'C=US,CN=other', 1, 'SHA-256'],
    ['the right name and a signature over SHA-1', 'C=US,CN=CA', 1, 'SHA-1'],
  ] as const)('is not %s [-CERT-02 -OC-63]', async (_, subject, index, hash) => {
    const parent = await mintCertificate({
      subject: 'C=US,CN=CA',
      key: testKeyPair('p256', 1),
      extensions: caExtensions,
    });
    const child = await mintCertificate({ issuer: { subject, key: testKeyPair('p256', index) }, hash });
    expect(isIssuedBy(child, parent)).toBe(false);
  });

  it('of itself is what self-signed means, whatever its issuer is called [+CERT-03 -CERT-03]', async () => {
    const self = await mintCertificate({ subject: 'C=US,CN=a' });
    const selfIssued = await mintCertificate({
      subject: 'C=US,CN=a',
      issuer: { subject: 'C=US,CN=a', key: testKeyPair('p256', 1) },
    });
    expect(isSelfSigned(self)).toBe(true);
    expect(isSelfSigned(selfIssued)).toBe(false);
  });

  it('survives no flipped byte of the issued certificate', async () => {
    const { certificates, root } = await mintChain({ length: 2 });
    const { der } = certificates[0];
    for (let at = 0; at < der.length; at++) {
      const changed = Uint8Array.from(der);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let isAccepted = false;
      try {
        isAccepted = isIssuedBy(parseCertificate(changed), root);
      } catch (error) {
        expect(error).toMatchObject({ code: 'PKI_CERTIFICATE_INVALID' });
      }
      expect([at, isAccepted]).toEqual([at, false]);
    }
  });
});
