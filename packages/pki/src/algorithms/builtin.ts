import type { SignatureAlgorithm } from './algorithm.ts';
import { es256 } from './es256.ts';
import { es384 } from './es384.ts';
import { es512 } from './es512.ts';
import { ps256 } from './ps256.ts';
import { ps384 } from './ps384.ts';
import { ps512 } from './ps512.ts';

/** All signature algorithms of the Notary Project (ALG-01). */
export const builtinAlgorithms: readonly SignatureAlgorithm[] = [ps256, ps384, ps512, es256, es384, es512];
