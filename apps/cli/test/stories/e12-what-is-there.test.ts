// E12: what signatures are there? Every state is shown by name, for people and as data.

import { bytesBody, encodeUtf8 } from '@nv2/base';
import { pushArtifact, testReferrer } from '@nv2/testing';
import { manifestOf } from '@nv2/content';
import { digestHex, emptyJsonBytes, emptyJsonDescriptor, encodeManifest, mediaTypes } from '@nv2/oci';
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
import { expectVerdict } from './refusals.ts';
import { allowBusyMachine } from './world.ts';

allowBusyMachine();

/** What cosign leaves: a referrer of its own type, and a manifest under a tag made of the digest. */
async function attachCosign({ store, subject }: Shelf): Promise<void> {
  await pushArtifact(store, testReferrer(subject, { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json' }));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  const mediaType = mediaTypes.ociManifest;
  const layers = [{ ...emptyJsonDescriptor, mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json' }];
  const bytes = encodeManifest({ kind: 'image', mediaType, config: emptyJsonDescriptor, layers });
  await store.pushManifest(manifestOf(bytes, { mediaType }), { tag: `sha256-${digestHex(subject.digest)}.sig` });
}

describe.concurrent.each<PlaceKind>(['referrers API', 'tag schema', 'layout'])(
  'E12 — what signatures are there, %s',
  (kind) => {
    it('shows every state by name in list, inspect and tree, as text and as JSON', async () => {
      await using world = await openWorldFor(kind);
      const [wabbit, other] = [await writeKey(world, 'wabbit'), await writeKey(world, 'other')];
      const shelf = await shelve(world, 'net-monitor', kind);
      const trusted = await signAt(shelf, { by: wabbit, format: 'cose' });
      const untrusted = await signAt(shelf, { by: other });
      const expired = await signAt(shelf, { by: wabbit, at: fromNow(-2 * day), expirySeconds: 60 });
      const malformed = await attachEnvelope(shelf, encodeUtf8('nothing'));
      const altered = await attachEnvelope(
        shelf,
        alterEnvelope(await sealEnvelope(shelf.subject, { by: wabbit }), 'jws'),
      );
      const sbom = testReferrer(shelf.subject);
      await pushArtifact(shelf.store, sbom);
      const nested = await signAt({ store: shelf.store, subject: sbom.manifest.descriptor }, { by: wabbit });
      await attachCosign(shelf);
      const states = new Map<string, string>([
        [trusted.digest, 'trusted'],
        [untrusted.digest, 'untrusted'],
        [expired.digest, 'expired'],
        [malformed.digest, 'malformed'],
        [altered.digest, 'malformed'],
      ]);

      const [list, listJson, inspectJson, inspect, tree, treeJson] = await Promise.all([
        world.nv2('list', '-c', 'wabbit-root.crt', shelf.tagged),
        world.nv2('list', '--format', 'json', '-c', 'wabbit-root.crt', shelf.tagged),
        world.nv2('inspect', '--format', 'json', '-c', 'wabbit-root.crt', shelf.tagged),
        world.nv2('inspect', '-c', 'wabbit-root.crt', shelf.tagged),
        world.nv2('tree', shelf.tagged),
        world.nv2('tree', '--format', 'json', shelf.tagged),
      ]);
      for (const ran of [list, listJson, inspectJson, inspect, tree, treeJson])
        expect(ran, ran.stderr).toMatchObject({ status: 0 });

      const lines = list.stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^SIGNATURE +FORMAT +TIME +STATE +SIGNER +ROOT$/);
      for (const [digest, state] of states) {
        expect(lines.find((line) => line.startsWith(digest))?.split(/ {2,}/)[3]).toBe(state);
      }
      expect(lines.filter((line) => line.includes('cosign') && line.includes('unknown format'))).toHaveLength(2);
      expect(list.stdout).toMatch(/cose +20.* +trusted +CN=wabbit,.* {2}CN=Example Root CA/);

      const signatures = JSON.parse(listJson.stdout).signatures as readonly { digest: string; state: string }[];
      for (const [digest, state] of states) expect(signatures.find((one) => one.digest === digest)?.state).toBe(state);
      const inspected = JSON.parse(inspectJson.stdout);
      expect(inspected.subject).toBe(shelf.pinned);
      const one = inspected.signatures.find(({ digest }: { digest: string }) => digest === trusted.digest);
      expect(one).toMatchObject({
        state: 'trusted',
        format: 'cose',
        signed: { signingScheme: 'notary.x509' },
        artifact: { digest: shelf.subject.digest, mediaType: shelf.subject.mediaType, size: shelf.subject.size },
      });
      expect(one.certificates).toHaveLength(2);
      expect(inspect.stdout).toContain(malformed.digest);

      expect(tree.stdout.split('\n')[0]).toContain(shelf.pinned);
      expect(tree.stdout).toMatch(new RegExp(`${sbom.manifest.descriptor.digest}.*\\n.*${nested.digest}`));
      const root = JSON.parse(treeJson.stdout).graph;
      expect(
        root.nodes.find(({ digest }: { digest: string }) => digest === sbom.manifest.descriptor.digest).nodes,
      ).toMatchObject([{ digest: nested.digest, relation: 'referrer' }]);
      // Looking changes nothing and decides nothing.
      expect((await world.nv2('verify', '-c', 'wabbit-root.crt', shelf.tagged)).status).toBe(0);
    });

    it('names the foreign formats when there is nothing else', async () => {
      await using world = await openWorldFor(kind);
      await writeKey(world, 'wabbit');
      const shelf = await shelve(world, 'net-monitor', kind);
      await attachCosign(shelf);
      const ran = await world.nv2('verify', '-k', 'wabbit.crt', shelf.tagged);
      expectVerdict(ran, 10, 'no signature found');
      expect(ran.stderr).toMatch(/why: there are only signatures of other formats: .*cosign/);
    });

    it('says that there is nothing, and how to change that', async () => {
      await using world = await openWorldFor(kind);
      const shelf = await shelve(world, 'net-monitor', kind);
      const ran = await world.nv2('list', shelf.tagged);
      expect(ran).toMatchObject({ status: 0, stdout: '' });
      expect(ran.stderr).toBe(`nv2: ${shelf.pinned}: no signatures\nnext: nv2 sign -k KEY ${shelf.pinned}\n`);
    });
  },
);
