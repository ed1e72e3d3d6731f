// A key that never leaves its service: `SigningKey` is an object of four members, and only `sign` talks to anybody.

import { findAlgorithm, parseCertificates, type SigningKey } from '@nv2/pki';

/** Sends bytes to a key service and gives back the signature: PSS for RSA, r‖s for ECDSA. */
export type RemoteSigner = (request: { readonly keyId: string; readonly data: Uint8Array }) => Promise<Uint8Array>;

/** `chain`: the certificate of the key and those that issued it, up to the root, as PEM. */
export function remoteKey(keyId: string, chain: Uint8Array, remote: RemoteSigner): SigningKey {
  const [leaf, ...issuers] = parseCertificates(chain);
  const algorithm = leaf === undefined ? undefined : findAlgorithm(leaf.key);
  if (leaf === undefined || algorithm === undefined) throw new TypeError(`no certificate for key ${keyId} can sign`);
  return { name: keyId, chain: [leaf, ...issuers], algorithm, sign: (data) => remote({ keyId, data }) };
}
