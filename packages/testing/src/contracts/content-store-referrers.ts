// What every content store promises about referrers (distribution-spec, "Listing Referrers"; STORE-15).

import { encodeUtf8 } from '@nv2/base';
import { manifestOf } from '@nv2/content';
import { type Digest, encodeManifest, mediaTypes } from '@nv2/oci';
import { expect, it } from 'vitest';
import { pushArtifact, testBlob, testImage, testReferrer } from '../images.ts';
import { all, digests, type MakeStore } from './store-under-test.ts';

export function referrerCases(makeStore: MakeStore): void {
  const signature = 'application/vnd.cncf.notary.signature';
  const sbom = 'application/vnd.example.sbom.v1+json';

  it('lists what refers to a manifest, with artifact type and annotations', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    expect(await all(place.store.referrers(subject))).toEqual([]);
    const referrer = testReferrer(subject, { artifactType: signature, annotations: { b: '2', a: '1' } });
    await pushArtifact(place.store, referrer);
    expect(await all(place.store.referrers(subject))).toEqual([
      { ...referrer.manifest.descriptor, artifactType: signature, annotations: { a: '1', b: '2' } },
    ]);
  });

  it('lists a referrer once, however often it is pushed', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    const referrer = testReferrer(subject);
    await pushArtifact(place.store, referrer);
    await pushArtifact(place.store, referrer, 'sbom');
    expect(digests(await all(place.store.referrers(subject)))).toEqual([referrer.manifest.descriptor.digest]);
  });

  it('filters referrers by artifact type', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    const signed = await pushArtifact(place.store, testReferrer(subject, { artifactType: signature }));
    const listed = await pushArtifact(place.store, testReferrer(subject, { artifactType: sbom }));
    const byType = async (artifactType: string): Promise<readonly Digest[]> =>
      digests(await all(place.store.referrers(subject, { artifactType })));
    expect(await byType(signature)).toEqual([signed.digest]);
    expect(await byType(sbom)).toEqual([listed.digest]);
    expect(await byType('application/vnd.example.other')).toEqual([]);
    expect(digests(await all(place.store.referrers(subject)))).toEqual([signed.digest, listed.digest].toSorted());
  });

  it('takes the config media type of an image for its artifact type', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    const config = testBlob(signature, encodeUtf8('{}'));
    const layer = testBlob('application/jose+json', encodeUtf8('{"fallback":1}'));
    const mediaType = mediaTypes.ociManifest;
    const bytes = encodeManifest({
      kind: 'image',
      mediaType,
      config: config.descriptor,
      layers: [layer.descriptor],
      subject,
    });
    const referrer = { manifest: manifestOf(bytes, { mediaType }), blobs: [config, layer] };
    await pushArtifact(place.store, referrer);
    expect(await all(place.store.referrers(subject, { artifactType: signature }))).toEqual([
      { ...referrer.manifest.descriptor, artifactType: signature },
    ]);
  });

  it('lists an index that refers to a manifest', async () => {
    await using place = await makeStore();
    const image = testImage();
    const subject = await pushArtifact(place.store, image, 'v1');
    const mediaType = mediaTypes.ociIndex;
    const bytes = encodeManifest({ kind: 'index', mediaType, artifactType: sbom, manifests: [], subject });
    const index = manifestOf(bytes, { mediaType });
    await place.store.pushManifest(index);
    expect(await all(place.store.referrers(subject))).toEqual([{ ...index.descriptor, artifactType: sbom }]);
  });

  it('accepts a referrer before its subject', async () => {
    await using place = await makeStore();
    const image = testImage();
    const subject = image.manifest.descriptor;
    const referrer = await pushArtifact(place.store, testReferrer(subject));
    expect(digests(await all(place.store.referrers(subject)))).toEqual([referrer.digest]);
    await pushArtifact(place.store, image, 'v1');
    expect(digests(await all(place.store.referrers(subject)))).toEqual([referrer.digest]);
  });

  it('lists nothing for a manifest nobody refers to', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    await pushArtifact(place.store, testReferrer(subject));
    const other = await pushArtifact(place.store, testImage({ name: 'other' }));
    expect(await all(place.store.referrers(other))).toEqual([]);
  });

  it('loses no referrer when two clients write at the same time', async () => {
    await using place = await makeStore();
    const subject = await pushArtifact(place.store, testImage(), 'v1');
    const clients = [place.store, await place.openAgain()];
    const referrers = Array.from({ length: 8 }, (_, index) =>
      testReferrer(subject, { content: encodeUtf8(`${index}`) }),
    );
    await Promise.all(referrers.map((referrer, index) => pushArtifact(clients[index % 2] ?? place.store, referrer)));
    for (const client of clients) {
      const expected = referrers.map(({ manifest }) => manifest.descriptor.digest).toSorted();
      expect(digests(await all(client.referrers(subject)))).toEqual(expected);
    }
  });
}
