// Certificate files: PEM or DER, one or several certificates (CERT-23).

import { decodeFirstDer, isNv2Error, parsePem } from '@nv2/base';
import type { Certificate } from './certificate.ts';
import { PkiError } from './errors.ts';
import { maxCertificateBytes, maxCertificateFileBytes } from './limits.ts';
import { parseCertificate } from './parse-certificate.ts';

/**
 * Parses every certificate of a file: all its PEM blocks, whatever their labels, or else concatenated DER.
 *
 * @param name what messages call the file
 * @throws PkiError `PKI_CERTIFICATE_INVALID` when anything in it is not a certificate or it holds none;
 * `PKI_CERTIFICATE_TOO_LARGE` for a file above 4 MiB or a certificate above 64 KiB.
 */
export function parseCertificates(file: Uint8Array, name = 'certificate file'): readonly Certificate[] {
  if (file.length > maxCertificateFileBytes) {
    throw new PkiError(
      'PKI_CERTIFICATE_TOO_LARGE',
      `${name} of ${file.length} bytes is larger than ${maxCertificateFileBytes}`,
    );
  }
  const certificates = splitFile(file, name).map(parseCertificate);
  if (certificates.length === 0) throw new PkiError('PKI_CERTIFICATE_INVALID', `${name} holds no certificate`);
  return certificates;
}

function splitFile(file: Uint8Array, name: string): readonly Uint8Array[] {
  try {
    const blocks = parsePem(file);
    return blocks.length > 0 ? blocks.map(({ der }) => der) : splitDer(file);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new PkiError('PKI_CERTIFICATE_INVALID', `${name} is neither PEM nor DER`, { cause });
  }
}

function splitDer(file: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let rest = file; rest.length > 0; ) {
    const part = decodeFirstDer(rest, { maxBytes: maxCertificateBytes }).bytes;
    parts.push(part);
    rest = rest.subarray(part.length);
  }
  return parts;
}
