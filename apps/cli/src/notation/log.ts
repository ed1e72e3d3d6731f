// What the reference writes to its debug log while it verifies; scripts look for these words.

import type { ArtifactOutcome, CheckName } from '@nv2/notary';
import type { NotationContext } from './command.ts';

const announcements: readonly (readonly [check: CheckName, line: string])[] = [
  ['authenticity', 'Validating cert chain'],
  ['authenticity', 'Validating trust identity'],
  ['expiry', 'Validating expiry'],
  ['authenticTimestamp', 'Validating authentic timestamp'],
  ['revocation', 'Validating revocation'],
];

export function logOutcome(outcome: ArtifactOutcome, { debug }: NotationContext): void {
  debug('Check verification level');
  debug(`Trust policy verification level: ${outcome.level.name}`);
  for (const { outcome: signature, descriptor } of outcome.signatures) {
    debug(`Verify signature against artifact ${outcome.subject.digest}`);
    debug(`Signature manifest ${descriptor.digest}`);
    for (const [name, line] of announcements) {
      if (signature.checks.some((check) => check.check === name && check.status !== 'skipped')) debug(line);
    }
    for (const { check, action, reason } of signature.failures) {
      if (action === 'enforce') debug(`${check} validation failed. Failure reason: ${reason}`);
    }
  }
}
