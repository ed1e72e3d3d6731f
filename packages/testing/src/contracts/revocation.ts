// What every revocation method must do, run by each implementation.

import { bytesResponse, type Transport, type TransportResponse } from '@nv2/base';
import { createRevocationChecker, type CertificateRevocation, type RevocationMethod } from '@nv2/pki';
import { describe, expect, it } from 'vitest';
import { type RevocationWorld, revocationWorld, redirectTo } from '../revocation-world.ts';
import type { TestExtensions } from '../pki-mint.ts';

export interface RevocationMethodUnderTest {
  readonly method: RevocationMethod;
  /** Extensions that name one server of the method. */
  readonly names: (url: string) => TestExtensions;
  /** What that server says about the leaf. */
  readonly says: Readonly<
    Record<'good' | 'revoked' | 'stale' | 'future' | 'forged' | 'nonsense', (world: RevocationWorld) => Uint8Array>
  >;
  readonly maxBytes: number;
}

const url = 'http://status.example/a';

export function revocationContract({ method, names, says, maxBytes }: RevocationMethodUnderTest): void {
  const open = (at = url): Promise<RevocationWorld> =>
    revocationWorld({ length: 3, extensions: (place) => (place === 0 ? names(at) : {}) });

  async function ask(
    world: RevocationWorld,
    {
      transport = world.transport,
      timeoutMs = 30_000,
    }: { readonly transport?: Transport; readonly timeoutMs?: number } = {},
  ): Promise<CertificateRevocation> {
    const times = { ocspTimeoutMs: timeoutMs, crlTimeoutMs: timeoutMs };
    const check = createRevocationChecker({ transport, methods: [method], ...times });
    const { chain, at } = world;
    const { certificates } = await check({ chain, purpose: 'code-signing', at });
    const [leaf] = certificates;
    if (leaf === undefined) throw new Error('no result');
    return leaf;
  }

  describe(`revocation method contract: ${method.name}`, () => {
    it.each([
      ['good', 'ok'],
      ['revoked', 'revoked'],
      ['stale', 'unknown'],
      ['future', 'unknown'],
      ['forged', 'unknown'],
      ['nonsense', 'unknown'],
    ] as const)('makes of a %s answer the status %s', async (what, status) => {
      const world = await open();
      world.serve(url, says[what](world));
      const result = await ask(world);
      expect(result).toMatchObject({ status, method: method.name });
      expect(result.servers).toMatchObject([{ url, status, method: method.name }]);
      if (status === 'unknown') expect(result.servers[0]?.reason).toMatch(/./);
    });

    it('does not know without an answer: nothing there, no connection, an endless answer, none in time', async () => {
      const world = await open();
      const failures: readonly (() => Promise<TransportResponse>)[] = [
        () => Promise.resolve(bytesResponse(404, [], says.good(world))),
        () => Promise.resolve(bytesResponse(201, [], says.good(world))),
        () => Promise.reject(new Error('no route')),
        () => Promise.resolve(bytesResponse(200, [], new Uint8Array(maxBytes + 1))),
      ];
      for (const transport of failures) expect((await ask(world, { transport })).status).toBe('unknown');
      const silent: Transport = () => new Promise<never>(() => undefined);
      expect((await ask(world, { transport: silent, timeoutMs: 50 })).status).toBe('unknown');
    });

    it('asks only over http, whatever the case of its letters', async () => {
      for (const [scheme, status] of [
        ['HTTP', 'ok'],
        ['https', 'unknown'],
        ['ldap', 'unknown'],
        ['file', 'unknown'],
      ] as const) {
        const world = await open(`${scheme}://status.example/a`);
        world.serve(url, says.good(world));
        expect((await ask(world)).status).toBe(status);
        expect(world.requests).toHaveLength(status === 'ok' ? 1 : 0);
      }
    });

    it('follows a redirect to where the answer is, and none off the plain web', async () => {
      for (const [target, status] of [
        ['http://other.example/b', 'ok'],
        ['https://other.example/b', 'unknown'],
        ['file:///etc/passwd', 'unknown'],
        ['http://user@other.example/b', 'unknown'],
        ['http://127.0.0.1/b', 'unknown'],
        ['http://169.254.169.254/b', 'unknown'],
      ] as const) {
        const world = await open();
        world.serve(url, redirectTo(target));
        world.serve(target, says.good(world));
        expect((await ask(world)).status).toBe(status);
      }
    });

    it('throws the reason of a caller who gives up, and nothing else', async () => {
      const world = await open();
      const controller = new AbortController();
      const check = createRevocationChecker({
        methods: [method],
        transport: () => {
          controller.abort(new Error('enough'));
          return new Promise(() => undefined);
        },
      });
      const { chain, at } = world;
      await expect(check({ chain, purpose: 'code-signing', at, signal: controller.signal })).rejects.toThrow('enough');
    });

    it('asks nobody without a transport', async () => {
      const world = await open();
      const check = createRevocationChecker({ methods: [method] });
      const outcome = await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
      expect(outcome.status).toBe('unknown');
      expect(outcome.certificates[0]?.servers[0]?.reason).toContain('offline');
    });
  });
}
