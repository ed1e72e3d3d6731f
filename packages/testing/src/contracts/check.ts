// What every verification check promises. Run by each implementation with its own signatures.

import {
  applyPolicy,
  type Check,
  type CheckContext,
  type CheckResult,
  type Finding,
  type ReasonCode,
} from '@nv2/notary';
import { levelOf, validationTypes, type VerificationLevel } from '@nv2/trust';
import { describe, expect, it } from 'vitest';

export interface CheckContractOptions {
  /** A context in which the check passes. */
  readonly passes: () => Promise<CheckContext>;
  /** One that differs in a single thing, and fails. */
  readonly fails: { readonly context: () => Promise<CheckContext>; readonly code: ReasonCode };
  /** One that leaves the question open, or the reason why the check always has an answer. */
  readonly inconclusive:
    | { readonly context: () => Promise<CheckContext>; readonly code: ReasonCode }
    | { readonly never: string };
}

const obstacle: Check = {
  name: 'gate:obstacle',
  run: () => ({ status: 'failed', reason: 'an obstacle', facts: { code: 'policy', gate: 'obstacle' } }),
};

/** Declares the suite of one check. */
export function checkContract(check: Check, options: CheckContractOptions): void {
  const { passes, fails, inconclusive } = options;
  describe(`check ${check.name}`, () => {
    it('passes a signature that satisfies it', async () => {
      expect(await check.run(await passes())).toMatchObject({ status: 'passed' });
    });

    it(`fails one that does not, as ${fails.code}`, async () => {
      const finding = await check.run(await fails.context());
      expect(finding).toMatchObject({ status: 'failed', facts: { code: fails.code } });
      expectReadable(finding);
    });

    if ('never' in inconclusive) {
      it(`always has an answer: ${inconclusive.never}`, async () => {
        for (const context of [await passes(), await fails.context()]) {
          expect((await check.run(context)).status).not.toBe('inconclusive');
        }
      });
    } else {
      it(`is inconclusive where it cannot know, as ${inconclusive.code}`, async () => {
        const finding = await check.run(await inconclusive.context());
        expect(finding).toMatchObject({ status: 'inconclusive', facts: { code: inconclusive.code } });
        expectReadable(finding);
      });
    }

    it('finds the same twice, and changes nothing it is given', async () => {
      for (const context of [await passes(), await fails.context()]) {
        const before = Object.entries(context);
        expect(await check.run(context)).toEqual(await check.run(context));
        expect(Object.entries(context)).toEqual(before);
      }
    });

    it('is skipped unasked after an enforced failure', async () => {
      const { results } = await applyPolicy([obstacle, check], await fails.context(), levelOf('strict'));
      expect(results[1]).toEqual({ check: check.name, status: 'skipped', because: 'earlier-failure' });
    });

    it('ends the run exactly when the policy enforces it, failed or inconclusive', async () => {
      const undecided = 'never' in inconclusive ? [] : [inconclusive.context];
      for (const context of [fails.context, ...undecided]) {
        for (const level of [levelOf('strict'), levelOf('permissive'), levelOf('audit')]) {
          const isEnforced = check.validation === undefined || level.actions[check.validation] === 'enforce';
          const results = await runWithNext(check, await context(), level);
          expect(results[0]).toMatchObject({ action: isEnforced ? 'enforce' : 'log' });
          expect(results[1]?.status).toBe(isEnforced ? 'skipped' : 'passed');
        }
      }
    });

    it('is skipped by policy only if it is the revocation check', async () => {
      const skipEverything = {
        name: 'custom',
        actions: Object.fromEntries(validationTypes.map((type) => [type, 'skip'])),
      };
      // Such a level cannot be parsed; the cast stands for a caller that made one by hand.
      const results = await runWithNext(check, await fails.context(), skipEverything as unknown as VerificationLevel);
      const isRevocation = check.validation === 'revocation';
      expect(results[0]).toMatchObject(
        isRevocation ? { status: 'skipped', because: 'policy' } : { status: 'failed', action: 'enforce' },
      );
    });
  });
}

/** The check, then one that passes if it is asked. */
async function runWithNext(
  check: Check,
  context: CheckContext,
  level: VerificationLevel,
): Promise<readonly CheckResult[]> {
  const next: Check = { name: 'gate:next', run: () => ({ status: 'passed' }) };
  return (await applyPolicy([check, next], context, level)).results;
}

/** One line for people: what was found, lower case like all our messages, nothing that could steer a terminal. */
function expectReadable(finding: Finding): void {
  if (finding.status === 'passed') throw new TypeError('expected a failure');
  expect(finding.reason).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  expect(finding.reason).not.toMatch(/\.$/);
  expect(finding.reason.length).toBeGreaterThan(10);
  expect(finding.reason.length).toBeLessThan(2000);
}
