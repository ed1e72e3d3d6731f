import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bytesResponse,
  encodeUtf8,
  hashHex,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { packageFiles, pluginScript, snapshot, tarGzOf } from '../../test/packages.ts';
import { downloadPackage, parsePackageUrl } from './download.ts';
import { installPlugin, type PluginInstallation } from './install-plugin.ts';

const env = { PATH: process.env['PATH'] };
const packed = tarGzOf(packageFiles());
const sha256 = hashHex('sha256', packed);

type Site = Readonly<Record<string, () => TransportResponse>>;

function siteTransport(site: Site, requests: TransportRequest[] = []): Transport {
  return (request) => {
    requests.push(request);
    request.signal?.throwIfAborted();
    return Promise.resolve(site[request.url]?.() ?? bytesResponse(404, []));
  };
}

const ok =
  (bytes: Uint8Array = packed) =>
  (): TransportResponse =>
    bytesResponse(200, [], bytes);
const moved =
  (location: string, status = 302) =>
  (): TransportResponse =>
    bytesResponse(status, [['Location', location]]);

interface Attempt {
  readonly outcome: PluginInstallation;
  readonly files: readonly string[];
}

async function install(
  site: Site,
  url: string,
  options: { readonly sha256?: string; readonly requests?: TransportRequest[] } = {},
): Promise<Attempt> {
  await using home = await temporaryDirectory();
  const directory = join(home.path, 'notation', 'plugins');
  const source = { kind: 'url', url, transport: siteTransport(site, options.requests) } as const;
  const checksum = 'sha256' in options ? options.sha256 : sha256;
  try {
    const outcome = await installPlugin(source, {
      directory,
      env,
      ...(checksum === undefined ? {} : { sha256: checksum }),
    });
    return { outcome, files: await snapshot(home.path) };
  } catch (error) {
    expect(await snapshot(home.path)).toHaveLength(1);
    throw error;
  }
}

