// The names of docs/spec-map.md section 2. JWS and COSE use the same text.

/** PAY-01: the only content type. */
export const payloadContentType = 'application/vnd.cncf.notary.payload.v1+json';

export const attributeNames = {
  signingScheme: 'io.cncf.notary.signingScheme',
  signingTime: 'io.cncf.notary.signingTime',
  authenticSigningTime: 'io.cncf.notary.authenticSigningTime',
  expiry: 'io.cncf.notary.expiry',
  verificationPlugin: 'io.cncf.notary.verificationPlugin',
  verificationPluginMinVersion: 'io.cncf.notary.verificationPluginMinVersion',
  timestampSignature: 'io.cncf.notary.timestampSignature',
  signingAgent: 'io.cncf.notary.signingAgent',
} as const;

/** Signed attributes with a meaning of their own; everything else in a protected header is extended. */
export const signedAttributeNames: ReadonlySet<string | number> = new Set([
  attributeNames.signingScheme,
  attributeNames.signingTime,
  attributeNames.authenticSigningTime,
  attributeNames.expiry,
  attributeNames.verificationPlugin,
  attributeNames.verificationPluginMinVersion,
]);
