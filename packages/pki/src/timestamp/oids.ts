// Object identifiers of time-stamping (docs/spec-map.md section 21).

export const timestampOids = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  /** The baseline policy of ETSI EN 319 421, which promises one second (TSA-26). */
  baselinePolicy: '0.4.0.2023.1.1',
} as const;
