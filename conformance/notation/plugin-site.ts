// A server over TLS that has packages of plugins, and sends people elsewhere when it is asked to.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashHex } from '@nv2/base';
import { testPluginPackage } from '@nv2/testing';
import { mintTls } from '../../apps/cli/test/support/fronts.ts';

export interface PluginSite extends AsyncDisposable {
  /** What stands for what in rows. */
  readonly names: ReadonlyMap<string, string>;
}

export async function openPluginSite(): Promise<PluginSite> {
  const tls = await mintTls('plugins', 70);
  const plugin = testPluginPackage('tar.gz', 'e2e-plugin', '1.0.0');
  const directory = await mkdtemp(join(tmpdir(), 'nv2-site-'));
  const authority = join(directory, 'ca.pem');
  await writeFile(authority, tls.ca);
  const server = createServer({ cert: tls.certificate, key: tls.key }, ({ url }, response) => {
    if (url === '/plugin.tar.gz') response.end(plugin);
    else if (url === '/moved') response.writeHead(302, { location: '/plugin.tar.gz' }).end();
    else if (url === '/insecure') response.writeHead(302, { location: 'http://localhost/plugin.tar.gz' }).end();
    else response.writeHead(404).end('not here');
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  // The server listens on a port, so its address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    names: new Map([
      ['site', `https://localhost:${port}`],
      ['site-ca', authority],
      ['site-sha256', hashHex('sha256', plugin)],
    ]),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
