import { signedAttributeNames } from '../attribute-names.ts';

export const jwsMediaType = 'application/jose+json';

/** RFC 7515 section 4.1, and `b64` of RFC 7797, which would change what the payload is. */
export const registeredJwsHeaders: ReadonlySet<string | number> = new Set([
  'alg',
  'jku',
  'jwk',
  'kid',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'typ',
  'cty',
  'crit',
  'b64',
]);

const knownNames: readonly string[] = [...Array.from(signedAttributeNames, String), 'alg', 'cty', 'crit'];
const knownNamesByFold: ReadonlyMap<string, string> = new Map(knownNames.map((name) => [foldCase(name), name]));

/** SIG-JWS-20: the header of ours that a reader who ignores case would take `name` for, though it is another. */
export function findResembledHeader(name: string): string | undefined {
  const known = knownNamesByFold.get(foldCase(name));
  return known === name ? undefined : known;
}

/** Equal for names that differ only in case; upper case first, so that the long s meets the letter it stands for. */
export function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase();
}
