// Looking through all manifests of a layout: those in `index.json` and those in indexes that it lists. A layout has no list
// of referrers, so this is how they are found (STORE-15), and how a child of an index is found by its digest.

import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestOf,
  isManifestMediaType,
  maxManifestBytes,
  mediaTypes,
  type ParsedManifest,
  parseManifest,
} from '@nv2/oci';
import { describeReferrer } from '@nv2/content';
import { LayoutError } from './errors.ts';
import { blobPath, type LayoutFiles } from './layout-files.ts';
import { maxIndexDepth, maxScannedBytes, maxScannedManifests } from './limits.ts';

/** What is remembered of a manifest. Content never changes under a digest, so it stays true. */
export interface ManifestFacts {
  /** As a listing of referrers describes it. */
  readonly listing: Descriptor;
  readonly subject?: Descriptor;
  /** Manifests in an index. */
  readonly children: readonly Descriptor[];
}

export class ManifestScan {
  readonly #files: LayoutFiles;
  readonly #facts = new Map<string, ManifestFacts>();
  #bytes = 0;

  constructor(files: LayoutFiles) {
    this.#files = files;
  }

  /** Facts of every manifest reachable from `entries`, each once, in their order, parents first. */
  async *manifests(entries: readonly Descriptor[], signal?: AbortSignal): AsyncGenerator<ManifestFacts> {
    yield* this.#visit(entries, () => true, signal);
  }

  /** The manifest with this digest inside an index that `entries` list. */
  async findNested(
    entries: readonly Descriptor[],
    digest: Digest,
    signal?: AbortSignal,
  ): Promise<Descriptor | undefined> {
    for await (const { children } of this.#visit(entries, isIndex, signal)) {
      const found = children.find((child) => child.digest === digest);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async *#visit(
    entries: readonly Descriptor[],
    select: (descriptor: Descriptor) => boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<ManifestFacts> {
    const seen = new Set<string>();
    let level = entries;
    for (let depth = 0; level.length > 0 && depth <= maxIndexDepth; depth += 1) {
      const next: Descriptor[] = [];
      for (const descriptor of level) {
        const key = keyOf(descriptor);
        if (seen.has(key) || !isManifestMediaType(descriptor.mediaType) || !select(descriptor)) continue;
        signal?.throwIfAborted();
        if (seen.size >= maxScannedManifests) throw this.#limit(`more than ${maxScannedManifests} manifests`);
        seen.add(key);
        const facts = await this.#find(descriptor);
        if (facts === undefined) continue;
        next.push(...facts.children);
        yield facts;
      }
      level = next;
    }
  }

  // A manifest that is absent, damaged or malformed refers to nothing; reading it by digest reports what is wrong.
  async #find(descriptor: Descriptor): Promise<ManifestFacts | undefined> {
    const { digest, size, mediaType } = descriptor;
    if (size > maxManifestBytes || (await this.#files.findSize(blobPath(digest))) !== size) return undefined;
    const known = this.#facts.get(keyOf(descriptor));
    if (known !== undefined) return known;
    if (this.#bytes + size > maxScannedBytes) throw this.#limit(`more than ${maxScannedBytes} bytes of manifests`);
    const bytes = await this.#files.findBytes(blobPath(digest), maxManifestBytes);
    if (bytes === undefined || digestOf(bytes, digestAlgorithm(digest)) !== digest) return undefined;
    const manifest = findManifestIn(bytes, mediaType);
    if (manifest === undefined) return undefined;
    const facts = factsOf(descriptor, manifest);
    this.#facts.set(keyOf(descriptor), facts);
    this.#bytes += size;
    return facts;
  }

  #limit(what: string): LayoutError {
    return new LayoutError('LAYOUT_LIMIT', `${this.#files.name} holds ${what}`);
  }
}

function findManifestIn(bytes: Uint8Array, mediaType: string): ParsedManifest | undefined {
  try {
    return parseManifest(bytes, mediaType);
  } catch {
    // See #find: one malformed manifest must not hide all others.
    return undefined;
  }
}

function factsOf(descriptor: Descriptor, manifest: ParsedManifest): ManifestFacts {
  const children = manifest.kind === 'index' ? manifest.manifests : [];
  const subject = manifest.subject === undefined ? {} : { subject: manifest.subject };
  return { listing: describeReferrer(descriptor, manifest), ...subject, children };
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList;
}

function keyOf({ digest, mediaType }: Descriptor): string {
  return `${digest} ${mediaType}`;
}
