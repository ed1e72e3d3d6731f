// What the policy makes of findings: the only place where enforce, log and skip mean something (TP-11, TP-16).

import type { ValidationAction, VerificationLevel } from '@nv2/trust';
import type { Check, CheckContext, Finding } from './checks/check.ts';
import type { CheckResult, FailureAction } from './outcome.ts';

export interface PolicyRun {
  readonly results: readonly CheckResult[];
  /** As it came in, with everything that was learned. */
  readonly context: CheckContext;
}

/**
 * Runs checks in order. An enforced failure ends the run: later checks are `skipped` because of it, unasked (VER-32).
 * A logged failure is recorded and the next check runs.
 */
export function applyPolicy(
  checks: readonly Check[],
  context: CheckContext,
  level: VerificationLevel,
): PolicyRun | Promise<PolicyRun> {
  return runChecks(checks, { ...context, learned: { ...context.learned } }, level);
}

/** As {@link applyPolicy} with a context that nobody else has, to which what is learned is added: copying it costs as much as half of the checks. */
export function runChecks(
  checks: readonly Check[],
  known: CheckContext,
  level: VerificationLevel,
): PolicyRun | Promise<PolicyRun> {
  const results: CheckResult[] = [];
  // One object for all: what a check learns is there for those that follow.
  const { learned } = known;
  let isOver = false;

  function record(check: Check, finding: Finding, planned: FailureAction): void {
    // PLUG-46, PLUG-48
    const action = isFinal(finding) ? 'enforce' : planned;
    const result = toResult(check, finding, action);
    results.push(result);
    known.onEvent?.({ type: 'check-finished', result });
    if (finding.status !== 'inconclusive' && finding.learned !== undefined) Object.assign(learned, finding.learned);
    isOver = finding.status !== 'passed' && action === 'enforce';
  }

  // Most checks answer at once. A promise for each would cost more than the checks themselves.
  function runFrom(place: number): PolicyRun | Promise<PolicyRun> {
    for (let index = place; index < checks.length; index += 1) {
      const check = checks[index];
      if (check === undefined) throw new TypeError('the list of checks has a gap');
      const action = actionFor(check, level);
      if (isOver) results.push({ check: check.name, status: 'skipped', because: 'earlier-failure' });
      else if (action === 'skip') results.push({ check: check.name, status: 'skipped', because: 'policy' });
      else {
        known.onEvent?.({ type: 'check-started', check: check.name });
        const found = check.run(known);
        if (found instanceof Promise) {
          return found.then((finding) => {
            record(check, finding, action);
            return runFrom(index + 1);
          });
        }
        record(check, found, action);
      }
    }
    return { results, context: known };
  }

  return runFrom(0);
}

// TP-13: revocation alone can be skipped. A level that claims otherwise was not made by the parser; it is read strictly.
function actionFor(check: Check, level: VerificationLevel): ValidationAction {
  if (check.validation === undefined) return 'enforce'; // TP-16
  const action = level.actions[check.validation];
  return action === 'skip' && check.validation !== 'revocation' ? 'enforce' : action;
}

function isFinal(finding: Finding): boolean {
  return finding.status !== 'passed' && finding.atEveryLevel === true;
}

function toResult(check: Check, finding: Finding, action: FailureAction): CheckResult {
  const { certificates: found } = finding;
  if (finding.status === 'passed') {
    const { status } = finding;
    return found === undefined ? { check: check.name, status } : { check: check.name, status, certificates: found };
  }
  const { status, reason, facts } = finding;
  const certificates = found === undefined ? {} : { certificates: found };
  const cause = finding.status === 'inconclusive' && finding.cause !== undefined ? { cause: finding.cause } : {};
  return { check: check.name, status, action, reason, facts, ...cause, ...certificates };
}
