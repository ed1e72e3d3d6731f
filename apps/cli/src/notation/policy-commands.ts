// What `notation policy` and `notation blob policy` do alike; each has its own words.

import { resolve } from 'node:path';
import { isNv2Error } from '@nv2/base';
import type { TrustPolicyFile } from '@nv2/config';
import type { PolicyKind } from '@nv2/trust';
import { readInputFile } from '../files.ts';
import { boolFlag, firstArgument, type NotationContext, NotationError } from './command.ts';
import { wordError } from './error-words.ts';
import { findOsError, wordOsError } from './os-error.ts';
import { checkPolicy, type PolicyRefusal, warnAboutPolicy } from './policy.ts';
import { confirm } from './prompt.ts';

interface PolicyWords {
  readonly command: string;
  readonly configuration: string;
  readonly missing: string;
  readonly unreadable: string;
  readonly readFailure: string;
}

const wordsOf: Readonly<Record<PolicyKind, PolicyWords>> = {
  oci: {
    command: 'notation policy import',
    configuration: 'OCI trust policy configuration',
    missing: 'failed to show OCI trust policy as it does not exist.',
    unreadable: 'failed to show OCI trust policy',
    readFailure: 'failed to read OCI trust policy configuration',
  },
  blob: {
    command: 'notation blob policy import',
    configuration: 'blob trust policy configuration',
    missing: 'failed to show blob trust policy as the configuration does not exist.',
    unreadable: 'failed to show trust policy',
    readFailure: 'failed to read blob trust policy file',
  },
};

/** The one argument of `import`. */
export function importArgument(kind: PolicyKind): (args: readonly string[]) => void {
  const { command } = wordsOf[kind];
  return (args) => {
    if (args.length === 1) return;
    throw new NotationError(
      `requires 1 argument but received ${args.length}.\nUsage: ${command} <path-to-policy.json>\nPlease specify a trust policy file location as the argument`,
    );
  };
}

/** Writes the policy to standard output as it is, valid or not. @throws NotationError when there is none or it is not valid */
export async function showPolicy(kind: PolicyKind, context: NotationContext): Promise<void> {
  const { command, configuration, missing, unreadable } = wordsOf[kind];
  const { io, services, warn } = context;
  const config = await services.config();
  const file = await config.findTrustPolicy(kind).catch((error: unknown) => {
    throw new NotationError(`${unreadable}: ${wordError(error)}`);
  });
  if (file === undefined) {
    throw new NotationError(`${missing}\nYou can import one using \`${command} <path-to-policy.json>\``);
  }
  if (file.isDeprecatedName) {
    warn(
      'old trust policy `trustpolicy.json` is deprecated; please update the trust policy configuration via `notation policy import`.',
    );
  }
  const checked = await checkPolicy(file.bytes, kind);
  if (checked.status === 'refused') {
    io.stderr.write(
      `Existing ${configuration} is invalid, you may update or create a new one via \`${command} <path-to-policy.json>\`.\n`,
    );
  }
  io.stdout.write(new TextDecoder().decode(file.bytes));
  if (checked.status === 'refused') throw new NotationError(checked.refusal.text);
}

/** Takes a policy over from the file that the command names. @throws NotationError */
export async function importPolicy(kind: PolicyKind, context: NotationContext): Promise<void> {
  const { configuration, readFailure } = wordsOf[kind];
  const { flags, io } = context;
  const given = firstArgument(flags);
  const bytes = await readInputFile(resolve(io.cwd, given)).catch((error: unknown) => {
    throw new NotationError(`${readFailure}: ${wordOsError(error, 'open', given) ?? wordError(error)}`);
  });
  const checked = await checkPolicy(bytes, kind);
  if (checked.status === 'refused') throw importRefusal(checked.refusal, configuration);
  warnAboutPolicy(checked.document, given, context);
  const replaced = await replacePolicy(bytes, kind, context);
  if (replaced === undefined) return;
  if (replaced.removedPath !== undefined) {
    context.out('Deleted old trust policy configuration trustpolicy.json.');
  }
  context.out(`Successfully imported ${configuration} to ${replaced.path}.`);
}

function importRefusal({ kind, text }: PolicyRefusal, configuration: string): NotationError {
  return new NotationError(`failed to ${kind === 'malformed' ? 'parse' : 'validate'} ${configuration}: ${text}`);
}

/**
 * Writes a checked policy to its place. What is there and can be read is replaced only after a yes, or with `--force`.
 *
 * @returns undefined when the answer was no
 * @throws NotationError
 */
export async function replacePolicy(
  bytes: Uint8Array,
  kind: PolicyKind,
  context: NotationContext,
): Promise<{ readonly path: string; readonly removedPath?: string } | undefined> {
  const { configuration } = wordsOf[kind];
  const { flags, services, warn } = context;
  const config = await services.config();
  const existing = await findReadablePolicy(config.findTrustPolicy(kind));
  if (existing !== undefined && (await checkPolicy(existing.bytes, kind).then(isReadable))) {
    if (boolFlag(flags, 'force')) warn(`existing ${configuration} will be overwritten`);
    else if (!(await confirm(`The ${configuration} already exists, do you want to overwrite it?`, context)))
      return undefined;
  }
  try {
    return await config.importTrustPolicy(bytes, { kind, allowUnknownMembers: true, allowGlobalSkip: true });
  } catch (error) {
    throw new NotationError(`failed to write ${configuration}: ${wordError(error)}`);
  }
}

/** A document that breaks a rule of the specification is one all the same; what is not even JSON is nothing to be kept. */
function isReadable(checked: Awaited<ReturnType<typeof checkPolicy>>): boolean {
  return checked.status === 'valid' || checked.refusal.kind === 'invalid';
}

async function findReadablePolicy(reading: Promise<TrustPolicyFile | undefined>): Promise<TrustPolicyFile | undefined> {
  try {
    return await reading;
  } catch (error) {
    // Nothing to ask about; whether it can be replaced shows when it is written.
    if (isNv2Error(error) || findOsError(error) !== undefined) return undefined;
    throw error;
  }
}
