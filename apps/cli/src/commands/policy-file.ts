// Finding the policy a command works on.

import type { PolicyKind } from '@nv2/trust';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { oneOf } from '../option.ts';

export const policyKindOption = {
  kind: oneOf('--kind <kind>', 'which policy', ['oci', 'blob'], { defaultText: 'oci' }),
} as const;

export interface PolicyFile {
  readonly bytes: Uint8Array;
  readonly path: string;
}

/** The policy at `path`, else the configured one, else `undefined`. */
export async function findPolicy(kind: PolicyKind, context: Context, path?: string): Promise<PolicyFile | undefined> {
  if (path !== undefined) return { bytes: await readInputFile(resolvePath(context.io.cwd, path)), path };
  const config = await context.services.config();
  const policy = await config.findTrustPolicy(kind);
  if (policy?.isDeprecatedName === true) {
    context.warn(`${policy.path} has the old name; \`nv2 policy import\` writes it under the new one`);
  }
  return policy;
}

/** As {@link findPolicy}. @throws CliError `CLI_USAGE` when there is none */
export async function readPolicyOrExplain(kind: PolicyKind, context: Context, path?: string): Promise<PolicyFile> {
  const policy = await findPolicy(kind, context, path);
  if (policy !== undefined) return policy;
  const more = kind === 'oci' ? '' : ' --kind blob';
  throw new CliError('CLI_USAGE', `there is no ${kind === 'oci' ? 'trust' : 'blob trust'} policy yet`, {
    hint: `Write one with \`nv2 policy init${more}\`, or take one over with \`nv2 policy import${more} FILE\`.`,
  });
}
