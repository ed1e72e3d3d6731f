import type { EnvelopeFormat } from './format.ts';
import { jwsMediaType } from './jws-names.ts';
import { parseJws } from './jws-parse.ts';
import { prepareJws } from './jws-write.ts';

/** JSON Web Signature, flattened JSON serialization (SIG-JWS-01). */
export const jws: EnvelopeFormat = { name: 'jws', mediaType: jwsMediaType, parse: parseJws, prepare: prepareJws };
