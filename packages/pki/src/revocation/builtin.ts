import { crlMethod } from './crl.ts';
import type { RevocationMethod } from './method.ts';
import { ocspMethod } from './ocsp.ts';

/** In the order in which they are asked (REV-04). */
export const builtinRevocationMethods: readonly RevocationMethod[] = [ocspMethod, crlMethod];
