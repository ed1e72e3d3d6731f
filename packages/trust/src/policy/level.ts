// Verification levels and their overrides (docs/spec-map.md section 13.3), as one table.

/** TP-11: enforce ends the verification of this signature, log records a failure and goes on, skip does not run the step. */
export type ValidationAction = 'enforce' | 'log' | 'skip';

export type ValidationType = 'integrity' | 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';

export type LevelName = 'strict' | 'permissive' | 'audit' | 'skip';

export interface VerificationLevel {
  /** `custom` is any level with an override (TP-15). */
  readonly name: LevelName | 'custom';
  readonly actions: Readonly<Record<ValidationType, ValidationAction>>;
}

export const validationTypes: readonly ValidationType[] = [
  'integrity',
  'authenticity',
  'authenticTimestamp',
  'expiry',
  'revocation',
];

// TP-11: one row per level, one action per validation, in the order of validationTypes.
const rows: Readonly<
  Record<LevelName, readonly [ValidationAction, ValidationAction, ValidationAction, ValidationAction, ValidationAction]>
> = {
  strict: ['enforce', 'enforce', 'enforce', 'enforce', 'enforce'],
  permissive: ['enforce', 'enforce', 'log', 'log', 'log'],
  audit: ['enforce', 'log', 'log', 'log', 'log'],
  skip: ['skip', 'skip', 'skip', 'skip', 'skip'],
};

// TP-12, TP-13: which actions an override may choose. What is not a key here cannot be overridden.
const overridable: ReadonlyMap<string, readonly ValidationAction[]> = new Map([
  ['authenticity', ['enforce', 'log']],
  ['authenticTimestamp', ['enforce', 'log']],
  ['expiry', ['enforce', 'log']],
  ['revocation', ['enforce', 'log', 'skip']],
]);

export type LevelOverride = Partial<Readonly<Record<Exclude<ValidationType, 'integrity'>, ValidationAction>>>;

export function isLevelName(text: string): text is LevelName {
  return Object.hasOwn(rows, text);
}

export function isOverridable(type: string): type is Exclude<ValidationType, 'integrity'> {
  return overridable.has(type);
}

/** The actions an override of `type` may name; none when it cannot be overridden. */
export function overrideActions(type: string): readonly ValidationAction[] {
  return overridable.get(type) ?? [];
}

/** The named level, or `custom` when `override` changes something (TP-15). An empty override is as if absent (TP-14). */
export function levelOf(name: LevelName, override: LevelOverride = {}): VerificationLevel {
  const [integrity, authenticity, authenticTimestamp, expiry, revocation] = rows[name];
  const actions = { integrity, authenticity, authenticTimestamp, expiry, revocation };
  if (Object.keys(override).length === 0) return { name, actions };
  return { name: 'custom', actions: { ...actions, ...override } };
}
