// Tags, catalog and referrers: contents, order, pages (distribution-spec, "Content discovery").

import { encodeUtf8 } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import {
  describeBytes,
  emptyConfig,
  imageBytes,
  indexBytes,
  pushBlob,
  pushImage,
  putManifest,
  type Reply,
  type Send,
  testBed,
} from './harness.ts';

function nextUrl(reply: Reply): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(reply.header('link') ?? '')?.[1];
}

/** Follows Link to the end and gives the entries of each page. */
async function pages(
  send: Send,
  url: string,
  member: string,
  onPage?: () => Promise<unknown>,
): Promise<readonly string[][]> {
  const found: string[][] = [];
  for (let next: string | undefined = url; next !== undefined; ) {
    const reply = await send('GET', next);
    expect(reply.status).toBe(200);
    const entries = (reply.json() as Record<string, (string | { digest: string })[]>)[member] ?? [];
    found.push(entries.map((entry) => (typeof entry === 'string' ? entry : entry.digest)));
    await onPage?.();
    next = nextUrl(reply);
  }
  return found;
}

describe('the tag list', () => {
  it('is in byte order, in pages of n, after last', async () => {
    await using bed = await testBed();
    for (const tag of ['b', 'a', 'B', '_', '1', 'a-b', 'a.b']) await pushImage(bed.send, 'team/app', tag);
    const ordered = ['1', 'B', '_', 'a', 'a-b', 'a.b', 'b'];
    const list = async (query: string): Promise<unknown> =>
      (await bed.send('GET', `/v2/team/app/tags/list${query}`)).json();
    expect(await list('')).toEqual({ name: 'team/app', tags: ordered });
    expect(await list('?last=_')).toEqual({ name: 'team/app', tags: ordered.slice(3) });
    expect(await list('?last=a%2C')).toEqual({ name: 'team/app', tags: ordered.slice(4) });
    expect(await list('?last=zzz')).toEqual({ name: 'team/app', tags: [] });
    expect(await pages(bed.send, '/v2/team/app/tags/list?n=3', 'tags')).toEqual([
      ordered.slice(0, 3),
      ordered.slice(3, 6),
      ['b'],
    ]);
    const none = await bed.send('GET', '/v2/team/app/tags/list?n=0');
    expect([none.json(), nextUrl(none)]).toEqual([{ name: 'team/app', tags: [] }, undefined]);
    expect(nextUrl(await bed.send('GET', '/v2/team/app/tags/list?n=7'))).toBeUndefined();
  });

  it.each(['-1', 'x', '1.5', '', '99999999999999999999'])('refuses n=%j', async (n) => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'v1');
    const reply = await bed.send('GET', `/v2/team/app/tags/list?n=${n}`);
    expect([reply.status, reply.codes()]).toEqual([400, ['PAGINATION_NUMBER_INVALID']]);
  });

  it('is empty for a repository without tags and unknown for one never seen', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    expect((await bed.send('GET', '/v2/team/app/tags/list')).json()).toEqual({ name: 'team/app', tags: [] });
    const reply = await bed.send('GET', '/v2/team/other/tags/list');
    expect([reply.status, reply.codes()]).toEqual([404, ['NAME_UNKNOWN']]);
  });

  it('gives at most 1000 at a time and the rest by Link', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const bytes = imageBytes();
    for (let from = 0; from < 1012; from += 46) {
      const tags = Array.from({ length: 46 }, (_, index) => `tag=t${String(from + index).padStart(4, '0')}`).join('&');
      await putManifest(bed.send, 'team/app', `${digestOf(bytes)}?${tags}`, bytes);
    }
    for (const query of ['', '?n=5000']) {
      const found = await pages(bed.send, `/v2/team/app/tags/list${query}`, 'tags');
      expect(found.map(({ length }) => length)).toEqual([1000, 12]);
    }
  });

  it('loses and repeats nothing while tags come and go between pages', async () => {
    await using bed = await testBed();
    const stable = Array.from({ length: 20 }, (_, index) => `s${index + 10}`);
    for (const tag of stable) await pushImage(bed.send, 'team/app', tag);
    let round = 0;
    const churn = async (): Promise<void> => {
      await pushImage(bed.send, 'team/app', `a${round}`);
      await bed.send('DELETE', `/v2/team/app/manifests/a${(round += 1) - 2}`);
    };
    const found = (await pages(bed.send, '/v2/team/app/tags/list?n=4', 'tags', churn)).flat();
    expect(found.filter((tag) => tag.startsWith('s'))).toEqual(stable);
  });
});

