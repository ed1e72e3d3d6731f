// Manifests and tags of repositories. A content is found by every digest it was pushed with (E2).

import type { Digest, Tag } from '@nv2/oci';
import { type Database, findBytesAt, integerAt, type Row, textAt } from './database.ts';

/** A manifest as it answers: the digest is the one asked for, or the one the tag was set with. */
export interface StoredManifest {
  readonly contentId: number;
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** 0 for an image; for an index one more than its deepest child. */
  readonly depth: number;
}

export interface NewManifest {
  readonly mediaType: string;
  readonly size: number;
  readonly depth: number;
  /** Absent when they are in the blob storage under `canonical`. */
  readonly bytes?: Uint8Array;
  /** The sha256 digest, by which equal contents are recognised. */
  readonly canonical: Digest;
  /** The digest of the push. */
  readonly digest: Digest;
  readonly subject?: Digest;
  readonly artifactType?: string;
  /** The entry in a referrers listing, as JSON. */
  readonly referrerJson?: string;
  /** Digests of blobs and manifests it refers to. */
  readonly references: readonly Digest[];
  readonly pushedAt: Date;
}

export interface Manifests {
  findByTag(repository: number, tag: Tag): StoredManifest | undefined;
  findByDigest(repository: number, digest: Digest): StoredManifest | undefined;
  /** Bytes kept in the database; `undefined` when they are in the blob storage, under the digest of `findCanonical`. */
  findBytes(contentId: number): Uint8Array | undefined;
  findCanonical(contentId: number): Digest | undefined;
  /** Stores a manifest, or recognises it; a new media type replaces the old. @returns the content. Inside a write. */
  put(repository: number, manifest: NewManifest): number;
  /** Removes a manifest, its tags and what it refers to. Inside a write. */
  remove(repository: number, contentId: number): void;
  setTag(repository: number, tag: Tag, contentId: number, digest: Digest): void;
  /** @returns whether there was such a tag. Inside a write. */
  removeTag(repository: number, tag: Tag): boolean;
  /** Tags after `after` in byte order. */
  listTags(repository: number, after: string, limit: number): readonly string[];
}

const columns = 'm.content_id, m.media_type, c.size, m.depth';

export function createManifests(database: Database): Manifests {
  const byTag = database.prepare(
    `SELECT ${columns}, t.digest FROM tags t
     JOIN manifests m ON m.repository_id = t.repository_id AND m.content_id = t.content_id
     JOIN contents c ON c.id = m.content_id WHERE t.repository_id = ? AND t.name = ?`,
  );
  const byDigest = database.prepare(
    `SELECT ${columns} FROM content_digests d
     JOIN manifests m ON m.repository_id = ? AND m.content_id = d.content_id
     JOIN contents c ON c.id = m.content_id WHERE d.digest = ?`,
  );
  const bytes = database.prepare('SELECT bytes FROM contents WHERE id = ?');
  const canonical = database.prepare(
    "SELECT digest FROM content_digests WHERE content_id = ? AND digest LIKE 'sha256:%'",
  );
  return {
    findByTag: (repository, tag) => {
      const row = byTag.get(repository, tag);
      return row === undefined ? undefined : toManifest(row, textAt(row, 4));
    },
    findByDigest: (repository, digest) => {
      const row = byDigest.get(repository, digest);
      return row === undefined ? undefined : toManifest(row, digest);
    },
    findBytes: (contentId) => {
      const row = bytes.get(contentId);
      return row === undefined ? undefined : findBytesAt(row, 0);
    },
    findCanonical: (contentId) => {
      const row = canonical.get(contentId);
      // Only `put` writes this table, and it is handed a Digest.
      return row === undefined ? undefined : (textAt(row, 0) as Digest);
    },
    put: createPut(database),
    ...createRemove(database),
    ...createTags(database),
  };
}

function toManifest(row: Row, digest: string): StoredManifest {
  return {
    contentId: integerAt(row, 0),
    mediaType: textAt(row, 1),
    size: integerAt(row, 2),
    depth: integerAt(row, 3),
    digest,
  };
}

function createPut(database: Database): Manifests['put'] {
  const contentOf = database.prepare('SELECT content_id FROM content_digests WHERE digest = ?');
  const addContent = database.prepare('INSERT INTO contents (size, bytes) VALUES (?, ?) RETURNING id');
  const addDigest = database.prepare(
    'INSERT INTO content_digests (digest, content_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  // E14: a second push of the same bytes keeps sequence, digest and time of the first.
  const addManifest = database.prepare(
    `INSERT INTO manifests (repository_id, content_id, digest, media_type, depth, artifact_type, subject, referrer_json, pushed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (repository_id, content_id) DO UPDATE SET
       media_type = excluded.media_type, artifact_type = excluded.artifact_type, referrer_json = excluded.referrer_json
     WHERE media_type <> excluded.media_type`,
  );
  const addReference = database.prepare(
    'INSERT INTO manifest_references (repository_id, digest, content_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const ensureContent = (manifest: NewManifest): number => {
    const known = contentOf.get(manifest.canonical);
    if (known !== undefined) return integerAt(known, 0);
    const [row] = addContent.all(manifest.size, manifest.bytes ?? null);
    return row === undefined ? 0 : integerAt(row, 0);
  };
  return (repository, manifest) => {
    const contentId = ensureContent(manifest);
    addDigest.run(manifest.canonical, contentId);
    addDigest.run(manifest.digest, contentId);
    addManifest.run(
      repository,
      contentId,
      manifest.digest,
      manifest.mediaType,
      manifest.depth,
      manifest.artifactType ?? null,
      manifest.subject ?? null,
      manifest.referrerJson ?? null,
      manifest.pushedAt.getTime(),
    );
    for (const digest of manifest.references) addReference.run(repository, digest, contentId);
    return contentId;
  };
}

function createRemove(database: Database): Pick<Manifests, 'remove'> {
  const statements = ['tags', 'manifest_references', 'manifests'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE repository_id = ? AND content_id = ?`),
  );
  return {
    remove: (repository, contentId) => {
      for (const statement of statements) statement.run(repository, contentId);
    },
  };
}

function createTags(database: Database): Pick<Manifests, 'setTag' | 'removeTag' | 'listTags'> {
  const set = database.prepare(
    `INSERT INTO tags (repository_id, name, content_id, digest) VALUES (?, ?, ?, ?)
     ON CONFLICT (repository_id, name) DO UPDATE SET content_id = excluded.content_id, digest = excluded.digest`,
  );
  const remove = database.prepare('DELETE FROM tags WHERE repository_id = ? AND name = ?');
  const page = database.prepare('SELECT name FROM tags WHERE repository_id = ? AND name > ? ORDER BY name LIMIT ?');
  return {
    setTag: (repository, tag, contentId, digest) => void set.run(repository, tag, contentId, digest),
    removeTag: (repository, tag) => remove.run(repository, tag) > 0,
    listTags: (repository, after, limit) => page.all(repository, after, limit).map((row) => textAt(row, 0)),
  };
}
