// From what stands after `-k` to a key that signs (decision on key arguments: a configured name first, else a path, so
// that a file in the working directory never takes the place of a configured key).

import { extname } from 'node:path';
import { isNv2Error, type PrivateKey, quoteText } from '@nv2/base';
import type { Certificate, SigningKey } from '@nv2/pki';
import { ConfigError } from '../errors.ts';
import type { SigningKeyEntry, SigningKeys } from '../signing-keys.ts';
import { builtinKeyProviders } from './builtin.ts';
import { isKeyOf, readChain, signingKeyOf } from './pem.ts';
import { readPrivateKey } from './private-key.ts';
import type { KeyProvider, OpenKeyOptions } from './provider.ts';

export interface LoadKeyOptions extends OpenKeyOptions {
  /** Path of the certificate chain, leaf first; replaces what the key list or the directory of the key would give. */
  readonly chainPath?: string;
  /** Default: the built-in ones. */
  readonly providers?: readonly KeyProvider[];
}

/** Beside `release.key`, its chain may be called `release.crt`, `release.pem` or `release.cer`. */
const chainExtensions = ['.crt', '.pem', '.cer'];

/**
 * Opens the key called `nameOrPath`; without one, the default key of the list.
 *
 * @throws ConfigError `CONFIG_KEY_NOT_FOUND`, `CONFIG_KEY_UNSUPPORTED`, `CONFIG_KEY_INCOMPLETE`, `CONFIG_KEY_CHAIN_NOT_FOUND`
 *   and the codes of reading keys; PkiError for an unusable certificate file
 */
export async function loadSigningKey(
  list: SigningKeys,
  nameOrPath: string | undefined,
  options: LoadKeyOptions = {},
): Promise<SigningKey> {
  const name = nameOrPath ?? list.default;
  if (name === undefined || name === '') {
    throw new ConfigError('CONFIG_KEY_NOT_FOUND', 'no key was named and the key list has no default');
  }
  const entry = list.keys.find((key) => key.name === name);
  return entry === undefined ? openKeyFile(list, name, options) : openListedKey(entry, options);
}

async function openListedKey(entry: SigningKeyEntry, options: LoadKeyOptions): Promise<SigningKey> {
  const providers = options.providers ?? builtinKeyProviders;
  const { chainPath } = options;
  const used = entry.kind === 'local' && chainPath !== undefined ? { ...entry, certPath: chainPath } : entry;
  const provider = providers.find((candidate) => candidate.accepts(used));
  if (provider !== undefined) return provider.openKey(used, options);
  if (entry.kind === 'plugin') {
    const message = `key ${quoteText(entry.name)} lives in plugin ${quoteText(entry.pluginName)}, and no provider for plugins was given`;
    throw new ConfigError('CONFIG_KEY_UNSUPPORTED', message);
  }
  const message = `key ${quoteText(entry.name)} of signingkeys.json has neither keyPath and certPath nor id and pluginName`;
  throw new ConfigError('CONFIG_KEY_INCOMPLETE', message);
}

async function openKeyFile(list: SigningKeys, path: string, options: LoadKeyOptions): Promise<SigningKey> {
  const key = await readKeyFile(path, options);
  if (options.chainPath !== undefined) return signingKeyOf(path, key, await readChain(options.chainPath));
  const found = await findChain(list, key, path);
  if (found.chain === undefined) throw chainNotFound(path, found.tried);
  options.onEvent?.({ type: 'chain-found', keyPath: path, chainPath: found.path });
  return signingKeyOf(path, key, found.chain);
}

async function readKeyFile(path: string, options: LoadKeyOptions): Promise<PrivateKey> {
  try {
    return await readPrivateKey(path, path, options);
  } catch (cause) {
    if (!isNv2Error(cause, 'CONFIG_FILE_NOT_FOUND')) throw cause;
    const message = `no key of the key list is called ${quoteText(path)}, and there is no such file`;
    throw new ConfigError('CONFIG_KEY_NOT_FOUND', message);
  }
}

type FoundChain =
  | { readonly chain: readonly Certificate[]; readonly path: string }
  /** What was looked at, each with why it is not the chain. */
  | { readonly chain: undefined; readonly tried: readonly string[] };

// Beside the key first, then in the key list, each time by public key and never by name alone. What is found serves to
// sign; it is never an anchor of trust.
async function findChain(list: SigningKeys, key: PrivateKey, path: string): Promise<FoundChain> {
  const stem = path.slice(0, path.length - extname(path).length);
  const beside = chainExtensions.map((extension) => stem + extension).filter((candidate) => candidate !== path);
  const listed = list.keys.flatMap((entry) => (entry.kind === 'local' ? [entry.certPath] : []));
  const tried: string[] = [];
  for (const candidate of [...beside, ...listed]) {
    const chain = await readCandidate(candidate);
    const [leaf] = typeof chain === 'string' ? [] : chain;
    if (typeof chain !== 'string' && leaf !== undefined && isKeyOf(key, leaf)) return { chain, path: candidate };
    const why = typeof chain === 'string' ? chain : 'it certifies another key';
    if (beside.includes(candidate)) tried.push(`${candidate}: ${why}`);
  }
  return { chain: undefined, tried };
}

async function readCandidate(path: string): Promise<readonly Certificate[] | string> {
  try {
    return await readChain(path);
  } catch (cause) {
    // One of several places to look at: that it holds no chain is an answer. The last error lists all of them.
    if (!isNv2Error(cause)) throw cause;
    return cause.code === 'CONFIG_FILE_NOT_FOUND' ? 'it does not exist' : 'it cannot be read as certificates';
  }
}

function chainNotFound(path: string, tried: readonly string[]): ConfigError {
  const hint =
    'Name the certificate with -c FILE, or put it beside the key. ' +
    'A pair to try with comes from: nv2 cert generate-test NAME';
  const looked = tried.length === 0 ? '' : ` (${tried.map((line) => quoteText(line, 200)).join(', ')})`;
  const message = `no certificate was found for the key ${quoteText(path, 300)}, neither beside it nor in the key list${looked}`;
  return new ConfigError('CONFIG_KEY_CHAIN_NOT_FOUND', message, { hint, details: { tried } });
}
