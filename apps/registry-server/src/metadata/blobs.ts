// Which blobs exist, and which repository holds which: the second is what makes a blob readable (F1).

import { type Digest, parseDigest } from '@nv2/oci';
import { type Database, integerAt, textAt } from './database.ts';

export interface Blobs {
  /** The size of a blob that the repository holds. */
  findSize(repository: number, digest: Digest): number | undefined;
  /** The size of a blob that any repository holds. */
  findSizeAnywhere(digest: Digest): number | undefined;
  /** Makes stored bytes a blob of the repository. Inside a write. */
  link(repository: number, digest: Digest, size: number): void;
  /** @returns whether the repository held it. Inside a write. */
  unlink(repository: number, digest: Digest): boolean;
  /** The digest of a manifest of the repository that refers to the blob. */
  findReferrer(repository: number, digest: Digest): Digest | undefined;
}

export function createBlobs(database: Database): Blobs {
  const select = database.prepare(
    'SELECT b.size FROM repository_blobs r JOIN blobs b ON b.digest = r.digest WHERE r.repository_id = ? AND r.digest = ?',
  );
  const selectAny = database.prepare(
    'SELECT b.size FROM repository_blobs r JOIN blobs b ON b.digest = r.digest WHERE r.digest = ? LIMIT 1',
  );
  const insert = database.prepare('INSERT INTO blobs (digest, size) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const link = database.prepare(
    'INSERT INTO repository_blobs (repository_id, digest) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const unlink = database.prepare('DELETE FROM repository_blobs WHERE repository_id = ? AND digest = ?');
  const selectReferrer = database.prepare(
    `SELECT m.digest FROM manifest_references r
     JOIN manifests m ON m.repository_id = r.repository_id AND m.content_id = r.content_id
     WHERE r.repository_id = ? AND r.digest = ? LIMIT 1`,
  );
  const sizeOf = (row: ReturnType<typeof select.get>): number | undefined =>
    row === undefined ? undefined : integerAt(row, 0);
  return {
    findSize: (repository, digest) => sizeOf(select.get(repository, digest)),
    findSizeAnywhere: (digest) => sizeOf(selectAny.get(digest)),
    link: (repository, digest, size) => {
      insert.run(digest, size);
      link.run(repository, digest);
    },
    unlink: (repository, digest) => unlink.run(repository, digest) > 0,
    findReferrer: (repository, digest) => {
      const row = selectReferrer.get(repository, digest);
      return row === undefined ? undefined : parseDigest(textAt(row, 0));
    },
  };
}
