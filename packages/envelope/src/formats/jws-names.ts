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
