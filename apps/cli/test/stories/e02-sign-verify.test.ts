// E02: sign, verify, run by digest; and everything a consumer must be told when it cannot be accepted.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestChain } from '@nv2/testing';
import { leafExtensions, pushArtifact, testImage } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alterEnvelope,
  attachEnvelope,
  day,
  type FormatName,
  fromNow,
  matrix,
  openWorldFor,
  type PlaceKind,
  sealEnvelope,
  type Shelf,
  shelve,
  signAt,
  writeKey,
  writePolicy,
} from './publisher.ts';
import { expectFailure, expectVerdict } from './refusals.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

/** Everybody who signs in these stories. */
type Cast = Readonly<Record<'wabbit' | 'other' | 'expired' | 'future' | 'revocable', TestChain>>;

async function writeCast(world: World): Promise<Cast> {
  const revocable = (mint: object, index: number): object =>
    index > 0 ? mint : { ...mint, extensions: { ...leafExtensions, ocspUrls: ['http://ocsp.example.com/'] } };
  const cast = {
    wabbit: await writeKey(world, 'wabbit'),
    other: await writeKey(world, 'other'),
    expired: await writeKey(world, 'expired', { notAfter: fromNow(-day) }),
    future: await writeKey(world, 'future', { notBefore: fromNow(day) }),
    revocable: await writeKey(world, 'revocable', { tweak: revocable }),
  };
  await writePolicy(world, 'wabbit.json');
  await writePolicy(world, 'stranger.json', { identities: ['x509.subject: C=US, ST=WA, O=ACME Rockets'] });
  await world.nv2('cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit-root.crt');
  return cast;
}

interface Variant {
  readonly name: string;
  readonly code: number;
  readonly verdict: string;
  readonly says: RegExp;
  /** What the publisher, or an attacker, did. */
  readonly prepare: (shelf: Shelf, cast: Cast, format: FormatName) => Promise<unknown>;
  /** Whether the two formats could differ in it; the others take turns. */
  readonly inBothFormats?: true;
  /** Default: with the certificate of who signed. */
  readonly trust?: readonly string[];
}

const untrusted: readonly Variant[] = [
  {
    name: 'an unsigned image',
    code: 10,
    verdict: 'no signature found',
    says: /why: nothing in .* refers to this digest\nnext: nv2 sign -k KEY /,
    prepare: async () => undefined,
  },
  {
    name: 'an envelope that was altered',
    inBothFormats: true,
    code: 11,
    verdict: 'signature does not match the content',
    says: /next: nv2 list /,
    prepare: async (shelf, { wabbit }, format) => {
      const envelope = await sealEnvelope(shelf.subject, { by: wabbit, format });
      await attachEnvelope(shelf, alterEnvelope(envelope, format), format);
    },
  },
  {
    name: 'a signature that is no envelope at all',
    inBothFormats: true,
    code: 11,
    verdict: 'signature does not match the content',
    says: /next: nv2 list /,
    prepare: (shelf, _, format) => attachEnvelope(shelf, new TextEncoder().encode('{"payload":'), format),
  },
  {
    name: 'a signature that was made for another image',
    inBothFormats: true,
    code: 11,
    verdict: 'signature does not match the content',
    says: /why: expected sha256:[0-9a-f]{64}, \d+ bytes, .*\nwhy: signed {3}sha256:/,
    prepare: async (shelf, { wabbit }, format) => {
      const elsewhere = testImage({ name: 'elsewhere' }).manifest.descriptor;
      await attachEnvelope(shelf, await sealEnvelope(elsewhere, { by: wabbit, format }), format);
    },
  },
  {
    name: 'a signature with another key',
    code: 12,
    verdict: 'signer not trusted',
    says: /why: signed by CN=other,O=Wabbit Networks,ST=WA,C=US \(sha256:[0-9a-f]{64}\)\nwhy: under root /,
    prepare: (shelf, { other }, format) => signAt(shelf, { by: other, format }),
    trust: ['-k', 'wabbit.crt'],
  },
  {
    name: 'a signer of another authority',
    code: 12,
    verdict: 'signer not trusted',
    says: /why: no certificate of the signer is among those that were given\nwhy: signed by /,
    prepare: (shelf, { other }, format) => signAt(shelf, { by: other, format }),
    trust: ['-c', 'wabbit-root.crt'],
  },
  {
    name: 'an identity that the policy does not name',
    code: 12,
    verdict: 'signer not trusted',
    says: /why: identity found: .*Wabbit Networks.*\nwhy: identity wanted: .*ACME Rockets.*\nnext: nv2 policy show/,
    prepare: (shelf, { wabbit }, format) => signAt(shelf, { by: wabbit, format }),
    trust: ['--policy-file', 'stranger.json'],
  },
  {
    name: 'a signature that has expired',
    code: 14,
    verdict: 'expired or not yet valid',
    says: /why: the signature expired at 20.*; the local clock says 20.*\nnext: check the clock/,
    prepare: (shelf, { wabbit }, format) =>
      signAt(shelf, { by: wabbit, format, at: fromNow(-2 * day), expirySeconds: 3600 }),
  },
  {
    name: 'a certificate that has expired since',
    code: 14,
    verdict: 'expired or not yet valid',
    says: /is valid from 2020-.* to 20.*\nwhy: judged at .*\nwhy: the signature has no time-stamp/,
    prepare: (shelf, { expired }, format) => signAt(shelf, { by: expired, format, at: fromNow(-2 * day) }),
    trust: ['-c', 'expired-root.crt'],
  },
  {
    name: 'a certificate that is not valid yet',
    code: 14,
    verdict: 'expired or not yet valid',
    says: /is valid from 20.* to 2099-/,
    prepare: (shelf, { future }, format) => signAt(shelf, { by: future, format, at: fromNow(2 * day) }),
    trust: ['-c', 'future-root.crt'],
  },
  {
    name: 'a critical attribute that nobody here understands',
    inBothFormats: true,
    code: 16,
    verdict: 'policy not met',
    says: /com\.example\.limits/,
    prepare: async (shelf, { wabbit }, format) => {
      const extended = [{ key: 'com.example.limits', isCritical: true, value: 'ten' }];
      await attachEnvelope(shelf, await sealEnvelope(shelf.subject, { by: wabbit, format, extended }), format);
    },
  },
  {
    name: 'a signature that a plugin would have to judge',
    inBothFormats: true,
    code: 17,
    verdict: 'status could not be established',
    says: /com\.example\.judge/,
    prepare: async (shelf, { wabbit }, format) => {
      const plugin = { verificationPlugin: 'com.example.judge' };
      await attachEnvelope(shelf, await sealEnvelope(shelf.subject, { by: wabbit, format, ...plugin }), format);
    },
  },
  {
    name: 'a certificate that names a revocation source, at level strict',
    code: 17,
    verdict: 'status could not be established',
    says: /why: .*revocation/,
    prepare: (shelf, { revocable }, format) => signAt(shelf, { by: revocable, format }),
    trust: ['-c', 'revocable-root.crt'],
  },
];

