// Checks of positional arguments that several commands share. Where the reference takes the first and passes over the rest in
// silence, this face refuses the rest: what was named and left out is no success (docs/compatibility.md).

import { type CheckArguments, NotationError } from './command.ts';

/** No arguments at all. */
export const noArguments: CheckArguments = (args) => {
  if (args.length > 0) throw new NotationError(`accepts 0 arg(s), received ${args.length}`);
};

/** The arguments are passed over, as the reference does where they can change nothing. */
export const anyArguments: CheckArguments = () => undefined;

/** Exactly one, with the command's own words for none. */
export function oneArgument(missing: string): CheckArguments {
  return (args) => {
    if (args.length === 0) throw new NotationError(missing);
    if (args.length > 1) throw new NotationError(`accepts 1 arg(s), received ${args.length}`);
  };
}

/** One or more, with the command's own words for none. */
export function someArguments(missing: string): CheckArguments {
  return (args) => {
    if (args.length === 0) throw new NotationError(missing);
  };
}

/** The reference of an artifact. */
export function referenceArgument(command: string): CheckArguments {
  return oneArgument(
    `missing reference to the artifact: use \`notation ${command} --help\` to see what parameters are required`,
  );
}
