// Manifests by subject: one range of an index, whatever the size of the repository (I8).

import type { Digest } from '@nv2/oci';
import { type Database, integerAt, type Row, textAt } from './database.ts';

export interface ReferrerEntry {
  /** Grows with the time of the push and is never used twice: the page cursor (I5). */
  readonly sequence: number;
  /** The descriptor, rendered when the manifest was pushed (I9). */
  readonly json: string;
}

export interface ReferrersPage {
  /** Only entries after this sequence; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
  /** Only these artifact types; empty means all. */
  readonly artifactTypes: readonly string[];
}

export interface Referrers {
  list(repository: number, subject: Digest, page: ReferrersPage): readonly ReferrerEntry[];
}

export function createReferrers(database: Database): Referrers {
  const all = database.prepare(
    `SELECT sequence, referrer_json FROM manifests
     WHERE repository_id = ? AND subject = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
  );
  const ofTypes = database.prepare(
    `SELECT sequence, referrer_json FROM manifests
     WHERE repository_id = ? AND subject = ? AND artifact_type IN (SELECT value FROM json_each(?)) AND sequence > ?
     ORDER BY sequence LIMIT ?`,
  );
  return {
    list: (repository, subject, { after, limit, artifactTypes }) => {
      const rows =
        artifactTypes.length === 0
          ? all.all(repository, subject, after, limit)
          : ofTypes.all(repository, subject, JSON.stringify(artifactTypes), after, limit);
      return rows.map(toEntry);
    },
  };
}

function toEntry(row: Row): ReferrerEntry {
  return { sequence: integerAt(row, 0), json: textAt(row, 1) };
}
