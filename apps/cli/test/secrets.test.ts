// What `--debug` shows of requests, and that no secret is ever part of it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { headerText, withoutSecrets } from '../src/http-trace.ts';
import { runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const password = 'hunter2-secret';
const token = 'bearer-token-secret';
const basic = Buffer.from(`me:${password}`).toString('base64');

/** A registry that wants a token, whose token service hands one out, and that then has nothing; its storage signs addresses. */
async function lockedRegistry(): Promise<{ readonly host: string; close(): void; readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((message, response) => {
    seen.push(`${message.headers.authorization}`);
    const host = message.headers.host ?? '';
    if (message.url?.startsWith('/token') === true) {
      response.setHeader('set-cookie', `session=${token}`);
      response.end(JSON.stringify({ token }));
      return;
    }
    if (message.headers.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="http://${host}/token",service="${host}",scope="repository:app:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    response.writeHead(404, { 'set-cookie': `session=${token}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a TCP port has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { host: `localhost:${port}`, seen, close: () => void server.close() };
}

describe('the trace of requests', () => {
  let stage: Stage;
  let registry: Awaited<ReturnType<typeof lockedRegistry>>;
  const nv2 = (args: readonly string[], settings: RunSettings = {}) => runHere(stage, args, settings);

  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    registry = await lockedRegistry();
  });
  afterAll(async () => {
    registry.close();
    await stage[Symbol.asyncDispose]();
  });

  it.each<readonly [string, readonly string[], RunSettings]>([
    ['flags', ['-u', 'me', '-p', password], {}],
    ['the environment', [], { env: { NV2_USERNAME: 'me', NV2_PASSWORD: password } }],
    ['standard input', ['-u', 'me', '--password-stdin'], { input: `${password}\n` }],
    ['an identity token', ['-p', password], {}],
  ])('has method, URL, status and time of each request, and no secret from %s', async (_, options, settings) => {
    for (const format of ['text', 'json']) {
      registry.seen.length = 0;
      const args = ['verify', '-d', '--format', format, '-k', 'wabbit.crt', ...options, `${registry.host}/app:v1`];
      const ran = await nv2(args, settings);
      const all = ran.stdout + ran.stderr;
      expect(ran.status, all).toBe(20);
      expect(registry.seen).toContain(`Bearer ${token}`);
      expect(ran.stderr).toMatch(/^debug: request \d+: GET http:\/\/localhost:\d+\/v2\/app\/manifests\/v1$/m);
      expect(ran.stderr).toMatch(/^debug: response \d+: 401 in \d+ ms$/m);
      for (const secret of [password, token, basic, encodeURIComponent(password)]) expect(all).not.toContain(secret);
    }
  });

  it('has the headers too in the drop-in, secrets replaced', async () => {
    await stage.write(
      'policy.json',
      JSON.stringify({
        version: '1.0',
        trustPolicies: [
          {
            name: 'all',
            registryScopes: ['*'],
            signatureVerification: { level: 'strict' },
            trustStores: ['ca:x'],
            trustedIdentities: ['*'],
          },
        ],
      }),
    );
    await nv2(['policy', 'import', '--force', 'policy.json']);
    const args = ['verify', '-d', '-u', 'me', '-p', password, `${registry.host}/app:v1`];
    const ran = await nv2(args, { face: 'notation' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /^time=\S+ \S+Z level=debug msg=Request #\d+\n> Request: "(?:GET|HEAD)" "http:\/\/localhost:\d+\/v2\/app\/manifests\/v1"\n> Request headers:\n/m,
    );
    expect(ran.stderr).toMatch(/^ {3}"User-Agent": "notation\//m);
    expect(ran.stderr).toContain('   "Authorization": "*****"');
    expect(ran.stderr).toMatch(/msg=Response #\d+\n< Response status: "401 Unauthorized"\n< Response headers:\n/);
    for (const secret of [password, token, basic]) expect(ran.stdout + ran.stderr).not.toContain(secret);
    const off = await nv2(['verify', '--debug=false', ...args.slice(2)], { face: 'notation' });
    expect(off.stderr).not.toContain('Request #');
  });

  it.each([
    [
      'https://s.test/blob?X-Amz-Signature=abc&X-Amz-Date=1',
      'https://s.test/blob?X-Amz-Signature=*****&X-Amz-Date=*****',
    ],
    ['https://user:pw@r.test/v2/', 'https://r.test/v2/'],
    [
      'https://a.test/token?service=r&scope=repository:a:pull',
      'https://a.test/token?service=r&scope=repository:a:pull',
    ],
    ['not a url?secret', 'not a url?*****'],
  ])('shows %s as %s', (url, shown) => expect(withoutSecrets(url)).toBe(shown));

  it.each([
    ['Authorization', 'Bearer x', '*****'],
    ['Set-Cookie', 'a=b', '*****'],
    ['Proxy-Authorization', 'Basic x', '*****'],
    ['Location', 'https://s.test/b?sig=1', 'https://s.test/b?*****'],
    ['Content-Type', 'text/plain', 'text/plain'],
  ])('shows the header %s: %s as %s', (name, value, shown) => expect(headerText(name, value)).toBe(shown));
});
