// crane writes to our registry, reads and checks what is in it, and sees what we wrote beside an image.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type PlaceKind, placeKinds } from './places.ts';
import { trustOneKey } from './trust.ts';

describeWith(['crane', 'docker-registry'], 'crane', () => {
  let lab: Lab;
  const places = new Map<PlaceKind, Place>();

  beforeAll(async () => {
    lab = await openLab();
    await trustOneKey(lab);
    for (const kind of placeKinds) places.set(kind, await openPlace(kind));
  });

  afterAll(async () => {
    for (const one of places.values()) await one[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  describe.each(placeKinds)('and %s', (kind) => {
    const place = (): Place => {
      const found = places.get(kind);
      if (found === undefined) throw new Error(`${kind} did not start`);
      return found;
    };
    const crane = (...args: readonly string[]): Promise<string> => lab.ok('crane', ...args);

    it('pulls, checks and pushes a signed image; the signature stays valid for it', async () => {
      const { tagged, name, subject } = await place().shelve('moved');
      await lab.ok('nv2', 'sign', tagged);
      expect(await crane('digest', tagged)).toBe(`${subject.digest}\n`);
      await crane('validate', '--remote', tagged);
      const directory = `pulled-${placeKinds.indexOf(kind)}`;
      await crane('pull', '--format', 'oci', tagged, directory);
      await crane('push', directory, `${name}-pushed:v1`);
      expect(await crane('digest', `${name}-pushed:v1`)).toBe(`${subject.digest}\n`);
      await crane('validate', '--remote', `${name}-pushed:v1`);
      await lab.ok('nv2', 'copy', tagged, `${name}-pushed:v1`);
      expect(await lab.ok('nv2', 'verify', `${name}-pushed:v1`)).toBe(`${name}-pushed@${subject.digest}\n`);
    });

    it('copies between repositories, tags and lists', async () => {
      const { tagged, name, subject } = await place().shelve('tagged');
      await lab.ok('nv2', 'sign', tagged);
      await crane('copy', tagged, `${name}-copied:v1`);
      await crane('tag', `${name}-copied:v1`, 'stable');
      expect((await crane('ls', `${name}-copied`)).split('\n').toSorted()).toEqual(['', 'stable', 'v1']);
      // Signatures in the tag schema are a tag of the repository; with the API they are none.
      const schemaTag = subject.digest.replace(':', '-');
      const expected = place().hasReferrersApi ? ['v1'] : [schemaTag, 'v1'];
      expect((await crane('ls', name)).trim().split('\n').toSorted()).toEqual(expected);
      expect((await crane('catalog', place().host)).split('\n')).toEqual(
        expect.arrayContaining(['tagged', 'tagged-copied']),
      );
    });

    it('reads the signature manifest by its digest', async () => {
      const { tagged, subject } = await place().shelve('read');
      const signature = (await lab.ok('nv2', 'sign', tagged)).trim();
      expect(JSON.parse(await crane('manifest', signature))).toMatchObject({
        schemaVersion: 2,
        artifactType: 'application/vnd.cncf.notary.signature',
        layers: [{ mediaType: 'application/jose+json' }],
        subject: { digest: subject.digest },
      });
      expect(await crane('manifest', tagged)).toHaveLength(subject.size);
    });

    it('copies signature and image one by one, and they find each other again', async () => {
      const { tagged, name, subject } = await place().shelve('one-by-one');
      const signature = (await lab.ok('nv2', 'sign', tagged)).trim();
      await crane('copy', tagged, `${name}-again:v1`);
      await crane('copy', signature, signature.replace('one-by-one@', 'one-by-one-again@'));
      const ran = await lab.run('nv2', 'verify', `${name}-again:v1`);
      // Without the API nobody wrote the list of referrers: crane does not know the tag schema.
      expect(ran.status).toBe(place().hasReferrersApi ? 0 : 10);
      expect(ran.stdout).toBe(place().hasReferrersApi ? `${name}-again@${subject.digest}\n` : '');
    });

    it('deletes a signature, which then no longer counts', async () => {
      const { tagged } = await place().shelve('deleted');
      const signature = (await lab.ok('nv2', 'sign', tagged)).trim();
      await crane('delete', signature);
      const ran = await lab.run('nv2', 'verify', tagged);
      // Without the API the list still names it: it is there, and cannot be read.
      expect(ran.status).not.toBe(0);
      expect(ran.stdout).toBe('');
    });
  });
});
