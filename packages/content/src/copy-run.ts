// One run of a copy: finds what a graph consists of, then sends what the destination lacks, children before parents.

import { isNv2Error } from '@nv2/base';
import {
  type Descriptor,
  isManifestMediaType,
  isSameContent,
  mediaTypes,
  type ParsedManifest,
  parseManifest,
  parts,
} from '@nv2/oci';
import type { CopyEvent, CopyOptions, CopyResult } from './copy-options.ts';
import { findCopyableReferrers } from './copy-referrers.ts';
import { ContentError } from './errors.ts';
import { mapBounded, type RunOptions, runJobs } from './jobs.ts';
import { maxDepth, maxManifestBytesInFlight, maxNodes } from './limits.ts';
import { sendBlob } from './send-blob.ts';
import type { ContentStore, FetchOptions, Manifest } from './store.ts';
import { fetchManifest } from './verified.ts';
import { nodeKey } from './walk.ts';

export interface CopySettings extends RunOptions {
  readonly force: boolean;
  readonly onEvent: (event: CopyEvent) => void;
}

/** Where to begin: the root, or a referrer with what is known of it already. */
export interface CopyRoot {
  readonly descriptor: Descriptor;
  readonly manifest?: Manifest;
  /** Whether the destination lists it among the referrers of its subject; only then is it complete there. */
  readonly isListed?: boolean;
}

interface Node extends CopyRoot {
  /** Below a manifest that the destination has: taken as there. */
  readonly isGiven: boolean;
  /** Reached as the subject of another; its referrers do not travel. */
  readonly isSubject: boolean;
  readonly index: number;
  manifest?: Manifest;
  children: readonly Node[];
  isThere: boolean;
}

type Origin = Pick<Node, 'isGiven' | 'isSubject'>;

export class CopyRun {
  readonly #source: ContentStore;
  readonly #destination: ContentStore;
  readonly #settings: CopySettings;
  readonly #nodes = new Map<string, Node>();
  readonly #settled = new Set<Node>();
  readonly #counts = { copied: 0, existing: 0, mounted: 0, bytes: 0 };
  #root: Manifest | undefined;
  #heldBytes = 0;

  constructor(source: ContentStore, destination: ContentStore, settings: CopySettings) {
    this.#source = source;
    this.#destination = destination;
    this.#settings = settings;
  }

