// Signatures that are to go: what was named, or what had its time. In registries with and without the referrers API, and in layouts.

import { manifestOf } from '@nv2/content';
import { encodeManifest, emptyJsonDescriptor, mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import {
  alterEnvelope,
  attachEnvelope,
  day,
  fromNow,
  openWorldFor,
  type PlaceKind,
  sealEnvelope,
  shelve,
  type Shelf,
  signAt,
  writeKey,
} from './publisher.ts';
import { allowBusyMachine } from './world.ts';

allowBusyMachine();

async function digestsOf({ store, subject }: Shelf): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const { digest } of store.referrers(subject)) digests.push(digest);
  return digests.toSorted();
}

describe.concurrent.each<PlaceKind>(['referrers API', 'tag schema', 'layout'])('deleting signatures, %s', (kind) => {
  it('deletes the one that is named, and the others keep their places', async () => {
    await using world = await openWorldFor(kind);
    const [wabbit, other] = [await writeKey(world, 'wabbit'), await writeKey(world, 'other')];
    const shelf = await shelve(world, 'net-monitor', kind);
    const [first, second] = [await signAt(shelf, { by: wabbit }), await signAt(shelf, { by: other })];
    const shown = await world.nv2('signature', 'delete', '--dry-run', '--signature', first.digest, shelf.tagged);
    expect(shown).toMatchObject({ status: 0, stdout: `${first.digest}\n` });
    expect(await digestsOf(shelf)).toEqual([first.digest, second.digest].toSorted());

    const unasked = await world.nv2('signature', 'delete', '--signature', first.digest, shelf.tagged);
    expect(unasked).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Add --yes') });
    // As `sign` printed it.
    const name = `${shelf.name}@${first.digest}`;
    const deleted = await world.nv2('signature', 'delete', '--yes', '--signature', name, shelf.tagged);
    expect(deleted).toMatchObject({ status: 0, stdout: `${first.digest}\n` });
    expect(deleted.stderr).toContain('1 signature stays');
    expect(await digestsOf(shelf)).toEqual([second.digest]);
    expect(await world.nv2('verify', '-c', 'wabbit-root.crt', shelf.tagged)).toMatchObject({ status: 12 });
    expect(await world.nv2('verify', '-c', 'other-root.crt', shelf.tagged)).toMatchObject({ status: 0 });

    const again = await world.nv2('signature', 'delete', '--yes', '--signature', first.digest, shelf.tagged);
    expect(again).toMatchObject({ status: 2, stderr: expect.stringContaining('is no signature of') });
    const all = await world.nv2('signature', 'delete', '--yes', '--all', shelf.tagged);
    expect(all).toMatchObject({ status: 0, stdout: `${second.digest}\n` });
    expect(await world.nv2('verify', '-c', 'other-root.crt', shelf.tagged)).toMatchObject({ status: 10 });
  });

  it('prunes what expired and what was replaced, and nothing that counts', async () => {
    await using world = await openWorldFor(kind);
    const [wabbit, other] = [await writeKey(world, 'wabbit'), await writeKey(world, 'other')];
    const shelf = await shelve(world, 'net-monitor', kind);
    const expired = await signAt(shelf, { by: wabbit, at: fromNow(-2 * day), expirySeconds: 60 });
    const replaced = await signAt(shelf, { by: wabbit, at: fromNow(-day) });
    const current = await signAt(shelf, { by: wabbit });
    const otherFormat = await signAt(shelf, { by: wabbit, at: fromNow(-day), format: 'cose' });
    const stranger = await signAt(shelf, { by: other });
    const broken = await attachEnvelope(shelf, alterEnvelope(await sealEnvelope(shelf.subject, { by: wabbit }), 'jws'));
    const prune = ['signature', 'prune', '-c', 'wabbit-root.crt'];

    const plan = await world.nv2(...prune, '--dry-run', shelf.tagged);
    expect(plan.status).toBe(0);
    expect(plan.stdout.trim().split('\n').toSorted()).toEqual([expired.digest, replaced.digest].toSorted());
    expect(plan.stderr).toMatch(new RegExp(`${expired.digest}.*: expired: the signature expired at`));
    expect(plan.stderr).toMatch(new RegExp(`${replaced.digest}.*: superseded: ${current.digest}`));
    expect(await digestsOf(shelf)).toHaveLength(6);

    expect(await world.nv2(...prune, '--yes', shelf.tagged)).toMatchObject({ status: 0, stdout: plan.stdout });
    expect(await digestsOf(shelf)).toEqual(
      [current.digest, otherFormat.digest, stranger.digest, broken.digest].toSorted(),
    );
    const idle = await world.nv2(...prune, '--yes', shelf.tagged);
    expect(idle).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('nothing to delete') });

    expect(await world.nv2(...prune, '--yes', '--malformed', '--untrusted', shelf.tagged)).toMatchObject({ status: 0 });
    expect(await digestsOf(shelf)).toEqual([current.digest, otherFormat.digest].toSorted());
  });

  it('does not prune what is untrusted when nothing that is trusted would stay', async () => {
    await using world = await openWorldFor(kind);
    await writeKey(world, 'wabbit');
    const other = await writeKey(world, 'other');
    const shelf = await shelve(world, 'net-monitor', kind);
    const stranger = await signAt(shelf, { by: other });
    const prune = ['signature', 'prune', '--yes', '--untrusted', '-c', 'wabbit-root.crt', shelf.tagged];
    expect(await world.nv2(...prune)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('without any'),
    });
    expect(await digestsOf(shelf)).toEqual([stranger.digest]);
  });

  it('prunes without any trust only what the signer itself gave an end', async () => {
    await using world = await openWorldFor(kind);
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor', kind);
    const expired = await signAt(shelf, { by: wabbit, at: fromNow(-2 * day), expirySeconds: 60 });
    await signAt(shelf, { by: wabbit, at: fromNow(-day) });
    await signAt(shelf, { by: wabbit });
    const ran = await world.nv2('signature', 'prune', '--yes', '--untrusted', shelf.tagged);
    expect(ran).toMatchObject({ status: 0, stdout: `${expired.digest}\n` });
    expect(await digestsOf(shelf)).toHaveLength(2);
  });
});

