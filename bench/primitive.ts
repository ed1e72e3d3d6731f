// How node:crypto is told what our algorithms mean.

import { constants, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { assertNever, type SignatureScheme } from '@nv2/base';

export function primitiveInput(scheme: SignatureScheme, key: KeyObject): SignKeyObjectInput {
  switch (scheme.kind) {
    case 'ecdsa':
      return { key, dsaEncoding: scheme.encoding === 'raw' ? 'ieee-p1363' : 'der' };
    case 'rsa-pss':
      return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    case 'rsa-pkcs1':
      return { key, padding: constants.RSA_PKCS1_PADDING };
    default:
      return assertNever(scheme);
  }
}
