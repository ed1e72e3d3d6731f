// Pushing and pulling manifests (distribution-spec, "Pushing manifests", "Pulling manifests").

import { encodeUtf8, type HashName } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import {
  describeBytes,
  emptyConfig,
  emptyConfigDescriptor,
  imageBytes,
  indexBytes,
  pushBlob,
  pushImage,
  putManifest,
  testBed,
} from './harness.ts';

const missing = digestOf(encodeUtf8('missing'));

describe.each<HashName>(['sha256', 'sha384', 'sha512'])('a manifest pushed by %s digest', (algorithm) => {
  it('answers by digest and by its tags with exactly its bytes and that digest', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const bytes = encodeUtf8(`  ${new TextDecoder().decode(imageBytes({ custom: [1, { a: null }] }))}\n`);
    const digest = digestOf(bytes, algorithm);
    const push = await putManifest(bed.send, 'team/app', `${digest}?tag=a&tag=b`, bytes);
    expect([push.status, push.header('location')]).toEqual([201, `/v2/team/app/manifests/${digest}`]);
    expect(push.header('docker-content-digest')).toBe(digest);
    expect(push.headers.filter(([name]) => name === 'OCI-Tag')).toEqual([
      ['OCI-Tag', 'a'],
      ['OCI-Tag', 'b'],
    ]);
    for (const reference of [digest, 'a', 'b']) {
      const reply = await bed.send('GET', `/v2/team/app/manifests/${reference}`);
      expect(reply.bytes).toEqual(bytes);
      expect(reply.header('docker-content-digest')).toBe(digest);
      expect(reply.header('content-type')).toBe(mediaTypes.ociManifest);
      const head = await bed.send('HEAD', `/v2/team/app/manifests/${reference}`);
      expect([head.status, head.header('content-length'), head.bytes.length]).toEqual([200, String(bytes.length), 0]);
    }
    const canonical = await bed.send('GET', `/v2/team/app/manifests/${digestOf(bytes)}`);
    expect([canonical.bytes, canonical.header('docker-content-digest')]).toEqual([bytes, digestOf(bytes)]);
  });

  it('is refused when the body has another digest', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const reply = await putManifest(bed.send, 'team/app', digestOf(encodeUtf8('other'), algorithm), imageBytes());
    expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });
});

describe('a manifest pushed by tag', () => {
  it('is found by tag, by digest, in the tag list; the tag may be no digest', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    const byTag = await bed.send('GET', '/v2/team/app/manifests/v1');
    expect(byTag.header('cache-control')).toBe('no-cache');
    const byDigest = await bed.send('GET', `/v2/team/app/manifests/${image.digest}`);
    expect(byDigest.header('cache-control')).toContain('immutable');
    expect(byDigest.bytes).toEqual(byTag.bytes);
    const bad = await putManifest(bed.send, 'team/app', '.bad', imageBytes());
    expect([bad.status, bad.codes()]).toEqual([400, ['MANIFEST_INVALID']]);
    const read = await bed.send('GET', '/v2/team/app/manifests/.bad');
    expect([read.status, read.codes()]).toEqual([404, ['MANIFEST_UNKNOWN']]);
  });

  it('moves the tag, and the older manifest stays', async () => {
    await using bed = await testBed();
    const old = await pushImage(bed.send, 'team/app', 'v1');
    const young = await pushImage(bed.send, 'team/app', 'v1', { annotations: { a: 'b' } });
    expect((await bed.send('HEAD', '/v2/team/app/manifests/v1')).header('docker-content-digest')).toBe(young.digest);
    expect((await bed.send('HEAD', `/v2/team/app/manifests/${old.digest}`)).status).toBe(200);
  });

  it('may be pushed again, with nothing changed', async () => {
    await using bed = await testBed();
    const subject = { mediaType: mediaTypes.ociManifest, digest: missing, size: 7 };
    const first = await pushImage(bed.send, 'team/app', 'v1', { subject });
    const other = await pushImage(bed.send, 'team/app', 'v2', { subject, annotations: { a: 'b' } });
    await pushImage(bed.send, 'team/app', 'v1', { subject });
    const listing = (await bed.send('GET', `/v2/team/app/referrers/${missing}`)).json() as {
      manifests: { digest: string }[];
    };
    expect(listing.manifests.map(({ digest }) => digest)).toEqual([first.digest, other.digest]);
  });

  it('is not a blob, and a blob is not a manifest', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    expect((await bed.send('GET', `/v2/team/app/blobs/${image.digest}`)).status).toBe(404);
    expect((await bed.send('GET', `/v2/team/app/manifests/${emptyConfigDescriptor.digest}`)).status).toBe(404);
  });

  it('is served whatever Accept says', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'v1');
    const reply = await bed.send('GET', '/v2/team/app/manifests/v1', { headers: { Accept: mediaTypes.dockerSchema1 } });
    expect([reply.status, reply.header('content-type')]).toEqual([200, mediaTypes.ociManifest]);
  });

  it('larger than what the database keeps survives a restart byte for byte', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const bytes = imageBytes({ annotations: { large: 'x'.repeat(200_000) } });
    expect((await putManifest(bed.send, 'team/app', 'large', bytes)).status).toBe(201);
    await bed.restart();
    // Comparing 200 000 bytes one by one with what `toEqual` knows of objects takes seconds.
    for (const look of [1, 2]) {
      const reply = await bed.send('GET', '/v2/team/app/manifests/large');
      expect(Buffer.compare(reply.bytes, bytes), `look ${look}`).toBe(0);
    }
  });

  it('takes the media type of its last push', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const bytes = imageBytes({ mediaType: undefined });
    for (const mediaType of [mediaTypes.ociManifest, mediaTypes.dockerManifest]) {
      await putManifest(bed.send, 'team/app', 'v1', bytes, { 'Content-Type': `${mediaType}; charset=utf-8` });
      expect((await bed.send('GET', '/v2/team/app/manifests/v1')).header('content-type')).toBe(mediaType);
    }
  });
});

