// Keys in files: a private key and a certificate chain, leaf first (DIR-09).

import { encodeSpki, isEqualBytes, type PrivateKey, quoteText, signBytes } from '@nv2/base';
import { type Certificate, findAlgorithm, formatName, parseCertificates, type SigningKey } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import { readGivenFile } from '../files/read-file.ts';
import { limits } from '../limits.ts';
import { readPrivateKey } from './private-key.ts';
import type { KeyProvider } from './provider.ts';

export const pemKeyProvider: KeyProvider = {
  name: 'pem',
  accepts: (entry) => entry.kind === 'local',
  openKey: async (entry, options = {}) => {
    if (entry.kind !== 'local') throw new TypeError(`the pem provider got a ${entry.kind} key`);
    const chain = await readChain(entry.certPath);
    const key = await readPrivateKey(entry.keyPath, entry.name, options);
    return signingKeyOf(entry.name, key, chain);
  },
};

/** One or several certificates, PEM or DER (CERT-23). @throws ConfigError of reading files; PkiError `PKI_CERTIFICATE_INVALID` */
export async function readChain(path: string): Promise<readonly Certificate[]> {
  const { bytes } = await readGivenFile(path, { maxBytes: limits.maxCertificateFileBytes, what: 'certificate file' });
  return parseCertificates(bytes, quoteText(path, 300));
}

/**
 * Joins a private key and its chain.
 *
 * @throws ConfigError `CONFIG_KEY_MISMATCH` (ALG-05), `CONFIG_KEY_ALGORITHM` (ALG-03)
 */
export function signingKeyOf(name: string, key: PrivateKey, certificates: readonly Certificate[]): SigningKey {
  const [leaf, ...issuers] = certificates;
  if (leaf === undefined || !isKeyOf(key, leaf)) {
    const found = leaf === undefined ? 'no certificate' : `the certificate of ${quoteText(formatName(leaf.subject))}`;
    throw new ConfigError(
      'CONFIG_KEY_MISMATCH',
      `key ${quoteText(name)}: expected its own certificate first, found ${found}`,
    );
  }
  const algorithm = findAlgorithm(leaf.key);
  if (algorithm === undefined) {
    throw new ConfigError('CONFIG_KEY_ALGORITHM', `key ${quoteText(name)} cannot sign: it is ${describeKey(leaf)}`);
  }
  return {
    name,
    chain: [leaf, ...issuers],
    algorithm,
    sign: async (data, { signal } = {}) => {
      signal?.throwIfAborted();
      return signBytes(algorithm.scheme, key, data);
    },
  };
}

/** Whether the private key is the one the certificate certifies. */
export function isKeyOf(key: PrivateKey, certificate: Certificate): boolean {
  return isEqualBytes(encodeSpki(key), certificate.spki);
}

function describeKey({ key }: Certificate): string {
  if (key.kind === 'rsa') return `RSA of ${key.bits} bits`;
  return key.kind === 'ec' ? `on curve ${key.curve}` : `of algorithm ${key.algorithmOid}`;
}
