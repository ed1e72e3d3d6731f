// What is wrong with a policy, for people and as data.

import type { PolicyProblem } from '@nv2/trust';
import type { Report } from '../command.ts';

export function problemLines(problems: readonly PolicyProblem[]): readonly string[] {
  return problems.map(({ severity, path, message, rule }) => `  ${severity}: ${path}: ${message} (${rule})`);
}

export function reportProblems(problems: readonly PolicyProblem[]): readonly Report[] {
  return problems.map(({ severity, path, message, rule, code }) => ({ severity, path, message, rule, code }));
}
