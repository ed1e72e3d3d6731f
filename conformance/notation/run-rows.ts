// Runs all rows on one build, a few at a time, and counts.

import type { Row } from './row.ts';
import { type Build, runRow } from './run-row.ts';
import type { Registries } from './stage.ts';

export interface Tally {
  readonly holding: readonly Row[];
  readonly failing: readonly { readonly row: Row; readonly problems: readonly string[] }[];
}

export interface RunRowsOptions {
  readonly registries: Registries;
  readonly concurrency: number;
  /** Told of each row that fails, in the order of the rows. */
  readonly onFailure: (row: Row, problems: readonly string[]) => void;
}

export async function runRows(rows: readonly Row[], build: Build, options: RunRowsOptions): Promise<Tally> {
  const results: (readonly string[])[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < rows.length; at = next++) {
      const row = rows[at];
      if (row !== undefined) results[at] = await runRow(row, build, options.registries);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
  const holding: Row[] = [];
  const failing: { readonly row: Row; readonly problems: readonly string[] }[] = [];
  for (const [at, row] of rows.entries()) {
    const problems = results[at] ?? ['the row was not run'];
    if (problems.length === 0) holding.push(row);
    else {
      failing.push({ row, problems });
      options.onFailure(row, problems);
    }
  }
  return { holding, failing };
}
