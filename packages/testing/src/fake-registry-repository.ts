// One repository of the fake registry: the endpoints of the distribution specification over maps.

import {
  bytesResponse,
  concatBytes,
  encodeUtf8,
  findHeader,
  type HeaderFields,
  type JsonObject,
  parseUtf8,
  type TransportResponse,
} from '@nv2/base';
import { type Digest, digestAlgorithm, digestOf, isDigest, mediaTypes, parseDigest } from '@nv2/oci';
import { type FakeRegistryOptions, type FakeRequest, fakeError } from './fake-registry-wire.ts';

export interface FakeManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a repository holds; tests may put things in and take them out. */
export interface FakeContent {
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, FakeManifest>;
  readonly tags: Map<string, string>;
  readonly uploads: Map<string, Uint8Array>;
}

export class FakeRepository implements FakeContent {
  readonly blobs = new Map<string, Uint8Array>();
  readonly manifests = new Map<string, FakeManifest>();
  readonly tags = new Map<string, string>();
  readonly uploads = new Map<string, Uint8Array>();
  readonly #name: string;
  readonly #options: FakeRegistryOptions;
  readonly #sibling: (name: string) => FakeContent | undefined;
  #uploadCount = 0;

  constructor(name: string, options: FakeRegistryOptions, sibling: (name: string) => FakeContent | undefined) {
    this.#name = name;
    this.#options = options;
    this.#sibling = sibling;
  }

  answer(kind: string, rest: string, request: FakeRequest): TransportResponse {
    if (kind === 'manifests') return this.#manifest(rest, request);
    if (kind === 'tags') return this.#tagList(request.url);
    if (kind === 'referrers') return this.#referrers(rest, request.url);
    if (!rest.startsWith('uploads/')) return this.#blob(rest, request);
    return rest === 'uploads/' ? this.#startUpload(request.url) : this.#upload(rest.slice(8), request);
  }

