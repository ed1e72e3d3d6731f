// Several processes that sign the same subject at once, in simulated time. What the README claims about lost entries is
// counted here: each "process" is a fresh copy of the client's modules, so nothing in memory keeps them apart.

import { encodeUtf8 } from '@nv2/base';
import { emptyJsonBytes, emptyJsonDescriptor } from '@nv2/oci';
import { type FakeRegistryOptions, fakeRegistry, pushArtifact, testImage, testReferrer } from '@nv2/testing';
import { describe, expect, it, vi } from 'vitest';
import { testRegistry, testRepository } from './connect.ts';
import { seededRandom, VirtualTime } from './virtual-time.ts';

type Client = typeof import('../src/index.ts');

const subject = testImage().manifest.descriptor;
const tag = subject.digest.replace(':', '-');

async function processes(count: number): Promise<readonly Client[]> {
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) {
    vi.resetModules();
    clients.push(await import('../src/index.ts'));
  }
  return clients;
}

/** One direction of a request: 5 to 20 ms, and one in twenty takes ten times as long. */
function delayMs(random: () => number): number {
  const usual = 5 + 15 * random();
  return random() < 0.05 ? 10 * usual : usual;
}

/** Lets all processes sign at the same moment; counts the entries reported as stored that are not listed at the end. */
async function countLost(clients: readonly Client[], options: FakeRegistryOptions, seed: number): Promise<number> {
  const random = seededRandom(seed);
  const time = new VirtualTime();
  const fake = fakeRegistry({ referrersApi: false, ...options });
  const content = fake.repository(testRepository);
  content.blobs.set(emptyJsonDescriptor.digest, emptyJsonBytes);
  fake.intercept = async (_, next) => {
    await time.sleep(delayMs(random));
    const response = await next();
    await time.sleep(delayMs(random));
    return response;
  };
  const outcomes = await time.run(
    Promise.all(
      clients.map(async ({ connectRepository }, number) => {
        const artifact = testReferrer(subject, { content: encodeUtf8(`{"n":${number}}`) });
        const repository = connectRepository({
          registry: testRegistry,
          repository: testRepository,
          transport: fake.transport,
          userAgent: 'x',
          now: time.now,
          sleep: time.sleep,
          random,
        });
        const isStored = await pushArtifact(repository, artifact).then(
          () => true,
          () => false,
        );
        return { digest: artifact.manifest.descriptor.digest, isStored };
      }),
    ),
  );
  const listed = new TextDecoder().decode(content.manifests.get(content.tags.get(tag) ?? '')?.bytes);
  expect(options.conditionalWrites === true ? outcomes.every(({ isStored }) => isStored) : true).toBe(true);
  return outcomes.filter(({ digest, isStored }) => isStored && !listed.includes(digest)).length;
}

async function lostOf(count: number, runs: number, options: FakeRegistryOptions): Promise<number> {
  const clients = await processes(count);
  let lost = 0;
  for (let seed = 1; seed <= runs; seed++) lost += await countLost(clients, options, seed);
  return lost;
}

describe('signers in different processes', () => {
  it.each([2, 4, 8])('lose none of %i entries where the registry honours If-Match', async (count) => {
    expect(await lostOf(count, 10, { conditionalWrites: true })).toBe(0);
  });

  it.each([
    [2, 80],
    [4, 25],
    [8, 10],
  ])('lose few of %i entries without conditional writes', async (count, runs) => {
    const lost = await lostOf(count, runs, {});
    expect(lost).toBeLessThan(count * runs * 0.02);
  });
});
