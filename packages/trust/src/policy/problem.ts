// What can be wrong with a trust policy, as data: `nv2 policy` prints `message`, the other face words it from `code`.

import { limits } from '../limits.ts';

/** Which rule of a document is broken. Stable: another program may word its own text from it. */
export type PolicyProblemCode =
  | 'json-malformed'
  | 'member-unknown'
  | 'member-missing'
  | 'member-type'
  | 'version-unsupported'
  | 'statements-missing'
  | 'name-empty'
  | 'name-repeated'
  | 'scopes-missing'
  | 'scope-wildcard-not-alone'
  | 'scope-wildcard-partial'
  | 'scope-malformed'
  | 'scope-repeated'
  | 'global-repeated'
  | 'level-unknown'
  | 'override-integrity'
  | 'override-unknown'
  | 'override-action'
  | 'override-of-skip'
  | 'timestamp-unknown'
  | 'skip-with-trust'
  | 'skip-global'
  | 'trust-missing'
  | 'store-malformed'
  | 'store-type'
  | 'store-name'
  | 'store-tsa-only'
  | 'too-many'
  | IdentityProblemCode;

export type IdentityProblemCode =
  | 'identity-empty'
  | 'identity-no-separator'
  | 'identity-no-value'
  | 'identity-wildcard-not-alone'
  | 'identity-overlap'
  | 'identity-other-prefix'
  | 'name-hexadecimal'
  | 'name-multi-valued'
  | 'name-syntax'
  | 'name-type-repeated'
  | 'name-value-empty'
  | 'name-attribute-missing'
  | 'name-type-unknown';

export interface PolicyProblem {
  /** JSON path of the member, for example `$.trustPolicies[2].registryScopes[0]`. */
  readonly path: string;
  readonly code: PolicyProblemCode;
  /** Identifier of the rule, for example `TP-24`. */
  readonly rule: string;
  /** An error makes the whole document unusable (TP-06); a warning does not. */
  readonly severity: 'error' | 'warning';
  /** For people; foreign text in it is quoted and cut short. */
  readonly message: string;
  /** Name of the statement, if it has one. */
  readonly statement?: string;
  /** The offending value as written. Foreign: quote before printing. */
  readonly value?: string;
  /** The second party: the other identity of an overlap, the missing attribute of a name, the other statement of a scope. */
  readonly related?: string;
}

/** Collects problems up to a bound. */
export class ProblemList {
  readonly #problems: PolicyProblem[] = [];

  get all(): readonly PolicyProblem[] {
    return this.#problems;
  }

  get hasErrors(): boolean {
    return this.#problems.some((problem) => problem.severity === 'error');
  }

  add(problem: Omit<PolicyProblem, 'severity'> & { readonly severity?: 'error' | 'warning' }): void {
    if (this.#problems.length > limits.maxProblems) return;
    const isLast = this.#problems.length === limits.maxProblems;
    this.#problems.push(isLast ? tooMany : { severity: 'error', ...problem });
  }
}

const tooMany: PolicyProblem = {
  path: '$',
  code: 'too-many',
  rule: 'TP-06',
  severity: 'error',
  message: `more than ${limits.maxProblems} problems; the rest is not listed`,
};