describe.concurrent.each(matrix)('E02 — %s, %s', (kind, format) => {
  let world: World;
  let cast: Cast;
  beforeAll(async () => {
    world = await openWorldFor(kind);
    cast = await writeCast(world);
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  it('signs, verifies on another machine and runs by digest, and changes nothing of the image', async () => {
    const shelf = await shelve(world, 'net-monitor', kind);
    const before = await shelf.store.findManifest('v1');

    const signed = await world.nv2('sign', '-k', 'wabbit.key', '--signature-format', format, '-r', shelf.tagged);
    expect(signed, signed.stderr).toMatchObject({ status: 0 });
    expect(signed.stdout).toMatch(/@sha256:[0-9a-f]{64}\n$/);
    expect(signed.stderr).toContain(`nv2: ${shelf.pinned}: signed\n`);
    expect(signed.stderr).toContain(`  format: ${format}\n`);

    const [byKey, byRoot, byPolicy, byDigest] = await Promise.all([
      world.nv2('verify', '-k', 'wabbit.crt', '-r', shelf.tagged),
      world.nv2('verify', '-c', 'wabbit-root.crt', shelf.tagged),
      world.nv2('verify', '--policy-file', 'wabbit.json', ...shelf.scope, shelf.tagged),
      world.nv2('verify', '-k', 'wabbit.crt', shelf.pinned),
    ]);
    for (const ran of [byKey, byRoot, byPolicy, byDigest]) {
      expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${shelf.pinned}\n` });
      expect(ran.stderr).toContain(`nv2: ${shelf.pinned}: trusted\n`);
      expect(ran.stderr).toContain('  signer: CN=wabbit,O=Wabbit Networks,ST=WA,C=US (sha256:');
      expect(ran.stderr).toMatch(/ {2}anchor: .*\n {2}signed at: 20.* \(as the signer says\)\n {2}decided by: /);
    }
    expect(byKey.stderr).toContain('the tag v1 can be moved');
    expect(byDigest.stderr).not.toContain('warning');

    const after = await shelf.store.findManifest('v1');
    expect(after).toEqual(before);
  });

  it('takes a private key for its public half, with a warning', async () => {
    const shelf = await shelve(world, 'private-half', kind);
    await signAt(shelf, { by: cast.wabbit, format });
    const ran = await world.nv2('verify', '-k', 'wabbit.key', '-r', shelf.tagged);
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${shelf.pinned}\n` });
    expect(ran.stderr).toContain('private key');
  });

  it('accepts the good one among bad ones, and says what it passed over', async () => {
    const shelf = await shelve(world, 'mixed', kind);
    await attachEnvelope(shelf, new TextEncoder().encode('junk'), format);
    await signAt(shelf, { by: cast.other, format });
    await signAt(shelf, { by: cast.wabbit, format });
    const ran = await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged);
    expect(ran, ran.stderr).toMatchObject({ status: 0, stdout: `${shelf.pinned}\n` });
  });

  it('finds no signature at the new digest when the manifest is swapped after signing', async () => {
    const shelf = await shelve(world, 'swapped', kind);
    await signAt(shelf, { by: cast.wabbit, format });
    const impostor = await pushArtifact(shelf.store, testImage({ name: 'impostor' }), 'v1');
    const ran = await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged);
    expectVerdict(ran, 10, 'no signature found');
    expect(ran.stderr).toContain(`nv2: ${shelf.name}@${impostor.digest}: no signature found`);
    expect((await world.nv2('verify', '-k', 'wabbit.crt', shelf.pinned)).status).toBe(0);
  });

  const takesTurn = (format === 'cose') === (kind === 'tag schema');
  it.each(untrusted.filter(({ inBothFormats = takesTurn }) => inBothFormats))(
    'refuses $name with $code',
    async ({ name, code, verdict, says, prepare, trust }) => {
      const shelf = await shelve(world, `variant-${name.replaceAll(/\W+/g, '-')}`.toLowerCase(), kind);
      await prepare(shelf, cast, format);
      const scope = trust?.[0] === '--policy-file' ? shelf.scope : [];
      const ran = await world.nv2('verify', ...(trust ?? ['-c', 'wabbit-root.crt']), ...scope, shelf.tagged);
      expectVerdict(ran, code, verdict);
      expect(ran.stderr).toContain(`nv2: ${shelf.pinned}: ${verdict}\n`);
      expect(ran.stderr).toMatch(says);
    },
  );
});

