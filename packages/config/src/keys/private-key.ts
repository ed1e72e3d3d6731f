// Private keys in PEM files (CERT-24): PKCS#8, encrypted PKCS#8, PKCS#1, SEC1. Everything else is refused with the command
// that converts it.

import {
  importPrivateKey,
  isNv2Error,
  type PemBlock,
  type PrivateKey,
  type PrivateKeyForm,
  parsePem,
  quoteText,
} from '@nv2/base';
import { ConfigError } from '../errors.ts';
import { readGivenFile } from '../files/read-file.ts';
import { limits } from '../limits.ts';
import type { OpenKeyOptions } from './provider.ts';

const forms: ReadonlyMap<string, PrivateKeyForm> = new Map([
  ['PRIVATE KEY', 'pkcs8'],
  ['ENCRYPTED PRIVATE KEY', 'encrypted-pkcs8'],
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
]);

/** Reads the one private key of a file. @throws ConfigError of the `CONFIG_KEY_…` and `CONFIG_FILE_…` codes */
export async function readPrivateKey(path: string, name: string, options: OpenKeyOptions = {}): Promise<PrivateKey> {
  const { bytes, mode } = await readGivenFile(path, { maxBytes: limits.maxKeyFileBytes, what: 'private key' });
  options.signal?.throwIfAborted();
  if ((mode & 0o077) !== 0) options.onEvent?.({ type: 'secret-file-exposed', path, mode });
  return openPrivateKey(findPrivateKeyBlock(bytes, path), { path, name }, options);
}

/** Whether a PEM block claims to be a private key, in whatever form. */
export function isPrivateKeyBlock(block: PemBlock): boolean {
  return block.label.endsWith('PRIVATE KEY');
}

/** @throws ConfigError `CONFIG_KEY_FORMAT` unless exactly one private key is in the file */
export function findPrivateKeyBlock(bytes: Uint8Array, path: string): PemBlock {
  const [block, another] = parseBlocks(bytes, path).filter(isPrivateKeyBlock);
  if (block === undefined) {
    const hint = `Convert a DER key with: openssl pkey -inform DER -in ${path} -out key.pem`;
    throw new ConfigError('CONFIG_KEY_FORMAT', `${quoteText(path, 300)} holds no private key in PEM form`, { hint });
  }
  if (another !== undefined) {
    throw new ConfigError('CONFIG_KEY_FORMAT', `${quoteText(path, 300)}: expected one private key, found several`);
  }
  return block;
}

/** @throws ConfigError `CONFIG_KEY_FORMAT`, `CONFIG_KEY_ENCRYPTED`, `CONFIG_KEY_PASSPHRASE` */
export async function openPrivateKey(
  block: PemBlock,
  source: { readonly path: string; readonly name: string },
  options: Pick<OpenKeyOptions, 'passphrase'>,
): Promise<PrivateKey> {
  const form = forms.get(block.label);
  const isLegacyEncrypted = block.headers.size > 0;
  if (form === undefined || isLegacyEncrypted) throw unsupported(block, source.path);
  const passphrase = form === 'encrypted-pkcs8' ? await askPassphrase(source, options) : undefined;
  try {
    return importPrivateKey(block.der, form, passphrase);
  } catch (cause) {
    // OpenSSL tells a wrong passphrase from a broken file only sometimes; for an encrypted key the former is the likely one.
    if (form === 'encrypted-pkcs8') {
      throw new ConfigError('CONFIG_KEY_PASSPHRASE', `the passphrase does not open ${quoteText(source.path, 300)}`, {
        cause,
      });
    }
    throw new ConfigError('CONFIG_KEY_FORMAT', `${quoteText(source.path, 300)} holds no usable private key`, { cause });
  }
}

async function askPassphrase(
  source: { readonly path: string; readonly name: string },
  options: Pick<OpenKeyOptions, 'passphrase'>,
): Promise<string> {
  const passphrase = await options.passphrase?.(source.name);
  if (passphrase !== undefined) return passphrase;
  throw new ConfigError('CONFIG_KEY_ENCRYPTED', `the private key ${quoteText(source.path, 300)} is encrypted`);
}

/** The PEM blocks of a file, none for one that is not PEM. @throws ConfigError `CONFIG_KEY_FORMAT` */
export function parseBlocks(bytes: Uint8Array, path: string): readonly PemBlock[] {
  try {
    return parsePem(bytes);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new ConfigError('CONFIG_KEY_FORMAT', `${quoteText(path, 300)} is not well-formed PEM`, { cause });
  }
}

function unsupported(block: PemBlock, path: string): ConfigError {
  const isOpenSsh = block.label === 'OPENSSH PRIVATE KEY';
  const found = block.headers.size > 0 ? `${block.label} with the legacy encryption of PEM headers` : block.label;
  const hint = isOpenSsh
    ? `Convert it in place with: ssh-keygen -p -m PKCS8 -f ${path}`
    : `Convert it with: openssl pkcs8 -topk8 -in ${path} -out key.pem`;
  const expected = 'PRIVATE KEY, ENCRYPTED PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY';
  const message = `${quoteText(path, 300)}: expected ${expected}, found ${quoteText(found)}`;
  return new ConfigError('CONFIG_KEY_FORMAT', message, { hint });
}
