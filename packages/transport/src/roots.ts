// Which certificate authorities are trusted: the caller's, else the ones Go programs use, so that a private authority in
// the system's store works here as it does for other registry tools.

import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { decodeDer, describeError, parsePem } from '@nv2/base';
import { TransportError } from './errors.ts';
import { limits } from './limits.ts';
import type { Environment } from './proxy-rules.ts';

/** Where Linux distributions and BSDs keep their bundle; the first that exists counts. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const systemDirectories = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

const block = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * PEM blocks of the trusted authorities. SSL_CERT_FILE replaces the system's bundle, SSL_CERT_DIR its directories; with
 * only one of them set, the other default still counts. With neither, the system's bundle, else the list built into Node,
 * and what NODE_EXTRA_CA_CERTS names.
 *
 * @returns `undefined` for the list built into Node
 * @throws TransportError `TRANSPORT_TLS_CONFIG` when variables are set and nothing readable is behind them
 */
export async function readRoots(env: Environment): Promise<readonly string[] | undefined> {
  const file = env['SSL_CERT_FILE'] ?? '';
  const directory = env['SSL_CERT_DIR'] ?? '';
  if (file === '' && directory === '') return readSystemRoots(env);
  const fromFile = await readFirst(file === '' ? systemFiles : [file]);
  const directories = directory === '' ? systemDirectories : directory.split(delimiter).filter((part) => part !== '');
  const roots = new Set(fromFile.roots);
  for (const part of directories) await addDirectory(part, roots);
  if (roots.size > 0) return [...roots];
  const names = [file === '' ? undefined : 'SSL_CERT_FILE', directory === '' ? undefined : 'SSL_CERT_DIR'];
  const what = names.filter((name) => name !== undefined).join(' and ');
  throw new TransportError('TRANSPORT_TLS_CONFIG', `${what}: no certificate found there`, { cause: fromFile.cause });
}

async function readSystemRoots(env: Environment): Promise<readonly string[] | undefined> {
  const { roots } = await readFirst(systemFiles);
  if (roots.length === 0) return undefined;
  const extra = env['NODE_EXTRA_CA_CERTS'] ?? '';
  return extra === '' ? roots : [...new Set([...roots, ...(await readFirst([extra])).roots])];
}

async function readFirst(
  files: readonly string[],
): Promise<{ readonly roots: readonly string[]; readonly cause?: unknown }> {
  let cause: unknown;
  for (const file of files) {
    try {
      if ((await stat(file)).size > limits.maxRootsBytes) throw new Error(`larger than ${limits.maxRootsBytes} bytes`);
      return { roots: parseBlocks(await readFile(file, 'latin1')) };
    } catch (error) {
      // The next place may do; if none does, the first reason is told.
      cause ??= error;
    }
  }
  return { roots: [], cause };
}

async function addDirectory(directory: string, roots: Set<string>): Promise<void> {
  let names: readonly string[];
  try {
    names = (await readdir(directory)).slice(0, limits.maxRootFiles);
  } catch {
    // A directory that is not there holds no authorities; an empty result is reported as a whole.
    return;
  }
  for (const name of names) {
    const path = join(directory, name);
    if (await isAlias(path)) continue;
    for (const root of (await readFirst([path])).roots) roots.add(root);
  }
}

/** OpenSSL's hash links repeat a neighbour; reading them would parse everything twice. */
async function isAlias(path: string): Promise<boolean> {
  try {
    return !(await readlink(path)).includes('/');
  } catch {
    // Not a link.
    return false;
  }
}

/** The certificate blocks of a PEM file. */
export function parseBlocks(text: string): readonly string[] {
  return text.match(block) ?? [];
}

/** @throws TransportError `TRANSPORT_TLS_CONFIG` when the bytes hold no PEM certificate, or one that is damaged */
export function parseCa(bytes: Uint8Array): readonly string[] {
  try {
    const certificates = parsePem(bytes).filter(({ label }) => label === 'CERTIFICATE');
    // OpenSSL passes over what it cannot read; an authority that silently does not count would puzzle its owner.
    for (const { der } of certificates) decodeDer(der, { maxBytes: der.length });
  } catch (cause) {
    throw tlsConfigError('the file of certificate authorities', cause);
  }
  const blocks = parseBlocks(new TextDecoder('latin1').decode(bytes));
  if (blocks.length > 0) return blocks;
  throw new TransportError('TRANSPORT_TLS_CONFIG', 'the file of certificate authorities has no PEM certificate');
}

/** Wraps what OpenSSL says of unusable certificates or keys. */
export function tlsConfigError(what: string, cause: unknown): TransportError {
  return new TransportError('TRANSPORT_TLS_CONFIG', `${what} cannot be used: ${describeError(cause)}`, { cause });
}
