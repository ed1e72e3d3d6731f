// Packages from the network (PLUG-60, PLUG-68): over TLS from the first request to the last redirect.

import { findHeader, plainText, quoteText, type Transport, type TransportResponse } from '@nv2/base';
import { limits } from '../limits.ts';
import { PluginInstallError } from './install-errors.ts';
import { type StagedPackage, stageBytes } from './package-source.ts';

/** Nobody states permissions of a download; it is not executable until that is decided. */
const downloadMode = 0o644;

export interface DownloadOptions {
  readonly transport: Transport;
  readonly userAgent?: string;
  /** Default 10 minutes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Whether text is an URL that packages may come from.
 *
 * @throws PluginInstallError `PLUGIN_SOURCE_INVALID`, `PLUGIN_DOWNLOAD_REFUSED` with `details.scheme`
 */
export function parsePackageUrl(text: string): URL {
  if (!URL.canParse(text)) throw new PluginInstallError('PLUGIN_SOURCE_INVALID', `${quoteText(text)} is not a URL`);
  const url = new URL(text);
  assertTls(url);
  if (url.username !== '' || url.password !== '') {
    throw new PluginInstallError('PLUGIN_SOURCE_INVALID', `the URL for ${url.host} carries credentials`, {
      hint: 'Download the package by other means and install the file.',
    });
  }
  return url;
}

/**
 * Downloads a package of fewer than 256 MiB into a file.
 *
 * @throws PluginInstallError `PLUGIN_DOWNLOAD_REFUSED`, `PLUGIN_DOWNLOAD_FAILED`, `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_INSTALL_FAILED`
 */
export async function downloadPackage(url: URL, target: string, options: DownloadOptions): Promise<StagedPackage> {
  const { timeoutMs = limits.downloadTimeoutMs, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    const response = await request(url, { ...options, signal: both });
    const fileName = decodeSegment(url.pathname.split('/').at(-1) ?? '');
    return await stageBytes({ fileName, mode: downloadMode, content: response.body }, target, both);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PluginInstallError) throw cause;
    const why = deadline.aborted ? `took longer than ${timeoutMs / 1000} s` : 'failed';
    throw new PluginInstallError('PLUGIN_DOWNLOAD_FAILED', `downloading from ${url.host} ${why}`, { cause });
  }
}

async function request(
  first: URL,
  options: DownloadOptions & { readonly signal: AbortSignal },
): Promise<TransportResponse> {
  const { transport, userAgent, signal } = options;
  const agent = userAgent === undefined ? [] : [['user-agent', userAgent] as const];
  // Encodings would change the bytes that the checksum is about.
  const headers = [['accept', '*/*'] as const, ['accept-encoding', 'identity'] as const, ...agent];
  let url = first;
  for (let hop = 0; hop <= limits.maxRedirects; hop += 1) {
    const response = await transport({ method: 'GET', url: url.href, headers, signal });
    if (response.status === 200) return response;
    response.discard();
    const location = findHeader(response.headers, 'location');
    if (!redirects.has(response.status) || location === undefined) {
      throw new PluginInstallError('PLUGIN_DOWNLOAD_FAILED', `${url.host} answered with status ${response.status}`, {
        details: { status: response.status },
      });
    }
    if (!URL.canParse(location, url.href)) {
      throw new PluginInstallError('PLUGIN_DOWNLOAD_FAILED', `${url.host} redirects to ${quoteText(location)}`);
    }
    url = new URL(location, url.href);
    assertTls(url);
  }
  const message = `${first.host} redirects more than ${limits.maxRedirects} times`;
  throw new PluginInstallError('PLUGIN_DOWNLOAD_REFUSED', message);
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function assertTls(url: URL): void {
  if (url.protocol === 'https:') return;
  const scheme = plainText(url.protocol.replace(/:$/, ''));
  throw new PluginInstallError(
    'PLUGIN_DOWNLOAD_REFUSED',
    `plugins are downloaded over https only, and ${url.host === '' ? 'the URL' : url.host} is to be asked over ${scheme}`,
    { details: { scheme } },
  );
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not the name of an executable then; an archive needs none.
    return segment;
  }
}