describe('the catalog', () => {
  it('lists repositories with content, in byte order and pages', async () => {
    await using bed = await testBed();
    for (const name of ['b', 'a/b', 'a', 'a-b']) await pushBlob(bed.send, name, emptyConfig);
    await bed.send('POST', '/v2/only-opened/blobs/uploads/');
    expect((await bed.send('GET', '/v2/_catalog')).json()).toEqual({ repositories: ['a', 'a-b', 'a/b', 'b'] });
    expect(await pages(bed.send, '/v2/_catalog?n=3', 'repositories')).toEqual([['a', 'a-b', 'a/b'], ['b']]);
    expect((await bed.send('GET', '/v2/_catalog?n=-1')).codes()).toEqual(['PAGINATION_NUMBER_INVALID']);
  });
});

const subjectBytes = imageBytes({ annotations: { subject: 'yes' } });
const subject = describeBytes(subjectBytes);

interface Listing {
  readonly manifests: readonly { readonly digest: string; readonly [member: string]: unknown }[];
}

async function list(send: Send, query = '', repository = 'team/app'): Promise<Listing> {
  const reply = await send('GET', `/v2/${repository}/referrers/${subject.digest}${query}`);
  expect([reply.status, reply.header('content-type')]).toEqual([200, mediaTypes.ociIndex]);
  return reply.json() as Listing;
}

