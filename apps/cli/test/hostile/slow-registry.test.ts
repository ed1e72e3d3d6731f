// A registry that answers slowly for ever, at each step of a verification: through the real transport and the real client,
// with bounds of a few milliseconds, it is given up, and never makes a verdict.

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TransportResponse } from '@nv2/base';
import { builtinFormats } from '@nv2/envelope';
import { sign, verify } from '@nv2/notary';
import { createRegistrySession } from '@nv2/registry-client';
import { mintChain, pushArtifact, temporaryDirectory, testImage } from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoryRegistry, type StoryRegistry } from '../stories/story-registry.ts';

const at = new Date('2030-06-01T12:00:00Z');
const timeouts = { firstByteTimeoutMs: 150, idleTimeoutMs: 150, rateWindowMs: 60, minBytesPerSecond: 10_000 };

const steps: readonly (readonly [name: string, path: RegExp])[] = [
  ['the manifest of a tag', /\/manifests\/v1$/],
  ['the list of referrers', /\/referrers\//],
  ['the manifest of the signature', /\/manifests\/sha256:/],
  ['the envelope', /\/blobs\//],
];

/** Ends when the test is over, however long the server would go on. */
type Slowness = (honest: TransportResponse, over: AbortSignal) => TransportResponse | Promise<TransportResponse>;

const slownesses: readonly (readonly [name: string, slowness: Slowness])[] = [
  ['never', (honest, over) => forever(over).then(() => honest)],
  [
    'with a body that stops after its first byte',
    (honest, over) => ({
      ...honest,
      body: (async function* () {
        yield Uint8Array.of(0x7b);
        await forever(over);
      })(),
    }),
  ],
  [
    'with one byte at a time, for ever',
    (honest, over) => ({
      ...honest,
      headers: honest.headers.filter(([name]) => name.toLowerCase() !== 'content-length'),
      body: (async function* () {
        for (; !over.aborted; await delay(5)) yield Uint8Array.of(0x20);
      })(),
    }),
  ],
];

async function* nothing(): AsyncGenerator<Uint8Array> {}

function forever(over: AbortSignal): Promise<void> {
  return new Promise((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
}

describe.each(slownesses)('a registry that answers %s', (_, slowness) => {
  let registry: StoryRegistry;
  const closers: (() => PromiseLike<unknown>)[] = [];
  const over = new AbortController();
  let trust: Parameters<typeof verify>[0]['trust'];
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    const opened = await openStoryRegistry(join(directory.path, 'registry'), {});
    closers.push(opened.close, () => directory[Symbol.asyncDispose]());
    registry = opened.registry;
    const store = registry.store('net-monitor');
    const image = testImage();
    await pushArtifact(store, image, 'v1');
    const chain = await mintChain();
    trust = { kind: 'certificates', anchors: [chain.root] };
    const [format] = builtinFormats;
    if (format === undefined) throw new Error('no format');
    const subject = image.manifest.descriptor;
    await sign({ store, subject, key: chain.signingKey, format, at, signingAgent: 'test/1.0' });
  });
  afterAll(async () => {
    over.abort();
    for (const close of closers) await close();
  });

  it.each(steps)('is given up while fetching %s', async (_step, path) => {
    registry.intercept(async (request, answer) => {
      const honest = await answer(request);
      if (!path.test(request.url.replace(/\?.*/, ''))) return honest;
      honest.discard();
      return slowness({ ...honest, body: nothing() }, over.signal);
    });
    const transport = createTransport(timeouts);
    const session = createRegistrySession({
      transport,
      userAgent: 'test',
      maxRetries: 1,
      now: () => new Date(),
      sleep: async () => undefined,
      random: () => 0,
    });
    try {
      const store = session.repository(registry.host, 'net-monitor');
      await expect(verify({ store, subject: 'v1', trust, at })).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      transport.close();
    }
  });
});

describe('a registry that answers in time', () => {
  it('is verified through the same transport and client', async () => {
    await using directory = await temporaryDirectory();
    const { registry, close } = await openStoryRegistry(join(directory.path, 'registry'), {});
    const store = registry.store('net-monitor');
    const image = testImage();
    await pushArtifact(store, image, 'v1');
    const chain = await mintChain();
    const [format] = builtinFormats;
    if (format === undefined) throw new Error('no format');
    const subject = image.manifest.descriptor;
    await sign({ store, subject, key: chain.signingKey, format, at, signingAgent: 'test/1.0' });
    const transport = createTransport({});
    const session = createRegistrySession({
      transport,
      userAgent: 'test',
      now: () => new Date(),
      sleep: async () => undefined,
      random: () => 0,
    });
    try {
      const trust = { kind: 'certificates', anchors: [chain.root] } as const;
      const outcome = await verify({
        store: session.repository(registry.host, 'net-monitor'),
        subject: 'v1',
        trust,
        at,
      });
      expect(outcome.verdict).toBe('trusted');
    } finally {
      transport.close();
      await close();
    }
  });
});
