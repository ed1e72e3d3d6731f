// One repository of a registry as a content store.

import { type BodySource, findHeader } from '@nv2/base';
import {
  ContentError,
  type ContentStore,
  type DeletableStore,
  describeReferrer,
  type FetchOptions,
  type Manifest,
  type MountableStore,
  type PushManifestOptions,
  type ReferrersOptions,
} from '@nv2/content';
import { type Descriptor, type Digest, isDigest, isTag, OciError, parseManifest } from '@nv2/oci';
import { quoteText } from '@nv2/base';
import { deleteBlob, fetchBlob, hasBlob } from './blobs.ts';
import type { RepositoryContext } from './context.ts';
import { limits } from './limits.ts';
import { findManifest, findManifestDescriptor, putManifest, removeManifest } from './manifests.ts';
import { listReferrers, ReferrersMode } from './referrers/read.ts';
import { updateReferrersTag } from './referrers/update.ts';
import { listTags } from './tags.ts';
import { mountBlob } from './uploads/mount.ts';
import { pushBlob } from './uploads/push-blob.ts';
import type { UploadSession } from './uploads/session.ts';

/**
 * A repository at a registry. Made by {@link createRegistrySession} or {@link connectRepository}.
 *
 * Every method throws RegistryError; what it reads, ContentError and OciError as {@link ContentStore} says.
 */
export class RegistryRepository implements DeletableStore, MountableStore {
  readonly name: string;
  readonly #context: RepositoryContext;
  readonly #mode: ReferrersMode;
  /** Sessions that registries opened instead of a mount. */
  readonly #pending = new Map<Digest, UploadSession>();

  constructor(context: RepositoryContext, mode: ReferrersMode) {
    this.name = context.name;
    this.#context = context;
    this.#mode = mode;
  }

  findManifestDescriptor(reference: string, options?: FetchOptions): Promise<Descriptor | undefined> {
    return findManifestDescriptor(this.#context, reference, options);
  }

  findManifest(reference: string, options?: FetchOptions): Promise<Manifest | undefined> {
    return findManifest(this.#context, reference, options);
  }

  hasBlob(descriptor: Descriptor, options?: FetchOptions): Promise<boolean> {
    return hasBlob(this.#context, descriptor, options);
  }

  fetchBlob(descriptor: Descriptor, options?: FetchOptions): Promise<AsyncIterable<Uint8Array>> {
    return fetchBlob(this.#context, descriptor, options);
  }

  pushBlob(descriptor: Descriptor, body: BodySource, options: FetchOptions = {}): Promise<void> {
    const pending = this.#pending.get(descriptor.digest);
    this.#pending.delete(descriptor.digest);
    return pushBlob(this.#context, descriptor, body, { ...options, ...(pending === undefined ? {} : { pending }) });
  }

  async pushManifest(manifest: Manifest, options: PushManifestOptions = {}): Promise<void> {
    const { tag } = options;
    if (tag !== undefined) checkTag(tag);
    const { digest } = manifest.descriptor;
    const parsed = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
    // By tag a registry computes sha256; any other digest has to be pushed as such first.
    const isOneRequest = tag !== undefined && digest.startsWith('sha256:');
    const fields = await putManifest(this.#context, manifest, isOneRequest ? tag : digest, options);
    if (parsed.subject !== undefined) {
      const isIndexed = findHeader(fields, 'oci-subject') === parsed.subject.digest;
      if (isIndexed) this.#mode.learn(this.#context, 'api');
      if (!isIndexed || this.#context.settings.forceReferrersTag) {
        const entry = describeReferrer(manifest.descriptor, parsed);
        await updateReferrersTag(this.#context, parsed.subject.digest, { kind: 'add', entry }, options);
      }
    }
    if (tag !== undefined && !isOneRequest) await putManifest(this.#context, manifest, tag, options);
  }

  async tagManifest(descriptor: Descriptor, tag: string, options: FetchOptions = {}): Promise<void> {
    checkTag(tag);
    const manifest = await this.findManifest(descriptor.digest, options);
    if (manifest === undefined) {
      throw new ContentError('CONTENT_NOT_FOUND', `tagging ${descriptor.digest} as ${tag}: it is not in ${this.name}`);
    }
    await putManifest(this.#context, manifest, tag, options);
  }

  referrers(subject: Descriptor, options?: ReferrersOptions): AsyncIterable<Descriptor> {
    return listReferrers(this.#context, this.#mode, subject.digest, options);
  }

  tags(options?: FetchOptions): AsyncIterable<string> {
    return listTags(this.#context, options);
  }

  async deleteManifest(reference: string, options: FetchOptions = {}): Promise<void> {
    if (!isDigest(reference)) return removeManifest(this.#context, reference, options);
    const manifest = await this.findManifest(reference, options);
    // First the manifest: if the registry deletes nothing, its entry must stay too.
    await removeManifest(this.#context, reference, options);
    if (manifest === undefined) return;
    const { subject } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
    if (subject === undefined) return;
    await updateReferrersTag(this.#context, subject.digest, { kind: 'remove', digest: reference }, options);
  }

  deleteBlob(digest: Digest, options?: FetchOptions): Promise<void> {
    return deleteBlob(this.#context, digest, options);
  }

  async mountBlob(descriptor: Descriptor, from: ContentStore, options?: FetchOptions): Promise<boolean> {
    // Only the same registry under the same credentials can mount.
    if (!(from instanceof RegistryRepository) || from.#context.client !== this.#context.client) return false;
    const outcome = await mountBlob(this.#context, descriptor, from.#context.repository, options);
    if (outcome.status === 'mounted') return true;
    const { session } = outcome;
    if (session !== undefined && this.#pending.size < limits.maxPendingUploads)
      this.#pending.set(descriptor.digest, session);
    return false;
  }
}

function checkTag(tag: string): void {
  if (!isTag(tag)) throw new OciError('OCI_REFERENCE_INVALID', `${quoteText(tag)} is not a tag`);
}
