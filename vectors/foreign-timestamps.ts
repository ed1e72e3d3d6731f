// What must come of the time-stamps in the Notary Project's test data. What they are about is not part of it, so a token in which
// everything else holds fails for being about other data (TSA-25).

import type { VectorCase } from './case.ts';
import { vector } from './foreign-case.ts';

const rootR3 = 'timestamp/GlobalSignRootCA.crt';
const token = (expect: string, file: string, roots: readonly string[] = [rootR3]): VectorCase =>
  vector(expect, { kind: 'timestamp-token', file: `timestamp/${file}`, roots });
const response = (expect: string, file: string): VectorCase =>
  vector(expect, { kind: 'timestamp-response', file: `timestamp/responses/${file}` });

export const timestamps: readonly VectorCase[] = [
  token('failed TSA-14', 'cms/Sha1SignedData.p7s'),
  token('failed TSA-14', 'cms/SignedDataWithoutSignedAttributes.p7s'),
  token('failed TSA-17', 'cms/TimeStampTokenInvalidSignedAttributeContentType.p7s'),
  token('failed TSA-13', 'cms/TimeStampTokenWithInvalidCertificates.p7s'),
  token('failed TSA-14', 'cms/TimeStampTokenWithInvalidContentType.p7s'),
  token('failed TSA-13', 'cms/TimeStampTokenWithInvalidSigningTime.p7s'),
  token('failed TSA-18', 'cms/TimeStampTokenWithSignedAttributeSHA1.p7s'),
  token('failed TSA-15', 'cms/TimeStampTokenWithSignerVersion2.p7s'),
  token('failed TSA-17', 'cms/TimeStampTokenWithSigningTime.p7s'),
  token('failed TSA-17', 'cms/TimeStampTokenWithSigningTimeBeforeExpected.p7s'),
  token('failed TSA-19', 'cms/TimeStampTokenWithUnknownSignerIssuer.p7s'),
  token('failed TSA-16', 'cms/TimeStampTokenWithoutSignedAttributeContentType.p7s'),
  token('failed TSA-16', 'cms/TimeStampTokenWithoutSignedAttributeDigest.p7s'),
  token('failed TSA-16', 'cms/TimeStampTokenWithoutSignedAttributes.p7s'),
  token('failed TSA-15', 'cms/TimeStampTokenWithoutSigner.p7s'),
  response('granted 2021-09-18T11:54:34.000Z', 'granted.tsq'),
  response('error PKI_BER_INVALID', 'malformed.tsq'),
  response('refused rejection badAlg', 'rejection.tsq'),
  response('granted 2024-04-09T05:29:39.000Z', 'validResponseWithSigningCertificateV1.tsr'),
  token('failed TSA-16', 'tokens/SHA1TimeStampToken.p7s'),
  token('failed TSA-25', 'tokens/TimeStampToken.p7s'),
  token('failed TSA-21', 'tokens/TimeStampToken.p7s', []),
  token('failed TSA-21', 'tokens/TimeStampTokenNoRoot.p7s'),
  token('failed TSA-17', 'tokens/TimeStampTokenWithInvalidSignature.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithInvalidSigningCertificateV1.p7s'),
  token('failed TSA-13', 'tokens/TimeStampTokenWithInvalidSigningCertificateV2.p7s'),
  token('failed TSA-16', 'tokens/TimeStampTokenWithInvalidTSTInfo.p7s'),
  token('failed TSA-14', 'tokens/TimeStampTokenWithInvalideContentType.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithMismatchCertHash.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithSHA1CertHash.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithSigningCertificateV1.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithSigningCertificateV1NoCert.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithSigningCertificateV2NoCert.p7s'),
  token('failed TSA-16', 'tokens/TimeStampTokenWithTSTInfoVersion2.p7s'),
  // OC-16: the reference takes the good signer; RFC 3161 wants one.
  token('failed TSA-15', 'tokens/TimeStampTokenWithValidAndInvalidSignerInfos.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithWrongSigningCertificateV2IssuerChoiceTag.p7s'),
  token('failed TSA-10', 'tokens/TimeStampTokenWithoutCertificate.p7s'),
  token('failed TSA-19', 'tokens/TimeStampTokenWithoutSigningCertificate.p7s'),
  token('failed TSA-17', 'tokens/TimeStampTokenWithoutSigningCertificateV2IssuerSerial.p7s'),
];