describe('a manifest that breaks a rule', () => {
  const bad: readonly { name: string; bytes: Uint8Array; type?: string; status: number; code: string }[] = [
    { name: 'is not JSON', bytes: encodeUtf8('{'), status: 400, code: 'MANIFEST_INVALID' },
    {
      name: 'has a duplicate member',
      bytes: encodeUtf8('{"schemaVersion":2,"schemaVersion":2}'),
      status: 400,
      code: 'MANIFEST_INVALID',
    },
    {
      name: 'has trailing data',
      bytes: encodeUtf8(`${new TextDecoder().decode(imageBytes())}{}`),
      status: 400,
      code: 'MANIFEST_INVALID',
    },
    {
      name: 'is of another type than Content-Type says',
      bytes: imageBytes(),
      type: mediaTypes.ociIndex,
      status: 400,
      code: 'MANIFEST_INVALID',
    },
    { name: 'is both image and index', bytes: imageBytes({ manifests: [] }), status: 400, code: 'MANIFEST_INVALID' },
    {
      name: 'has a bad digest inside',
      bytes: imageBytes({ layers: [{ mediaType: 'a/b', digest: 'sha256:x', size: 1 }] }),
      status: 400,
      code: 'MANIFEST_INVALID',
    },
    {
      name: 'has inline data that is not the content',
      bytes: imageBytes({ config: { ...emptyConfigDescriptor, data: 'e30K' } }),
      status: 400,
      code: 'MANIFEST_INVALID',
    },
    { name: 'is empty', bytes: new Uint8Array(), status: 400, code: 'MANIFEST_INVALID' },
    { name: 'is Docker schema 1', bytes: encodeUtf8('{"schemaVersion":1}'), status: 415, code: 'UNSUPPORTED' },
    {
      name: 'is of an unknown type',
      bytes: imageBytes({ mediaType: 'a/b' }),
      type: 'a/b',
      status: 415,
      code: 'UNSUPPORTED',
    },
    {
      name: 'is of the withdrawn artifact type',
      bytes: encodeUtf8(JSON.stringify({ mediaType: mediaTypes.ociArtifactManifest, blobs: [] })),
      status: 415,
      code: 'UNSUPPORTED',
    },
    {
      name: 'is larger than the limit',
      bytes: imageBytes({ x: 'x'.repeat(70_000) }),
      status: 413,
      code: 'MANIFEST_INVALID',
    },
  ];
  it.each(bad)('is refused: it $name', async ({ bytes, type, status, code }) => {
    await using bed = await testBed({ maxManifestBytes: 65_536 });
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const reply = await putManifest(
      bed.send,
      'team/app',
      'v1',
      bytes,
      type === undefined ? {} : { 'Content-Type': type },
    );
    expect([reply.status, reply.codes()]).toEqual([status, [code]]);
    expect((await bed.send('GET', '/v2/team/app/manifests/v1')).status).toBe(404);
  });

  it('is refused while it arrives when it announces no length and grows too large', async () => {
    await using bed = await testBed({ maxManifestBytes: 1000 });
    const endless = {
      async *open() {
        for (;;) yield new Uint8Array(600);
      },
    };
    expect((await bed.send('PUT', '/v2/team/app/manifests/v1', { body: endless })).status).toBe(413);
    expect((await bed.send('PUT', '/v2/team/app/manifests/v1')).status).toBe(400);
  });

  it('lists every part that the repository lacks, and does not create the repository', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'other', emptyConfig);
    const layer = { mediaType: mediaTypes.ociLayer, digest: missing, size: 7 };
    const reply = await putManifest(bed.send, 'team/app', 'v1', imageBytes({ layers: [layer, layer] }));
    expect([reply.status, reply.codes()]).toEqual([404, ['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']]);
    expect(reply.text).toContain(missing);
    expect(reply.text).toContain(emptyConfigDescriptor.digest);
    expect((await bed.send('GET', '/v2/team/app/tags/list')).codes()).toEqual(['NAME_UNKNOWN']);
  });
});

