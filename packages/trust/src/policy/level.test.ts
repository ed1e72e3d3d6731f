import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOverridable, levelOf, overrideActions, type ValidationAction, validationTypes } from './level.ts';

describe('verification levels', () => {
  // integrity, authenticity, authenticTimestamp, expiry, revocation
  it.each([
    ['strict', ['enforce', 'enforce', 'enforce', 'enforce', 'enforce']],
    ['permissive', ['enforce', 'enforce', 'log', 'log', 'log']],
    ['audit', ['enforce', 'log', 'log', 'log', 'log']],
    ['skip', ['skip', 'skip', 'skip', 'skip', 'skip']],
  ] as const)('%s acts as the table of the specification says [+TP-11]', (name, actions) => {
    const level = levelOf(name);
    expect(level.name).toBe(name);
    expect(validationTypes.map((type) => level.actions[type])).toEqual(actions);
  });

  it('with an override are called custom and differ in nothing else [+TP-12 +TP-15]', () => {
    const level = levelOf('permissive', { expiry: 'enforce', revocation: 'skip' });
    expect(level).toEqual({
      name: 'custom',
      actions: {
        integrity: 'enforce',
        authenticity: 'enforce',
        authenticTimestamp: 'log',
        expiry: 'enforce',
        revocation: 'skip',
      },
    });
  });

  it('keep their name when the override is empty [+TP-14 -TP-15]', () => {
    expect(levelOf('audit', {})).toEqual(levelOf('audit'));
  });

  it('let revocation alone be skipped, and integrity not be touched at all [-TP-12 -TP-13]', () => {
    expect(validationTypes.filter(isOverridable)).toEqual([
      'authenticity',
      'authenticTimestamp',
      'expiry',
      'revocation',
    ]);
    expect(validationTypes.filter((type) => overrideActions(type).includes('skip'))).toEqual(['revocation']);
    expect(isOverridable('__proto__') || isOverridable('constructor')).toBe(false);
  });

  it('keep integrity enforced whatever is overridden [+TP-12]', () => {
    const action = fc.constantFrom<ValidationAction>('enforce', 'log');
    const override = fc.record(
      { authenticity: action, authenticTimestamp: action, expiry: action },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('strict' as const, 'permissive' as const, 'audit' as const),
        override,
        (name, changes) => {
          expect(levelOf(name, changes).actions.integrity).toBe('enforce');
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});