  #manifest(reference: string, request: FakeRequest): TransportResponse {
    if (request.method === 'PUT') return this.#putManifest(reference, request);
    const digest = isDigest(reference) ? reference : this.tags.get(reference);
    const manifest = digest === undefined ? undefined : this.manifests.get(digest);
    if (digest === undefined || manifest === undefined) return fakeError(404, 'MANIFEST_UNKNOWN');
    if (request.method === 'DELETE') return this.#deleteManifest(reference, digest);
    return bytesResponse(
      200,
      [
        ['Content-Type', manifest.mediaType],
        ['Content-Length', String(manifest.bytes.length)],
        ['Docker-Content-Digest', digest],
        ...this.#etag(digest),
      ],
      manifest.bytes,
    );
  }

  #putManifest(reference: string, { headers, body }: FakeRequest): TransportResponse {
    const current = isDigest(reference) ? undefined : this.tags.get(reference);
    if (this.#options.conditionalWrites === true) {
      const match = findHeader(headers, 'if-match');
      const isRefused =
        match !== undefined
          ? match !== `"${current}"`
          : findHeader(headers, 'if-none-match') === '*' && current !== undefined;
      if (isRefused) return fakeError(412, 'DENIED');
    }
    const digest = digestOf(body, isDigest(reference) ? digestAlgorithm(reference) : 'sha256');
    if (isDigest(reference) && digest !== reference) return fakeError(400, 'DIGEST_INVALID');
    const missing = this.#missingPart(body);
    if (missing !== undefined) return fakeError(404, 'MANIFEST_BLOB_UNKNOWN', [], missing);
    this.manifests.set(digest, { mediaType: findHeader(headers, 'content-type') ?? '', bytes: body });
    if (!isDigest(reference)) this.tags.set(reference, digest);
    const subject = this.#options.referrersApi === false ? undefined : subjectOf(body);
    const field: HeaderFields = subject === undefined ? [] : [['OCI-Subject', subject]];
    return bytesResponse(201, [
      ['Location', `/v2/${this.#name}/manifests/${digest}`],
      ['Docker-Content-Digest', digest],
      ...field,
    ]);
  }

  #missingPart(body: Uint8Array): string | undefined {
    const { config, layers } = parseLoosely(body);
    const parts = [...(config === undefined ? [] : [config]), ...(layers ?? [])];
    return parts.map(({ digest }) => digest).find((digest) => !this.blobs.has(digest));
  }

  #deleteManifest(reference: string, digest: string): TransportResponse {
    if (!isDigest(reference)) this.tags.delete(reference);
    else {
      this.manifests.delete(digest);
      for (const [tag, target] of this.tags) if (target === digest) this.tags.delete(tag);
    }
    return bytesResponse(202, []);
  }

  #blob(digest: string, request: FakeRequest): TransportResponse {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) return fakeError(404, 'BLOB_UNKNOWN');
    if (request.method === 'DELETE') {
      this.blobs.delete(digest);
      return bytesResponse(202, []);
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(findHeader(request.headers, 'range') ?? '') ?? [];
    const part = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
    const range: HeaderFields = from === undefined ? [] : [['Content-Range', `bytes ${from}-${to}/${bytes.length}`]];
    const fields: HeaderFields = [
      ['Content-Type', 'application/octet-stream'],
      ['Content-Length', String(part.length)],
      ['Docker-Content-Digest', digest],
      ...range,
    ];
    return bytesResponse(from === undefined ? 200 : 206, fields, part);
  }

  #startUpload(url: URL): TransportResponse {
    const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
    const found = mount === null || from === null ? undefined : this.#sibling(from)?.blobs.get(mount);
    if (mount !== null && found !== undefined) {
      this.blobs.set(mount, found);
      return bytesResponse(201, [['Location', `/v2/${this.#name}/blobs/${mount}`]]);
    }
    this.#uploadCount += 1;
    const id = String(this.#uploadCount);
    this.uploads.set(id, new Uint8Array());
    return this.#progress(id, 202);
  }

  #upload(id: string, { method, url, headers, body }: FakeRequest): TransportResponse {
    const stored = this.uploads.get(id);
    if (stored === undefined) return fakeError(404, 'BLOB_UPLOAD_UNKNOWN');
    if (method === 'GET') return this.#progress(id, 204);
    if (method === 'PATCH') {
      const [, start] = /^(\d+)-\d+$/.exec(findHeader(headers, 'content-range') ?? '') ?? [];
      if (start !== undefined && Number(start) !== stored.length) return fakeError(416, 'RANGE_INVALID');
      this.uploads.set(id, concatBytes([stored, body]));
      return this.#progress(id, 202);
    }
    const whole = concatBytes([stored, body]);
    const digest = parseDigest(url.searchParams.get('digest') ?? '');
    this.uploads.delete(id);
    if (digestOf(whole, digestAlgorithm(digest)) !== digest) return fakeError(400, 'DIGEST_INVALID');
    this.blobs.set(digest, whole);
    return bytesResponse(201, [
      ['Location', `/v2/${this.#name}/blobs/${digest}`],
      ['Docker-Content-Digest', digest],
    ]);
  }

  #progress(id: string, status: number): TransportResponse {
    const length = this.uploads.get(id)?.length ?? 0;
    return bytesResponse(status, [
      ['Location', `/v2/${this.#name}/blobs/uploads/${id}?state=secret`],
      ['Range', `0-${Math.max(0, length - 1)}`],
    ]);
  }

  #tagList(url: URL): TransportResponse {
    if (this.manifests.size === 0) return fakeError(404, 'NAME_UNKNOWN');
    const tags = [...this.tags.keys()].toSorted();
    const { items, link } = this.#page(tags, url);
    return bytesResponse(
      200,
      [['Content-Type', 'application/json'], ...link],
      encodeUtf8(JSON.stringify({ name: this.#name, tags: items })),
    );
  }

  #referrers(subject: string, url: URL): TransportResponse {
    if (this.#options.referrersApi === false)
      return bytesResponse(404, [['Content-Type', 'text/plain']], encodeUtf8('404 page not found'));
    const wanted = url.searchParams.get('artifactType');
    const isFiltering = wanted !== null && this.#options.filtersReferrers !== false;
    const all = [...this.manifests].flatMap(([digest, { mediaType, bytes }]) => {
      const manifest = parseLoosely(bytes);
      if (subjectOf(bytes) !== subject) return [];
      const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
      if (isFiltering && artifactType !== wanted) return [];
      return [{ mediaType, digest, size: bytes.length, artifactType, annotations: manifest.annotations }];
    });
    const { items, link } = this.#page(all, url);
    const body = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: items };
    const applied: HeaderFields = isFiltering ? [['OCI-Filters-Applied', 'artifactType']] : [];
    return bytesResponse(
      200,
      [['Content-Type', mediaTypes.ociIndex], ...applied, ...link],
      encodeUtf8(JSON.stringify(body)),
    );
  }

  #page<T>(all: readonly T[], url: URL): { readonly items: readonly T[]; readonly link: HeaderFields } {
    const start = Number(url.searchParams.get('page') ?? 0);
    const end = start + (this.#options.pageSize ?? all.length);
    const next = new URL(url);
    next.searchParams.set('page', String(end));
    const link: HeaderFields = end < all.length ? [['Link', `<${next.pathname}${next.search}>; rel="next"`]] : [];
    return { items: all.slice(start, end), link };
  }

  #etag(digest: string): HeaderFields {
    return this.#options.conditionalWrites === true ? [['ETag', `"${digest}"`]] : [];
  }
}

interface LooseDescriptor {
  readonly digest: string;
  readonly mediaType: string;
}

interface LooseManifest {
  readonly config?: LooseDescriptor;
  readonly layers?: readonly LooseDescriptor[];
  readonly subject?: LooseDescriptor;
  readonly artifactType?: string;
  readonly annotations?: JsonObject;
}

function parseLoosely(bytes: Uint8Array): LooseManifest {
  // A fake believes what tests push.
  return JSON.parse(parseUtf8(bytes)) as LooseManifest;
}

function subjectOf(bytes: Uint8Array): Digest | undefined {
  const digest = parseLoosely(bytes).subject?.digest;
  return digest !== undefined && isDigest(digest) ? digest : undefined;
}
