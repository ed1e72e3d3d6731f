// `signatureVerification` of a statement (TP-11…TP-15).

import { quoteText } from '@nv2/base';
import {
  isLevelName,
  isOverridable,
  type LevelOverride,
  levelOf,
  overrideActions,
  type ValidationAction,
  type VerificationLevel,
} from './level.ts';
import type { MemberReader, PolicyOptions } from './reader.ts';

export interface Verification {
  readonly level: VerificationLevel;
  readonly verifyTimestamp: 'always' | 'afterCertExpiry';
}

const members = ['level', 'override', 'verifyTimestamp'];

/** @returns undefined when the level itself cannot be read; every problem is recorded. */
export function readVerification(statement: MemberReader, options: PolicyOptions): Verification | undefined {
  const reader = statement.object('signatureVerification', 'required');
  if (reader === undefined) return undefined;
  reader.refuseUnknown(members, options);
  const verifyTimestamp = readTimestamp(reader);
  const name = reader.string('level', 'required');
  const override = reader.object('override', 'optional');
  if (name === undefined) return undefined;
  if (!isLevelName(name)) {
    const message = `${quoteText(name)} is not strict, permissive, audit or skip`;
    reader.add('level', { code: 'level-unknown', rule: 'TP-11', message, value: name });
    return undefined;
  }
  if (override === undefined) return { level: levelOf(name), verifyTimestamp };
  const overrides = readOverride(override);
  if (name === 'skip' && override.entries().length > 0) {
    override.add('', { code: 'override-of-skip', rule: 'TP-14', message: 'level skip cannot be overridden' });
  }
  return { level: name === 'skip' ? levelOf(name) : levelOf(name, overrides), verifyTimestamp };
}

function readOverride(reader: MemberReader): LevelOverride {
  const override: Partial<Record<keyof LevelOverride, ValidationAction>> = {};
  for (const [type, action] of reader.entries()) {
    const actions = overrideActions(type);
    const chosen = actions.find((candidate) => candidate === action);
    if (type === 'integrity') {
      reader.add(type, {
        code: 'override-integrity',
        rule: 'TP-12',
        message: 'integrity cannot be overridden',
        value: type,
      });
    } else if (!isOverridable(type)) {
      const message = `${quoteText(type)} is no validation that can be overridden`;
      reader.add('', { code: 'override-unknown', rule: 'TP-12', message, value: type });
    } else if (chosen === undefined) {
      const found = typeof action === 'string' ? quoteText(action) : `a value of type ${typeof action}`;
      const message = `${type} takes ${actions.join(' or ')}, found ${found}`;
      const value = typeof action === 'string' ? { value: action } : {};
      reader.add(type, { code: 'override-action', rule: 'TP-13', message, related: type, ...value });
    } else {
      override[type] = chosen;
    }
  }
  return override;
}

function readTimestamp(reader: MemberReader): Verification['verifyTimestamp'] {
  const text = reader.string('verifyTimestamp', 'optional') ?? 'always';
  if (text === 'always' || text === 'afterCertExpiry') return text;
  const message = `${quoteText(text)} is not always or afterCertExpiry`;
  reader.add('verifyTimestamp', { code: 'timestamp-unknown', rule: 'TP-06', message, value: text });
  return 'always';
}