describe('a package from the network', () => {
  it('is downloaded, compared with its checksum and installed [+PLUG-60 +PLUG-68]', async () => {
    const requests: TransportRequest[] = [];
    const { outcome } = await install({ 'https://a.example/p.tar.gz': ok() }, 'https://a.example/p.tar.gz', {
      requests,
    });
    expect(outcome.plugin.name).toBe('test');
    expect(requests).toMatchObject([{ method: 'GET', url: 'https://a.example/p.tar.gz' }]);
  });

  it.each(['..%2F..%2Fescaped', '%2Fescaped', '..%5Cescaped', 'a%00b', '..'.replaceAll('.', '%2E')])(
    'is written nowhere else, whatever the last segment of its address decodes to: %s [-PLUG-62 -PLUG-66]',
    async (segment) => {
      // A bare executable has no other name than that of its address.
      const bytes = pluginScript('test', '1.0.0');
      const url = new URL(`https://a.example/p/${segment}`).href;
      const attempt = install({ [url]: ok(bytes) }, url, { sha256: hashHex('sha256', bytes) });
      await expect(attempt).rejects.toMatchObject({
        code: expect.stringMatching(/^PLUGIN_PACKAGE_(?:UNSAFE|EXECUTABLE)$/),
      });
    },
  );

  it('may be somewhere else, as long as each step there is over TLS [+PLUG-68]', async () => {
    const site = {
      'https://a.example/p': moved('/q', 301),
      'https://a.example/q': moved('//b.example/r', 307),
      'https://b.example/r': moved('https://c.example/s', 308),
      'https://c.example/s': ok(),
    };
    expect((await install(site, 'https://a.example/p')).outcome.plugin.name).toBe('test');
  });

  it('may be the executable alone, named by the URL', async () => {
    const script = pluginScript('test', '1.0.0');
    const url = 'https://a.example/releases/notation-test?download=1';
    const { files } = await install({ [url]: ok(script) }, url, { sha256: hashHex('sha256', script) });
    expect(files.at(-1)).toMatch(/^\/notation\/plugins\/test\/notation-test 744 /);
  });

  it.each([
    ['http://a.example/p', 'PLUGIN_DOWNLOAD_REFUSED', { scheme: 'http' }],
    ['ftp://a.example/p', 'PLUGIN_DOWNLOAD_REFUSED', { scheme: 'ftp' }],
    ['file:///etc/passwd', 'PLUGIN_DOWNLOAD_REFUSED', { scheme: 'file' }],
    ['a.example/p', 'PLUGIN_SOURCE_INVALID', {}],
    ['https://user:secret@a.example/p', 'PLUGIN_SOURCE_INVALID', {}],
  ])('is not asked for at %s [-PLUG-68]', async (url, code, details) => {
    const requests: TransportRequest[] = [];
    const error = await install({}, url, { requests }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, details });
    expect(String(error)).not.toContain('secret');
    expect(requests).toEqual([]);
  });

  it.each([undefined, ''])('is not asked for without a checksum (%j) [-PLUG-60]', async (checksum) => {
    const requests: TransportRequest[] = [];
    const attempt = install({}, 'https://a.example/p', {
      ...(checksum === undefined ? { sha256: undefined as never } : { sha256: checksum }),
      requests,
    });
    await expect(attempt).rejects.toMatchObject({ code: 'PLUGIN_CHECKSUM_REQUIRED' });
    expect(requests).toEqual([]);
  });

  it('is refused when it is not what the checksum says [-PLUG-60]', async () => {
    const attempt = install({ 'https://a.example/p': ok(encodeUtf8('other')) }, 'https://a.example/p');
    await expect(attempt).rejects.toMatchObject({
      code: 'PLUGIN_CHECKSUM_MISMATCH',
      details: { expected: sha256, actual: hashHex('sha256', encodeUtf8('other')) },
    });
  });

  it.each<[string, Site, string]>([
    [
      'to plain HTTP',
      { 'https://a.example/p': moved('http://a.example/p'), 'http://a.example/p': ok() },
      'PLUGIN_DOWNLOAD_REFUSED',
    ],
    ['to a file', { 'https://a.example/p': moved('file:///etc/passwd') }, 'PLUGIN_DOWNLOAD_REFUSED'],
    ['to itself', { 'https://a.example/p': moved('/p') }, 'PLUGIN_DOWNLOAD_REFUSED'],
    ['to what is no URL', { 'https://a.example/p': moved('https://[') }, 'PLUGIN_DOWNLOAD_FAILED'],
    ['nowhere', { 'https://a.example/p': () => bytesResponse(302, []) }, 'PLUGIN_DOWNLOAD_FAILED'],
  ])('is not followed %s [-PLUG-68]', async (_, site, code) => {
    const requests: TransportRequest[] = [];
    await expect(install(site, 'https://a.example/p', { requests })).rejects.toMatchObject({ code });
    expect(requests.length).toBeLessThanOrEqual(11);
    expect(requests.every(({ url }) => url.startsWith('https://a.example/'))).toBe(true);
  });

  it.each([204, 206, 304, 401, 404, 500])('is not there when the server answers %i', async (status) => {
    const site = { 'https://a.example/p': () => bytesResponse(status, [], packed) };
    await expect(install(site, 'https://a.example/p')).rejects.toMatchObject({
      code: 'PLUGIN_DOWNLOAD_FAILED',
      details: { status },
    });
  });

  it('is given up when it breaks off', async () => {
    const site = {
      'https://a.example/p': (): TransportResponse => ({
        ...bytesResponse(200, []),
        body: (async function* () {
          yield packed.subarray(0, 10);
          throw new Error('connection reset');
        })(),
      }),
    };
    await expect(install(site, 'https://a.example/p')).rejects.toMatchObject({ code: 'PLUGIN_DOWNLOAD_FAILED' });
  });

  it('is given up at 256 MiB, however much the server sends [-PLUG-61]', async () => {
    let sent = 0;
    let isClosed = false;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(4 * 1024 * 1024);
      try {
        for (;;) {
          sent += chunk.length;
          yield chunk;
        }
      } finally {
        isClosed = true;
      }
    };
    const site = { 'https://a.example/p': (): TransportResponse => ({ ...bytesResponse(200, []), body: endless() }) };
    await expect(install(site, 'https://a.example/p')).rejects.toMatchObject({ code: 'PLUGIN_PACKAGE_LIMIT' });
    expect([sent, isClosed]).toEqual([256 * 1024 * 1024, true]);
  });

  it('is given up when time is up, or its user gives up [-PLUG-68]', async () => {
    await using home = await temporaryDirectory();
    const hanging: Transport = ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const url = parsePackageUrl('https://a.example/p');
    const late = downloadPackage(url, join(home.path, 'p'), { transport: hanging, timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({
      code: 'PLUGIN_DOWNLOAD_FAILED',
      message: expect.stringContaining('took longer'),
    });
    const signal = AbortSignal.timeout(20);
    const stopped = downloadPackage(url, join(home.path, 'q'), { transport: hanging, signal });
    await expect(stopped).rejects.toBe(
      await new Promise((done) => signal.addEventListener('abort', () => done(signal.reason))),
    );
    await expect(readFile(join(home.path, 'p'))).rejects.toThrow('ENOENT');
  });
});