describe('what a manifest may refer to', () => {
  it('is content fetched elsewhere, without having it here', async () => {
    await using bed = await testBed();
    const foreign = [
      { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', digest: missing, size: 7 },
      { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', digest: missing, size: 7 },
      { mediaType: mediaTypes.ociLayer, digest: missing, size: 7, urls: ['https://example.com/layer'] },
    ];
    await pushImage(bed.send, 'team/app', 'v1', { layers: foreign });
  });

  it('is inline content that is the content', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'v1', { config: { ...emptyConfigDescriptor, data: 'e30=' } });
  });

  it('is a subject that is not here', async () => {
    await using bed = await testBed();
    const subject = { mediaType: mediaTypes.ociManifest, digest: missing, size: 7 };
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const reply = await putManifest(bed.send, 'team/app', 'v1', imageBytes({ subject }));
    expect([reply.status, reply.header('oci-subject')]).toEqual([201, missing]);
  });

  it('is, for an index, manifests of the repository', async () => {
    await using bed = await testBed();
    const child = await pushImage(bed.send, 'team/app', undefined);
    expect((await putManifest(bed.send, 'team/app', 'v1', indexBytes([child]))).status).toBe(201);
    expect((await putManifest(bed.send, 'team/app', 'empty', indexBytes([]))).status).toBe(201);
    const sparse = indexBytes([child, { mediaType: mediaTypes.ociManifest, digest: missing, size: 7 }]);
    const reply = await putManifest(bed.send, 'team/app', 'sparse', sparse);
    expect([reply.status, reply.codes()]).toEqual([404, ['MANIFEST_BLOB_UNKNOWN']]);
    await bed.restart({ allowSparse: true });
    expect((await putManifest(bed.send, 'team/app', 'sparse', sparse)).status).toBe(201);
    expect((await bed.send('GET', `/v2/team/app/manifests/${missing}`)).status).toBe(404);
  });

  it('is indexes nested up to eight deep', async () => {
    await using bed = await testBed();
    let child = await pushImage(bed.send, 'team/app', undefined);
    const statuses: number[] = [];
    for (let depth = 1; depth <= 9; depth++) {
      const bytes = indexBytes([child]);
      statuses.push((await putManifest(bed.send, 'team/app', `d${depth}`, bytes)).status);
      child = describeBytes(bytes, mediaTypes.ociIndex);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 201, 201, 400]);
  });
});

