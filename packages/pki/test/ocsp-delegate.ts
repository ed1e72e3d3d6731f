// Responders that an issuer has certified, for the tests of OCSP.

import { encodeHex } from '@nv2/base';
import {
  leafExtensions,
  mintCertificate,
  type RevocationWorld,
  type TestAuthority,
  type TestExtensions,
  type TestKeyPair,
  type TestOcspOptions,
  testKeyPair,
} from '@nv2/testing';
import { expect } from 'vitest';

export const ocspSigning = '1.3.6.1.5.5.7.3.9';
export const noCheck = { oid: '1.3.6.1.5.5.7.48.1.5', value: Uint8Array.of(5, 0) };
export const responderExtensions: TestExtensions = {
  ...leafExtensions,
  extendedKeyUsage: { oids: [ocspSigning] },
  other: [noCheck],
};

export interface DelegateOptions {
  readonly extensions?: TestExtensions;
  readonly notAfter?: Date;
  readonly issuer?: TestAuthority;
  readonly key?: TestKeyPair;
}

/** A responder with a certificate by the issuer of the leaf, or by somebody else. */
export async function delegate(world: RevocationWorld, more: DelegateOptions = {}): Promise<TestAuthority> {
  const { certificate: issuer, key: issuerKey } = more.issuer ?? world.signer(1);
  const key = more.key ?? testKeyPair('p256', 7700);
  const certificate = await mintCertificate({
    subject: 'CN=responder',
    key,
    issuer: { subject: 'C=US,ST=WA,O=Example,CN=Example Root CA', key: issuerKey },
    extensions: more.extensions ?? responderExtensions,
    ...(more.notAfter === undefined ? {} : { notAfter: more.notAfter }),
  });
  if (more.issuer === undefined) expect(encodeHex(certificate.issuer.der)).toBe(encodeHex(issuer.subject.der));
  return { certificate, key };
}

/** An answer about the leaf by such a responder. */
export async function signedBy(
  world: RevocationWorld,
  more: DelegateOptions,
  options: Partial<TestOcspOptions> = {},
): Promise<Uint8Array> {
  return world.ocsp(0, {}, { signer: await delegate(world, more), ...options });
}