describe.concurrent.each<PlaceKind>(['referrers API', 'tag schema', 'layout'])(
  'E02 — a %s that serves other bytes',
  (kind) => {
    let world: World;
    let wabbit: TestChain;
    const altered = new Set<string>();
    beforeAll(async () => {
      world = await openWorldFor(kind);
      wabbit = await writeKey(world, 'wabbit');
      world.wabbit.intercept(async (request, answer) => {
        const response = await answer(request);
        if (request.method !== 'GET' || !altered.has(request.url.split('/').at(-1) ?? '')) return response;
        return { ...response, discard: () => response.discard(), body: flipped(response.body) };
      });
    });
    afterAll(async () => world[Symbol.asyncDispose]());

    it.each(['envelope', 'signature manifest', 'image manifest'] as const)('is refused for its %s', async (what) => {
      const shelf = await shelve(world, `altered-${what.replaceAll(' ', '-')}`, kind);
      const signature = await signAt(shelf, { by: wabbit, inline: false });
      const manifest = await shelf.store.findManifest(signature.digest);
      const [layer] = JSON.parse(new TextDecoder().decode(manifest?.bytes)).layers as readonly [{ digest: string }];
      const content = {
        envelope: layer.digest,
        'signature manifest': signature.digest,
        'image manifest': shelf.subject.digest,
      };
      if (kind === 'layout') await alterFile(world, shelf, content[what]);
      else altered.add(content[what]);
      // By digest: a tag may lead anywhere, a digest may not.
      const ran = await world.nv2('verify', '-k', 'wabbit.crt', shelf.pinned);
      // Nothing in a layout says what a damaged manifest referred to: there it is as if the signature were not there.
      expect(ran, ran.stderr).toMatchObject({
        status: kind === 'layout' && what === 'signature manifest' ? 10 : 11,
        stdout: '',
      });
      expect(ran.stderr).toMatch(/sha256:[0-9a-f]{64}/);
      expect(ran.stderr).toMatch(/^next: /m);
    });
  },
);

/** Turns over one bit of a file of a layout. */
async function alterFile(world: World, { name }: Shelf, digest: string): Promise<void> {
  const hex = digest.slice('sha256:'.length);
  const path = join(world.directory, name.slice('oci-layout:'.length), 'blobs/sha256', hex);
  const bytes = await readFile(path);
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
  await writeFile(path, bytes);
}

async function* flipped(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let isFirst = true;
  for await (const chunk of body) {
    const copy = chunk.slice();
    if (isFirst) copy[copy.length - 3] = (copy.at(-3) ?? 0) ^ 1;
    isFirst = false;
    yield copy;
  }
}

describe('E02 — signing', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorldFor('referrers API');
  });
  afterAll(async () => world[Symbol.asyncDispose]());

  it('never invents a certificate: a key without one is an error that shows E01', async () => {
    const shelf = await shelve(world, 'lonely');
    await writeKey(world, 'lonely');
    await world.write('alone/lonely.key', await readFile(join(world.directory, 'lonely.key')), 0o600);
    const ran = await world.nv2('sign', '-k', 'alone/lonely.key', '-r', shelf.tagged);
    expectFailure(ran, 2, /certificate/);
    expect(ran.stderr).toMatch(/next: .*(?:generate-test|-c)/);
  });

  it('refuses a certificate that has expired before anything is stored', async () => {
    const shelf = await shelve(world, 'too-late');
    await writeKey(world, 'late', { notAfter: fromNow(-day) });
    expectFailure(await world.nv2('sign', '-k', 'late.key', '-r', shelf.tagged), 2, /late/);
    expect((await world.nv2('verify', '-k', 'late.crt', shelf.tagged)).status).toBe(10);
  });
});