describe('referrers', () => {
  it('are images and indexes, pushed before or after the subject, tagged or not, of this repository', async () => {
    await using bed = await testBed();
    const before = await pushImage(bed.send, 'team/app', undefined, {
      subject,
      artifactType: 'a/one',
      annotations: { k: 'v' },
    });
    await pushBlob(bed.send, 'team/app', emptyConfig);
    await putManifest(bed.send, 'team/app', 'v1', subjectBytes);
    const index = indexBytes([], { subject });
    await putManifest(bed.send, 'team/app', 'tagged', index);
    await pushImage(bed.send, 'elsewhere', undefined, { subject, artifactType: 'a/two' });
    const typeless = await pushImage(bed.send, 'team/app', undefined, { subject, annotations: { x: 'y' } });
    expect(await list(bed.send)).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [
        { ...before, artifactType: 'a/one', annotations: { k: 'v' } },
        describeBytes(index, mediaTypes.ociIndex),
        { ...typeless, artifactType: mediaTypes.emptyJson, annotations: { x: 'y' } },
      ],
    });
  });

  it('are an empty list for a digest or repository nobody knows, and 400 for what is no digest', async () => {
    await using bed = await testBed();
    expect((await list(bed.send, '', 'never/seen')).manifests).toEqual([]);
    const bad = await bed.send('GET', '/v2/team/app/referrers/sha256:abc');
    expect([bad.status, bad.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });

  it('are filtered by artifact types, before paging, and the answer says so', async () => {
    await using bed = await testBed();
    const digests: Record<string, string[]> = { 'a/one+json': [], 'a/two': [] };
    for (let index = 0; index < 6; index++) {
      const artifactType = index % 2 === 0 ? 'a/one+json' : 'a/two';
      const { digest } = await pushImage(bed.send, 'team/app', undefined, {
        subject,
        artifactType,
        annotations: { index: String(index) },
      });
      digests[artifactType]?.push(digest);
    }
    const url = `/v2/team/app/referrers/${subject.digest}`;
    for (const query of ['?artifactType=a/one+json', '?artifactType=a%2Fone%2Bjson']) {
      const reply = await bed.send('GET', url + query);
      expect(reply.header('oci-filters-applied')).toBe('artifactType');
      expect((reply.json() as Listing).manifests.map(({ digest }) => digest)).toEqual(digests['a/one+json']);
    }
    expect((await bed.send('GET', url)).header('oci-filters-applied')).toBeUndefined();
    expect((await list(bed.send, '?artifactType=a/one%2Bjson&artifactType=a/two')).manifests).toHaveLength(6);
    expect((await list(bed.send, '?artifactType=a/none')).manifests).toEqual([]);
    const found = await pages(bed.send, `${url}?artifactType=a/two&n=2`, 'manifests');
    expect(found).toEqual([digests['a/two']?.slice(0, 2), digests['a/two']?.slice(2)]);
    const tooMany = Array.from({ length: 17 }, () => 'artifactType=a/b').join('&');
    expect((await bed.send('GET', `${url}?${tooMany}`)).status).toBe(400);
    expect((await bed.send('GET', `${url}?last=x`)).codes()).toEqual(['PAGINATION_NUMBER_INVALID']);
  });

  it('come in stable pages while others are added and removed', async () => {
    await using bed = await testBed();
    const stable: string[] = [];
    for (let index = 0; index < 9; index++) {
      stable.push(
        (await pushImage(bed.send, 'team/app', undefined, { subject, annotations: { index: String(index) } })).digest,
      );
    }
    const [first = ''] = stable;
    let round = 0;
    const churn = async (): Promise<void> => {
      await bed.send('DELETE', `/v2/team/app/manifests/${first}`);
      if ((round += 1) < 4)
        await pushImage(bed.send, 'team/app', undefined, { subject, annotations: { late: String(round) } });
    };
    const found = (await pages(bed.send, `/v2/team/app/referrers/${subject.digest}?n=2`, 'manifests', churn)).flat();
    expect(found.slice(0, 9)).toEqual(stable);
    expect(new Set(found).size).toBe(12);
  });

  it('come in pages of at most 4 MiB', async () => {
    await using bed = await testBed();
    for (let index = 0; index < 3; index++) {
      await pushImage(bed.send, 'team/app', undefined, {
        subject,
        annotations: { [`large${index}`]: 'x'.repeat(2_000_000) },
      });
    }
    const found = await pages(bed.send, `/v2/team/app/referrers/${subject.digest}`, 'manifests');
    expect(found.map(({ length }) => length)).toEqual([2, 1]);
  });

  it('change their ETag exactly when they change', async () => {
    await using bed = await testBed();
    const url = `/v2/team/app/referrers/${subject.digest}`;
    const one = await pushImage(bed.send, 'team/app', undefined, { subject });
    const etag = (await bed.send('GET', url)).header('etag') ?? '';
    const same = await bed.send('GET', url, { headers: { 'If-None-Match': etag } });
    expect([same.status, same.bytes.length]).toEqual([304, 0]);
    await bed.send('DELETE', `/v2/team/app/manifests/${one.digest}`);
    expect((await bed.send('GET', url, { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });

  it('include what an index under a fallback tag lists, if it is here and truly has that subject, once', async () => {
    await using bed = await testBed({ referrersApi: false });
    const real = await pushImage(bed.send, 'team/app', undefined, { subject, artifactType: 'a/real' });
    const liar = await pushImage(bed.send, 'team/app', undefined, { annotations: { no: 'subject' } });
    await putManifest(
      bed.send,
      'team/app',
      subject.digest.replace(':', '-'),
      indexBytes([{ ...real, artifactType: 'a/real' }, liar]),
    );
    await bed.restart({ referrersApi: true });
    expect((await list(bed.send)).manifests).toEqual([{ ...real, artifactType: 'a/real' }]);
    const tag = await bed.send('GET', `/v2/team/app/manifests/${subject.digest.replace(':', '-')}`);
    expect((tag.json() as Listing).manifests).toHaveLength(2);
  });

  it('all stand when many are pushed at once', async () => {
    await using bed = await testBed();
    const pushed = await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        pushImage(bed.send, 'team/app', undefined, { subject, annotations: { index: String(index) } }),
      ),
    );
    const found = (await list(bed.send)).manifests.map(({ digest }) => digest);
    expect(found.toSorted()).toEqual(pushed.map(({ digest }) => digest).toSorted());
  });

  it('are as if there were no such API when it is off', async () => {
    await using bed = await testBed({ referrersApi: false });
    await pushBlob(bed.send, 'team/app', emptyConfig);
    const push = await putManifest(bed.send, 'team/app', 'v1', imageBytes({ subject }));
    expect([push.status, push.header('oci-subject')]).toEqual([201, undefined]);
    const reply = await bed.send('GET', `/v2/team/app/referrers/${subject.digest}`);
    expect(reply.status).toBe(404);
  });
});

describe('deleting', () => {
  it('a tag leaves the manifest and other tags', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    await pushImage(bed.send, 'team/app', 'v2');
    expect((await bed.send('DELETE', '/v2/team/app/manifests/v1')).status).toBe(202);
    for (const [reference, status] of [
      ['v1', 404],
      ['v2', 200],
      [image.digest, 200],
    ] as const) {
      expect((await bed.send('GET', `/v2/team/app/manifests/${reference}`)).status).toBe(status);
    }
    expect((await bed.send('DELETE', '/v2/team/app/manifests/v1')).codes()).toEqual(['MANIFEST_UNKNOWN']);
  });

  it('a digest removes the manifest, its tags and its place among referrers at once, and not the same in other repositories', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1', { subject });
    await pushImage(bed.send, 'team/app', 'v2', { subject });
    await pushImage(bed.send, 'other', 'v1', { subject });
    expect((await bed.send('DELETE', `/v2/team/app/manifests/${image.digest}`)).status).toBe(202);
    for (const reference of ['v1', 'v2', image.digest]) {
      expect((await bed.send('GET', `/v2/team/app/manifests/${reference}`)).status).toBe(404);
    }
    expect((await list(bed.send)).manifests).toEqual([]);
    expect((await bed.send('GET', '/v2/team/app/tags/list')).json()).toEqual({ name: 'team/app', tags: [] });
    expect((await bed.send('GET', '/v2/other/manifests/v1')).status).toBe(200);
    await pushImage(bed.send, 'team/app', 'v1', { subject });
    expect((await list(bed.send)).manifests).toHaveLength(1);
  });

  it('the subject leaves its referrers', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    await putManifest(bed.send, 'team/app', 'v1', subjectBytes);
    await pushImage(bed.send, 'team/app', undefined, { subject });
    await bed.send('DELETE', `/v2/team/app/manifests/${subject.digest}`);
    expect((await list(bed.send)).manifests).toHaveLength(1);
  });

  it('the child of an index works and draws a warning', async () => {
    await using bed = await testBed();
    const child = await pushImage(bed.send, 'team/app', undefined);
    const index = indexBytes([child]);
    await putManifest(bed.send, 'team/app', 'v1', index);
    const reply = await bed.send('DELETE', `/v2/team/app/manifests/${child.digest}`);
    expect([reply.status, reply.header('warning')]).toEqual([
      202,
      `299 - "index ${digestOf(index)} still lists the deleted manifest"`,
    ]);
  });

  it('only what If-Match names', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    expect((await bed.send('DELETE', '/v2/team/app/manifests/v1', { headers: { 'If-Match': '"x"' } })).status).toBe(
      412,
    );
    expect(
      (await bed.send('DELETE', '/v2/team/app/manifests/v1', { headers: { 'If-Match': `"${image.digest}"` } })).status,
    ).toBe(202);
  });

  it('a blob is refused while a manifest refers to it, and then removes it from this repository only', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    await pushBlob(bed.send, 'other', emptyConfig);
    const url = `/v2/team/app/blobs/${digestOf(emptyConfig)}`;
    const refused = await bed.send('DELETE', url);
    expect([refused.status, refused.codes()]).toEqual([409, ['DENIED']]);
    await bed.send('DELETE', `/v2/team/app/manifests/${image.digest}`);
    expect((await bed.send('DELETE', url)).status).toBe(202);
    expect((await bed.send('GET', url)).status).toBe(404);
    expect((await bed.send('DELETE', url)).codes()).toEqual(['BLOB_UNKNOWN']);
    expect((await bed.send('GET', url.replace('team/app', 'other'))).status).toBe(200);
  });

  it('is refused where it is switched off, and in an unknown repository', async () => {
    await using bed = await testBed();
    const digest = digestOf(encodeUtf8('x'));
    for (const kind of ['blobs', 'manifests']) {
      expect((await bed.send('DELETE', `/v2/nowhere/${kind}/${digest}`)).codes()).toEqual(['NAME_UNKNOWN']);
    }
    await bed.restart({ allowDelete: false });
    for (const kind of ['blobs', 'manifests']) {
      const reply = await bed.send('DELETE', `/v2/nowhere/${kind}/${digest}`);
      expect([reply.status, reply.codes()]).toEqual([405, ['UNSUPPORTED']]);
    }
  });
});
