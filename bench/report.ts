// What a bench found: on the terminal while it runs, and as tables in docs/benchmarks.md.

import { median, minimum, ratio, type Samples } from './measure.ts';

export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly reached: string;
  readonly isReached: boolean;
}

export interface Section {
  readonly name: string;
  /** Of the values after scaling. */
  readonly unit: string;
  readonly scale: number;
  /** What belongs together. The first of a group is the peer, to which the others are compared. */
  readonly groups: readonly (readonly Samples[])[];
  readonly targets: readonly Target[];
  /** What a reader must know to read the table. */
  readonly notes?: readonly string[];
}

export interface Comparison {
  readonly ratio: number;
  readonly median: number;
  readonly minimum: number;
}

export function compare(candidate: Samples, peer: Samples): Comparison {
  return {
    ratio: ratio(candidate, peer),
    median: median(candidate.values),
    minimum: minimum(candidate.values),
  };
}

/** A section as Markdown: one row per candidate, then its targets. */
export function renderSection(section: Section): string {
  const { name, unit, scale, groups, notes = [] } = section;
  const rows = groups.flatMap((group) => {
    const [peer] = group;
    return group.map((samples) => {
      const found = compare(samples, peer ?? samples);
      const times = samples === peer ? '1 (peer)' : `${found.ratio.toFixed(2)}`;
      return `| ${samples.name} | ${times} | ${number(found.median * scale)} | ${number(found.minimum * scale)} |`;
    });
  });
  const table = ['| | ratio | median | minimum |', '|---|---:|---:|---:|', ...rows];
  return [`### ${name} (${unit})`, ...notes, table.join('\n')].join('\n\n');
}

/** All targets as one Markdown table. */
export function renderTargets(targets: readonly Target[]): string {
  const rows = targets.map(
    ({ name, wanted, reached, isReached }) => `| ${name} | ${wanted} | ${reached} | ${isReached ? 'yes' : '**no**'} |`,
  );
  return ['| target | wanted | reached | holds |', '|---|---:|---:|---|', ...rows].join('\n');
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
