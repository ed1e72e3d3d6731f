import { coseMediaType } from './cose-names.ts';
import { parseCose } from './cose-parse.ts';
import { prepareCose } from './cose-write.ts';
import type { EnvelopeFormat } from './format.ts';

/** CBOR Object Signing and Encryption, COSE_Sign1_Tagged (SIG-COSE-01). */
export const cose: EnvelopeFormat = { name: 'cose', mediaType: coseMediaType, parse: parseCose, prepare: prepareCose };
