// E11: a verification looks at manifests and signatures and at nothing else, in as few round trips as there can be, and bounds its work.

import { pushArtifact, testReferrer } from '@nv2/testing';
import { encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { pause, requireBearer } from './bearer.ts';
import { attachEnvelope, openWorldFor, shelve, type Shelf, signAt, writeKey } from './publisher.ts';
import { expectVerdict, secrets } from './refusals.ts';
import { countRoundTrips } from './story-registry.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

/**
 * Runs a command against a registry that takes its time, and counts. Two requests that do not depend on each other are taken
 * for dependent when the machine is too busy for the client to send the second in that time, never the other way round: so a
 * count above the expected one is measured again, with more time.
 */
async function fewestRoundTrips(
  { wabbit }: World,
  expected: number,
  { slowDown, run }: { readonly slowDown: (delayMs: number) => void; readonly run: () => Promise<void> },
): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  for (const delayMs of [80, 400, 2000]) {
    wabbit.forgetWire();
    slowDown(delayMs);
    await run();
    fewest = Math.min(fewest, countRoundTrips(wabbit.wire));
    if (fewest <= expected) break;
  }
  return fewest;
}

async function openSigned(
  kind: 'referrers API' | 'tag schema',
  inline: boolean,
): Promise<{ world: World; shelf: Shelf }> {
  const world = await openWorldFor(kind);
  const shelf = await shelve(world, 'net-monitor');
  await signAt(shelf, { by: await writeKey(world, 'wabbit'), inline });
  return { world, shelf };
}

describe.concurrent.each(['referrers API', 'tag schema'] as const)('E11 — look before pulling, %s', (kind) => {
  it.each([
    ['a tag', 'envelope in a blob', 4],
    ['a digest', 'envelope in a blob', 3],
    ['a tag', 'envelope inline', 3],
    ['a digest', 'envelope inline', 2],
  ] as const)(
    'verifying %s with its %s takes %i round trips, and two more once for a token',
    async (name, where, expected) => {
      const { world, shelf } = await openSigned(kind, where === 'envelope inline');
      await using _ = world;
      const reference = name === 'a tag' ? shelf.tagged : shelf.pinned;
      const trips = await fewestRoundTrips(world, expected, {
        slowDown: (delayMs) =>
          world.wabbit.intercept(async (request, answer) => {
            await pause(delayMs);
            return answer(request);
          }),
        run: async () => {
          expect(await world.nv2('verify', '-k', 'wabbit.crt', reference)).toMatchObject({ status: 0 });
        },
      });
      expect(trips, JSON.stringify(world.wabbit.wire)).toBe(expected);
      // Nothing is asked for twice.
      const asked = world.wabbit.wire.map(({ method, path }) => `${method} ${path}`);
      expect(new Set(asked).size).toBe(asked.length);

      const signedIn = await fewestRoundTrips(world, expected + 2, {
        slowDown: (delayMs) => requireBearer(world.wabbit, { delayMs }),
        run: async () => {
          const env = { NV2_USERNAME: 'ci', NV2_PASSWORD: secrets.password };
          const ran = await world.nv2With({ env }, 'verify', '-k', 'wabbit.crt', reference);
          expect(ran, ran.stderr).toMatchObject({ status: 0 });
        },
      });
      expect(signedIn, JSON.stringify(world.wabbit.wire)).toBe(expected + 2);
      expect(world.wabbit.wire.filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
    },
  );

  it('asks for no layer and no config, and reads fewer bytes than the image has', async () => {
    const { world, shelf } = await openSigned(kind, false);
    await using _ = world;
    const manifest = await shelf.store.findManifest('v1');
    const { config, layers } = JSON.parse(new TextDecoder().decode(manifest?.bytes)) as {
      config: { digest: string; size: number };
      layers: readonly { digest: string; size: number }[];
    };
    expect((await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged)).status).toBe(0);
    for (const { digest } of [config, ...layers]) {
      expect(world.wabbit.wire.some(({ path }) => path.includes(digest))).toBe(false);
    }
    const imageBytes = layers.reduce((sum, { size }) => sum + size, config.size);
    const read = world.wabbit.wire.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(read).toBeLessThan(8 * 1024);
    expect(imageBytes).toBeGreaterThan(0);
    expect(world.wabbit.wire.every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true);
  });

  it('is not drowned by junk: the limit holds and is reported, and other referrers do not count', async () => {
    const { world, shelf } = await openSigned(kind, true);
    await using _ = world;
    const { store, subject } = shelf;
    for (let index = 0; index < 6; index += 1) {
      await pushArtifact(store, testReferrer(subject, { content: encodeUtf8(`sbom ${index}`) }));
      await attachEnvelope(shelf, encodeUtf8(`junk ${index}`));
    }
    await writeKey(world, 'stranger');
    world.wabbit.forgetWire();
    const limited = await world.nv2('verify', '--max-signatures', '3', '-k', 'stranger.crt', shelf.tagged);
    expect([11, 12]).toContain(limited.status);
    expectVerdict(limited, limited.status, '');
    expect(limited.stderr).toContain('limit: only 3 signatures examined, there are more (--max-signatures)');
    expect(world.wabbit.wire.filter(({ path }) => path.includes('/blobs/')).length).toBeLessThanOrEqual(3);
    const listed = await world.nv2('list', '--max-signatures', '3', shelf.tagged);
    expect(listed.stderr).toContain('only 3 signatures were examined, there are more');
    // Its own thumbprint puts the expected signer first, wherever junk stands in the list.
    const good = await world.nv2('verify', '--max-signatures', '1', '-k', 'wabbit.crt', shelf.tagged);
    expect(good, good.stderr).toMatchObject({ status: 0 });
    const everything = await world.nv2('verify', '--format', 'json', '-k', 'stranger.crt', shelf.tagged);
    expect(JSON.parse(everything.stdout)).toMatchObject({ isLimitReached: false, verdict: 'untrusted' });
    expect(JSON.parse(everything.stdout).signatures).toHaveLength(7);
  });
});

describe('E11 — a hostile listing', () => {
  it('does not make a verification endless', async () => {
    const { world, shelf } = await openSigned('referrers API', true);
    await using _ = world;
    // A listing whose next page is always another one.
    let page = 0;
    world.wabbit.intercept(async (request, answer) => {
      const response = await answer(request);
      if (!request.url.includes('/referrers/')) return response;
      page += 1;
      const next = `</v2/net-monitor/referrers/${shelf.subject.digest}?n=1&last=${page}>; rel="next"`;
      return { ...response, discard: () => response.discard(), headers: [...response.headers, ['Link', next]] };
    });
    // What was listed before the bound still counts; who finds nothing in it learns that there was more.
    expect(await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged)).toMatchObject({ status: 0 });
    expect(page).toBeLessThanOrEqual(64);
    page = 0;
    await writeKey(world, 'stranger');
    const ran = await world.nv2('verify', '-k', 'stranger.crt', shelf.tagged);
    expectVerdict(ran, 12, 'signer not trusted');
    expect(ran.stderr).toContain('there are more (--max-signatures)');
    expect(page).toBeLessThanOrEqual(64);
  });
});
