// From what stands after `verify -k` to the public key that the signer must have.

import { decodeDer, derTag, encodeSpki, isNv2Error, quoteText } from '@nv2/base';
import { parseCertificate, parseCertificates } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import { readGivenFile } from '../files/read-file.ts';
import { limits } from '../limits.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { findPrivateKeyBlock, isPrivateKeyBlock, openPrivateKey, parseBlocks } from './private-key.ts';
import type { OpenKeyOptions } from './provider.ts';

export interface VerificationKey {
  /** Name or path as given. */
  readonly name: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Of the certificate it came in. */
  readonly fingerprint?: string;
  /** It was derived from a private key, which does not belong on a machine that only verifies. */
  readonly isPrivate: boolean;
}

/**
 * Reads the key of a configured name (its certificate), else of a file: a certificate (the first counts), a public key,
 * or a private key.
 *
 * @throws ConfigError `CONFIG_KEY_NOT_FOUND`, `CONFIG_KEY_FORMAT`, `CONFIG_KEY_UNSUPPORTED` …; PkiError `PKI_CERTIFICATE_INVALID`
 */
export async function readVerificationKey(
  list: SigningKeys,
  nameOrPath: string,
  options: OpenKeyOptions = {},
): Promise<VerificationKey> {
  const entry = list.keys.find((key) => key.name === nameOrPath);
  if (entry !== undefined && entry.kind !== 'local') {
    const message = `key ${quoteText(nameOrPath)} of the key list has no certificate file to verify with`;
    throw new ConfigError('CONFIG_KEY_UNSUPPORTED', message);
  }
  return readKeyFile(entry?.certPath ?? nameOrPath, nameOrPath, options);
}

async function readKeyFile(path: string, name: string, options: OpenKeyOptions): Promise<VerificationKey> {
  const bytes = await readBytes(path);
  const blocks = parseBlocks(bytes, path);
  const publicKey = blocks.find((block) => block.label === 'PUBLIC KEY');
  if (publicKey !== undefined) return { name, spki: checkedSpki(publicKey.der, path), isPrivate: false };
  // Of a file of certificates the first counts. A file may hold a key and its certificate both.
  const block = blocks.find((candidate) => candidate.label === 'CERTIFICATE');
  if (block !== undefined) {
    const { spki, fingerprint } = parseCertificate(block.der);
    return { name, spki, fingerprint, isPrivate: false };
  }
  if (blocks.some(isPrivateKeyBlock)) {
    const key = await openPrivateKey(findPrivateKeyBlock(bytes, path), { path, name }, options);
    options.onEvent?.({ type: 'private-key-for-verification', path });
    return { name, spki: new Uint8Array(encodeSpki(key)), isPrivate: true };
  }
  const [certificate] = blocks.length === 0 ? parseCertificates(bytes, quoteText(path, 300)) : [];
  if (certificate === undefined) throw unusable(path, `a block called ${quoteText(blocks[0]?.label ?? '')}`);
  const { spki, fingerprint } = certificate;
  return { name, spki, fingerprint, isPrivate: false };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return (await readGivenFile(path, { maxBytes: limits.maxKeyFileBytes, what: 'key or certificate' })).bytes;
  } catch (cause) {
    if (!isNv2Error(cause, 'CONFIG_FILE_NOT_FOUND')) throw cause;
    const message = `no key of the key list is called ${quoteText(path)}, and there is no such file`;
    throw new ConfigError('CONFIG_KEY_NOT_FOUND', message, { cause });
  }
}

// Keys are compared as bytes, so this is only to tell a mistake early: a sequence of an algorithm and a bit string.
function checkedSpki(der: Uint8Array, path: string): Uint8Array {
  try {
    const members = decodeDer(der, { maxBytes: limits.maxKeyFileBytes }).members();
    members.read(derTag.sequence, 'a key algorithm');
    members.read(derTag.bitString, 'key bits');
    members.readEnd('the public key');
    return new Uint8Array(der);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw unusable(path, 'a damaged public key', cause);
  }
}

function unusable(path: string, found: string, cause?: unknown): ConfigError {
  const hint = `Convert a public key with: openssl pkey -pubin -in ${path} -pubout -out key.pub`;
  const message = `${quoteText(path, 300)}: expected a certificate, a public key or a private key, found ${found}`;
  return new ConfigError('CONFIG_KEY_FORMAT', message, cause === undefined ? { hint } : { hint, cause });
}
