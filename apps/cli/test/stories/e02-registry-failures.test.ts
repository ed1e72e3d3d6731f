// E02: the registry refuses, throttles, fails, or is not there. No verdict is made up, and the person learns what to do.

import { bytesResponse, encodeUtf8, type TransportRequest, type TransportResponse } from '@nv2/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireBearer } from './bearer.ts';
import { openWorldFor, shelve, type Shelf, signAt, writeKey } from './publisher.ts';
import { expectFailure, nextLines, secrets } from './refusals.ts';
import type { StoryRegistry } from './story-registry.ts';
import { allowBusyMachine, type CommandResult, type World } from './world.ts';

allowBusyMachine();

function complain(
  status: number,
  code: string,
  fields: readonly (readonly [string, string])[] = [],
): TransportResponse {
  const body = encodeUtf8(JSON.stringify({ errors: [{ code, message: 'no entry here' }] }));
  return bytesResponse(
    status,
    [['Content-Type', 'application/json'], ['Content-Length', `${body.length}`], ...fields],
    body,
  );
}

describe.concurrent('E02 — a registry that does not cooperate', () => {
  let world: World;
  let shelf: Shelf;
  beforeAll(async () => {
    world = await openWorldFor('referrers API');
    const wabbit = await writeKey(world, 'wabbit');
    shelf = await shelve(world, 'net-monitor');
    await signAt(shelf, { by: wabbit, inline: false });
    await world.nv2('copy', shelf.tagged, 'oci-layout:carried:v1');
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  /** A registry that holds the signed image and answers as told. */
  async function misbehaving(
    answer: (request: TransportRequest, registry: StoryRegistry) => TransportResponse | undefined,
  ): Promise<{ registry: StoryRegistry; verify: () => Promise<CommandResult>; sign: () => Promise<CommandResult> }> {
    const registry = await world.registry();
    await world.nv2('copy', 'oci-layout:carried:v1', `${registry.host}/net-monitor:v1`);
    registry.forgetWire();
    registry.intercept(async (request, next) => answer(request, registry) ?? next(request));
    const reference = `${registry.host}/net-monitor:v1`;
    return {
      registry,
      verify: () => world.nv2('verify', '-k', 'wabbit.crt', reference),
      sign: () => world.nv2('sign', '-k', 'wabbit.key', reference),
    };
  }

  it.each([
    [401, 'UNAUTHORIZED', 21, /nv2 login/],
    [403, 'DENIED', 21, /Ask the owner|permission/],
    [404, 'NAME_UNKNOWN', 20, /[Cc]heck the name/],
  ] as const)('says for %i %s what was refused and by whom', async (status, code, exit, next) => {
    const { verify, sign, registry } = await misbehaving(() =>
      complain(status, code, status === 401 ? [['WWW-Authenticate', 'Basic realm="stories"']] : []),
    );
    for (const ran of [await verify(), await sign()]) {
      expectFailure(ran, exit, new RegExp(registry.host));
      expect(nextLines(ran).join('\n')).toMatch(next);
    }
  });

  it('waits as long as 429 asks for, and then goes on', async () => {
    let isThrottled = true;
    const { verify } = await misbehaving(() => {
      if (!isThrottled) return undefined;
      isThrottled = false;
      return complain(429, 'TOOMANYREQUESTS', [['Retry-After', '1']]);
    });
    expect(await verify()).toMatchObject({ status: 0 });
  });

  it('does not wait for minutes: 429 with a long Retry-After is 20 at once', async () => {
    const { verify, registry } = await misbehaving(() => complain(429, 'TOOMANYREQUESTS', [['Retry-After', '600']]));
    const ran = await verify();
    expectFailure(ran, 20, /429/);
    expect(ran.stderr).toMatch(/600 s|10 min|sign in for a higher limit/);
    expect(registry.wire).toHaveLength(1);
  });

  it('tries again when the server fails, and says how often it did', async () => {
    const { verify, registry } = await misbehaving(() => complain(503, 'UNAVAILABLE', [['Retry-After', '0']]));
    const ran = await verify();
    expectFailure(ran, 20, /503 after 6 tries/);
    expect(ran.stderr).toContain(registry.host);
  });

  it('makes up no verdict when only the signature cannot be fetched', async () => {
    const { verify } = await misbehaving(({ url }) => (url.includes('/blobs/') ? complain(403, 'DENIED') : undefined));
    expectFailure(await verify(), 21, /fetching blob sha256:[0-9a-f]{64} of localhost:\d+\/net-monitor: .* 403/);
  });

  it('names host and port when nobody listens there', async () => {
    const ran = await world.nv2('verify', '-k', 'wabbit.crt', 'localhost:1/net-monitor:v1');
    expectFailure(ran, 20, /localhost:1.*connection refused/);
    expect(nextLines(ran).join('')).toContain('Check host and port');
  });

  it('takes an answer that is no registry for what it is', async () => {
    const page = encodeUtf8('<html>Please sign in to the hotel network</html>');
    const { verify } = await misbehaving(() =>
      bytesResponse(
        200,
        [
          ['Content-Type', 'text/html'],
          ['Content-Length', `${page.length}`],
        ],
        page,
      ),
    );
    const ran = await verify();
    expect([11, 20]).toContain(ran.status);
    expectFailure(ran, ran.status, /localhost:\d+/);
  });

  it('follows a redirect of content to another host without its credentials', async () => {
    const store = await world.registry();
    await world.nv2('copy', 'oci-layout:carried:v1', `${store.host}/net-monitor:v1`);
    store.forgetWire();
    const { registry } = await misbehaving(() => undefined);
    requireBearer(registry, {
      inside: async (request, answer) =>
        request.url.includes('/blobs/')
          ? bytesResponse(307, [['Location', `http://${store.host}${request.url}`]])
          : answer(request),
    });
    const env = { NV2_USERNAME: 'ci', NV2_PASSWORD: secrets.password };
    const ran = await world.nv2With({ env }, 'verify', '-k', 'wabbit.crt', `${registry.host}/net-monitor:v1`);
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    expect(store.wire.length).toBeGreaterThan(0);
    expect(store.wire.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  it.each([
    ['a file', 'file:///etc/passwd'],
    ['the metadata service of a cloud', 'http://169.254.169.254/latest/meta-data'],
  ])('refuses a redirect to %s', async (_, location) => {
    const { verify } = await misbehaving(({ url }) =>
      url.includes('/manifests/') ? bytesResponse(307, [['Location', location]]) : undefined,
    );
    expectFailure(await verify(), 20, /redirect to .* is refused/);
  });

  it('refuses wrong credentials with 21, names the registry and keeps them to itself', async () => {
    const { registry } = await misbehaving(() => undefined);
    requireBearer(registry);
    const env = { NV2_USERNAME: 'ci', NV2_PASSWORD: `not-${secrets.password}` };
    for (const more of [[], ['--debug']]) {
      const ran = await world.nv2With(
        { env },
        'verify',
        ...more,
        '-k',
        'wabbit.crt',
        `${registry.host}/net-monitor:v1`,
      );
      expect(ran).toMatchObject({ status: 21, stdout: '' });
      expect(ran.stderr).toContain(registry.host);
      expect(ran.stderr).toContain('nv2 login');
      expect(ran.stderr).not.toContain(secrets.password);
      expect(ran.stderr).not.toContain(Buffer.from(`ci:not-${secrets.password}`).toString('base64'));
    }
  });
});