  counts(): Pick<CopyResult, 'copied' | 'existing' | 'mounted' | 'bytes'> {
    return { ...this.#counts };
  }

  /** Keeps the root's bytes, so that they are fetched once. */
  offer(root: Manifest): void {
    this.#root = root;
  }

  async manifestOf(descriptor: Descriptor): Promise<Manifest> {
    if (this.#root !== undefined && isSameContent(this.#root.descriptor, descriptor)) return this.#root;
    return fetchManifest(this.#source, descriptor, this.#fetchOptions());
  }

  findReferrers(subjects: readonly Descriptor[], options: CopyOptions): Promise<readonly CopyRoot[]> {
    const isNew = (descriptor: Descriptor): boolean => !this.#nodes.has(nodeKey(descriptor));
    return findCopyableReferrers(this.#source, this.#destination, subjects, { ...options, ...this.#settings, isNew });
  }

  /** Brings graphs to the destination and answers with the manifests in them whose referrers may follow. */
  async copyGraphs(roots: readonly CopyRoot[]): Promise<readonly Descriptor[]> {
    const nodes: Node[] = [];
    let level = roots.flatMap((root) => this.#claim(root, { isGiven: false, isSubject: false }, nodes).fresh);
    for (let depth = 0; level.length > 0; depth += 1) {
      if (depth > maxDepth) throw this.#limit(`deeper than ${maxDepth} levels`);
      const contents = await mapBounded(level, (node) => this.#read(node), this.#settings);
      level = level.flatMap((node, index) => this.#expand(node, contents[index], nodes));
    }
    await runJobs(
      nodes.map((node) => ({
        after: node.children.filter((child) => !this.#settled.has(child)).map((child) => child.index),
        run: (signal) => this.#send(node, signal),
      })),
      this.#settings,
    );
    for (const node of nodes) this.#release(node);
    return nodes.filter((node) => isManifest(node) && !node.isSubject).map((node) => node.descriptor);
  }

  /** Finds out whether the destination has a node and what it consists of; `undefined` where nothing below matters. */
  async #read(node: Node): Promise<ParsedManifest | undefined> {
    if (!isManifest(node)) return undefined;
    node.isThere = node.isGiven || (await this.#isComplete(node));
    if (this.#isGivenBelow(node) && !isIndex(node.descriptor)) return undefined;
    const manifest = node.manifest ?? (await this.manifestOf(node.descriptor));
    this.#hold(node, manifest);
    const parsed = parseManifest(manifest.bytes, node.descriptor.mediaType);
    return parsed.subject === undefined || (await this.#hasSubject(parsed.subject)) ? parsed : without(parsed);
  }

  /** Claims what is below a node; answers with nodes not met before. */
  #expand(node: Node, parsed: ParsedManifest | undefined, nodes: Node[]): readonly Node[] {
    if (parsed === undefined) return [];
    const isGiven = this.#isGivenBelow(node);
    const claim = (descriptor: Descriptor, isSubject: boolean): Claim =>
      this.#claim({ descriptor }, { isGiven, isSubject }, nodes);
    // Below an index that is there, only manifests matter: they may have referrers that are not.
    const below = parts(parsed).filter((part) => !isGiven || isManifestMediaType(part.mediaType));
    const claims = below.map((part) => claim(part, node.isSubject));
    if (parsed.subject !== undefined && !isGiven) claims.push(claim(parsed.subject, true));
    node.children = claims.map(({ node: child }) => child);
    return claims.flatMap(({ fresh }) => fresh);
  }

  // What a destination has, it has with all its parts, unless the caller doubts it.
  #isGivenBelow(node: Node): boolean {
    return node.isThere && !this.#settings.force;
  }

  async #hasSubject(subject: Descriptor): Promise<boolean> {
    if (this.#nodes.has(nodeKey(subject))) return true;
    const found = await this.#source.findManifestDescriptor(subject.digest, this.#fetchOptions());
    if (found === undefined) this.#settings.onEvent({ kind: 'skipped', descriptor: subject, because: 'absent' });
    return found !== undefined;
  }

  async #isComplete(node: Node): Promise<boolean> {
    if (node.isListed !== undefined) return node.isListed;
    const found = await this.#destination.findManifestDescriptor(node.descriptor.digest, this.#fetchOptions());
    return found !== undefined && isSameContent(found, node.descriptor);
  }

  #claim(root: CopyRoot, origin: Origin, nodes: Node[]): Claim {
    const key = nodeKey(root.descriptor);
    const known = this.#nodes.get(key);
    if (known !== undefined) return { node: known, fresh: [] };
    if (this.#nodes.size >= maxNodes) throw this.#limit(`larger than ${maxNodes} nodes`);
    const node: Node = { ...root, ...origin, index: nodes.length, children: [], isThere: false };
    this.#nodes.set(key, node);
    nodes.push(node);
    return { node, fresh: [node] };
  }

  async #send(node: Node, signal: AbortSignal): Promise<void> {
    const { descriptor } = node;
    if (isManifest(node)) await this.#sendManifest(node, signal);
    else {
      const outcome = await sendBlob(this.#source, this.#destination, descriptor, { ...this.#settings, signal });
      if (outcome !== 'skipped') this.#counts[outcome] += 1;
      if (outcome === 'copied') this.#counts.bytes += descriptor.size;
    }
    this.#settled.add(node);
  }

  async #sendManifest(node: Node, signal: AbortSignal): Promise<void> {
    const { descriptor } = node;
    if (node.isThere) {
      this.#counts.existing += 1;
      this.#settings.onEvent({ kind: 'exists', descriptor });
      return;
    }
    this.#settings.onEvent({ kind: 'started', descriptor });
    const manifest = node.manifest ?? (await this.manifestOf(descriptor));
    try {
      await this.#destination.pushManifest(manifest, { signal });
    } catch (error) {
      // The destination said that it has a part and now says that it has not: send the parts whatever it says, once.
      if (!isNv2Error(error, 'CONTENT_PARTS_MISSING')) throw error;
      for (const child of node.children) await this.#sendAgain(child, signal);
      await this.#destination.pushManifest(manifest, { signal });
    }
    this.#counts.copied += 1;
    this.#counts.bytes += manifest.bytes.length;
    this.#settings.onEvent({ kind: 'finished', descriptor });
  }

  async #sendAgain(node: Node, signal: AbortSignal): Promise<void> {
    if (!isManifest(node)) {
      await sendBlob(this.#source, this.#destination, node.descriptor, { ...this.#settings, signal, always: true });
      return;
    }
    await this.#destination.pushManifest(await fetchManifest(this.#source, node.descriptor, { signal }), { signal });
  }

  #hold(node: Node, manifest: Manifest): void {
    this.#heldBytes += manifest.bytes.length;
    if (this.#heldBytes > maxManifestBytesInFlight)
      throw this.#limit(`of more than ${maxManifestBytesInFlight} bytes of manifests`);
    node.manifest = manifest;
    this.#root ??= manifest;
  }

  // A graph that is done needs no bytes any more, except the root's for the tag.
  #release(node: Node): void {
    if (node.manifest === undefined) return;
    this.#heldBytes -= node.manifest.bytes.length;
    delete node.manifest;
  }

  #fetchOptions(): FetchOptions {
    const { signal } = this.#settings;
    return signal === undefined ? {} : { signal };
  }

  #limit(what: string): ContentError {
    return new ContentError('CONTENT_LIMIT', `copying from ${this.#source.name}: the graph is ${what}`);
  }
}

function without(manifest: ParsedManifest): ParsedManifest {
  const { subject: _, ...rest } = manifest;
  return rest;
}

interface Claim {
  readonly node: Node;
  readonly fresh: readonly Node[];
}

function isManifest(node: Pick<Node, 'descriptor'>): boolean {
  return isManifestMediaType(node.descriptor.mediaType);
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList;
}
