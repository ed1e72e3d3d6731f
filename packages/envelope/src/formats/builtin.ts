import { cose } from './cose.ts';
import type { EnvelopeFormat } from './format.ts';
import { jws } from './jws.ts';

/** Every envelope format; the first is the default (SIGN-03). */
export const builtinFormats: readonly EnvelopeFormat[] = [jws, cose];
