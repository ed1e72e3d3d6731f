import { CliError } from '../errors.ts';
import type { Subject } from '../subject.ts';

/**
 * The one subject of a command.
 *
 * @throws CliError `CLI_USAGE` when there is none, or more than one
 */
export async function chooseSubject(args: readonly string[], references: readonly string[]): Promise<Subject> {
  const [subject, second] = await chooseSubjects(args, references);
  if (second === undefined) return subject;
  throw new CliError('CLI_USAGE', `one artifact at a time, found ${subject.text} and ${second.text}`);
}

/**
 * The subjects of a command that takes several, each once.
 *
 * @throws CliError `CLI_USAGE` when there is none
 */
export async function chooseSubjects(
  args: readonly string[],
  references: readonly string[],
): Promise<readonly [Subject, ...Subject[]]> {
  const [reference, second] = references;
  if (args.length > 0 && reference !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      '-r beside a subject would claim an origin, which the signed payload has no place for yet',
      {
        hint: `Name the artifact once: leave out -r ${reference}.`,
      },
    );
  }
  if (second !== undefined) throw new CliError('CLI_USAGE', '-r names the artifact and can be given once');
  const [text, ...more] = reference === undefined ? args : [reference];
  if (text === undefined)
    throw new CliError('CLI_USAGE', 'no artifact was named', { hint: 'Add it as the last word, or with -r.' });
  const { parseSubject } = await import('../subject.ts');
  return [parseSubject(text), ...[...new Set(more)].filter((word) => word !== text).map(parseSubject)];
}