describe('pruning signatures', () => {
  it('leaves alone what can still come to count: an answer or a plugin is missing, or an authority vouches for the time', async () => {
    await using world = await openWorldFor('layout');
    const [wabbit, stranger] = [await writeKey(world, 'wabbit'), await writeKey(world, 'stranger')];
    const unanswered = await writeKey(world, 'unanswered', {
      tweak: (options, index) => (index === 0 ? { ...options, crlUrls: ['ldap://nowhere/leaf.crl'] } : options),
    });
    const past = await writeKey(world, 'past', { notBefore: fromNow(-9 * day), notAfter: fromNow(-2 * day) });
    const shelf = await shelve(world, 'net-monitor', 'layout');
    const kept = [await signAt(shelf, { by: wabbit }), await signAt(shelf, { by: unanswered })];
    for (const attributes of [
      { by: wabbit, verificationPlugin: 'not-here' },
      { by: past, scheme: 'notary.x509.signingAuthority', signingTime: fromNow(-5 * day) },
    ] as const) {
      kept.push(await attachEnvelope(shelf, await sealEnvelope(shelf.subject, attributes)));
    }
    const gone = await signAt(shelf, { by: stranger });
    const roots = ['-c', 'wabbit-root.crt', '-c', 'unanswered-root.crt', '-c', 'past-root.crt'];
    const pruned = await world.nv2('signature', 'prune', '--yes', '--untrusted', ...roots, shelf.tagged);
    expect(pruned).toMatchObject({ status: 0, stdout: `${gone.digest}\n` });
    expect(await digestsOf(shelf)).toEqual(kept.map(({ digest }) => digest).toSorted());
  });
});

describe('deleting signatures where somebody lies', () => {
  it('does not delete an image that a listing calls a signature', async () => {
    await using world = await openWorldFor('tag schema');
    const shelf = await shelve(world, 'net-monitor', 'tag schema');
    const victim = await shelve(world, 'net-monitor-2', 'tag schema');
    // Whoever may push can write the listing: here it names the image itself.
    const { digest, size, mediaType } = shelf.subject;
    const entry = { mediaType, digest, size, artifactType: mediaTypes.notarySignature };
    const bytes = encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests: [entry] });
    const index = manifestOf(bytes, { mediaType: mediaTypes.ociIndex });
    await shelf.store.pushManifest(index, { tag: digest.replace(':', '-') });
    const ran = await world.nv2('signature', 'delete', '--yes', '--all', shelf.tagged);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain('so it is left alone');
    expect(await shelf.store.findManifestDescriptor(digest)).toBeDefined();
    expect(await victim.store.findManifestDescriptor(victim.subject.digest)).toBeDefined();
  });

  it('does not delete a signature of another image', async () => {
    await using world = await openWorldFor('tag schema');
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor', 'tag schema');
    const signature = await signAt(shelf, { by: wabbit });
    const mediaType = mediaTypes.ociManifest;
    const bytes = encodeManifest({
      kind: 'image',
      mediaType,
      config: emptyJsonDescriptor,
      layers: [],
      annotations: { a: 'b' },
    });
    const other = manifestOf(bytes, { mediaType });
    await shelf.store.pushManifest(other, { tag: 'other' });
    const entry = { ...signature, artifactType: mediaTypes.notarySignature };
    const index = manifestOf(encodeManifest({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests: [entry] }), {
      mediaType: mediaTypes.ociIndex,
    });
    await shelf.store.pushManifest(index, { tag: other.descriptor.digest.replace(':', '-') });
    const ran = await world.nv2('signature', 'delete', '--yes', '--all', `${shelf.name}:other`);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(await world.nv2('verify', '-c', 'wabbit-root.crt', shelf.tagged)).toMatchObject({ status: 0 });
  });
});

describe('deleting signatures from the command line', () => {
  it('needs to be told which, and a place where that is possible', async () => {
    await using world = await openWorldFor('layout');
    const wabbit = await writeKey(world, 'wabbit');
    const shelf = await shelve(world, 'net-monitor', 'layout');
    await signAt(shelf, { by: wabbit });
    const refused = async (...args: readonly string[]): Promise<string> => {
      const ran = await world.nv2('signature', ...args);
      expect(ran).toMatchObject({ status: 2, stdout: '' });
      return ran.stderr;
    };
    expect(await refused('delete', shelf.tagged)).toContain('no signature was named');
    expect(await refused('delete', '--all', '-s', 'sha256:x', shelf.tagged)).toContain('exclude each other');
    expect(await refused('delete', '-s', 'v1', shelf.tagged)).toContain('--signature takes a digest');
    expect(await world.nv2('copy', shelf.tagged, 'oci-archive:a.tar:v1')).toMatchObject({ status: 0 });
    expect(await refused('delete', '--all', '--yes', 'oci-archive:a.tar:v1')).toContain('can only be read');
  });
});