describe('tags in a push', () => {
  it('number at most 46, and one bad one refuses all', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const bytes = imageBytes();
    const tags = (count: number): string => Array.from({ length: count }, (_, index) => `tag=t${index}`).join('&');
    const many = await putManifest(bed.send, 'team/app', `${digestOf(bytes)}?${tags(47)}`, bytes);
    expect([many.status, many.codes()]).toEqual([414, ['MANIFEST_INVALID']]);
    const bad = await putManifest(bed.send, 'team/app', `${digestOf(bytes)}?tag=good&tag=-bad`, bytes);
    expect([bad.status, bad.codes()]).toEqual([400, ['MANIFEST_INVALID']]);
    expect((await bed.send('GET', `/v2/team/app/manifests/${digestOf(bytes)}`)).status).toBe(404);
    expect((await putManifest(bed.send, 'team/app', `${digestOf(bytes)}?${tags(46)}`, bytes)).status).toBe(201);
    expect((await putManifest(bed.send, 'team/app', 'main?tag=more', bytes)).header('oci-tag')).toBe('more');
  });

  it('of the form that keeps referrers draws a warning, for the registry has the API', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const fallback = missing.replace(':', '-');
    const warned = await putManifest(bed.send, 'team/app', fallback, indexBytes([]));
    expect(warned.header('warning')).toMatch(/^299 - "tag sha256-[0-9a-f]{64} lists referrers/);
    expect((await putManifest(bed.send, 'team/app', 'v1', indexBytes([]))).header('warning')).toBeUndefined();
    await bed.restart({ referrersApi: false });
    expect((await putManifest(bed.send, 'team/app', fallback, indexBytes([]))).header('warning')).toBeUndefined();
  });
});

describe('compare and swap of a tag', () => {
  it('moves it only from the digest that If-Match names', async () => {
    await using bed = await testBed();
    const old = await pushImage(bed.send, 'team/app', 'v1');
    const next = imageBytes({ annotations: { a: 'b' } });
    const refused = await putManifest(bed.send, 'team/app', 'v1', next, { 'If-Match': `"${digestOf(next)}"` });
    expect([refused.status, refused.codes()]).toEqual([412, ['PRECONDITION_FAILED']]);
    expect((await putManifest(bed.send, 'team/app', 'v1', next, { 'If-Match': `W/"${old.digest}"` })).status).toBe(412);
    expect((await bed.send('HEAD', `/v2/team/app/manifests/${digestOf(next)}`)).status).toBe(404);
    expect((await putManifest(bed.send, 'team/app', 'v1', next, { 'If-Match': `"${old.digest}"` })).status).toBe(201);
    expect((await putManifest(bed.send, 'team/app', 'new', next, { 'If-Match': '*' })).status).toBe(412);
  });

  it('sets it only where there is none, with If-None-Match: *', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'v1');
    expect((await putManifest(bed.send, 'team/app', 'v1', imageBytes(), { 'If-None-Match': '*' })).status).toBe(412);
    expect((await putManifest(bed.send, 'team/app', 'v2', imageBytes(), { 'If-None-Match': '*' })).status).toBe(201);
  });

  it('lets one of many writers win each round, so that no update is lost', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'counter', { annotations: { done: '' } });
    const add = async (writer: string): Promise<void> => {
      for (;;) {
        const current = await bed.send('GET', '/v2/team/app/manifests/counter');
        const { annotations } = current.json() as { annotations: { done: string } };
        const next = imageBytes({ annotations: { done: `${annotations.done}${writer}` } });
        const reply = await putManifest(bed.send, 'team/app', 'counter', next, {
          'If-Match': current.header('etag') ?? '',
        });
        if (reply.status === 201) return;
      }
    };
    await Promise.all(Array.from('abcdefghij', add));
    const { annotations } = (await bed.send('GET', '/v2/team/app/manifests/counter')).json() as {
      annotations: { done: string };
    };
    expect(Array.from(annotations.done).toSorted().join('')).toBe('abcdefghij');
  });
});

describe('a client that has a manifest', () => {
  it('is told so with 304, by tag and by digest', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    for (const method of ['GET', 'HEAD']) {
      for (const reference of ['v1', image.digest]) {
        const headers = { 'If-None-Match': `"${image.digest}"` };
        const reply = await bed.send(method, `/v2/team/app/manifests/${reference}`, { headers });
        expect([reply.status, reply.bytes.length]).toEqual([304, 0]);
      }
    }
  });
});
