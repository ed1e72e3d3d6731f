// Which artifact a command line means: the positional argument or `-r` (ADR 10).

import { CliError } from '../errors.ts';
import type { Subject } from '../subject.ts';

/**
 * The one subject of a command.
 *
 * @throws CliError `CLI_USAGE` when there is none, or more than one
 */
export async function chooseSubject(args: readonly string[], references: readonly string[]): Promise<Subject> {
  const [positional] = args;
  const [reference, second] = references;
  if (positional !== undefined && reference !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      '-r beside a subject would claim an origin, which the signed payload has no place for yet',
      {
        hint: `Name the artifact once: leave out -r ${reference}.`,
      },
    );
  }
  if (second !== undefined) throw new CliError('CLI_USAGE', '-r names the artifact and can be given once');
  const text = positional ?? reference;
  if (text === undefined)
    throw new CliError('CLI_USAGE', 'no artifact was named', { hint: 'Add it as the last word, or with -r.' });
  const { parseSubject } = await import('../subject.ts');
  return parseSubject(text);
}
