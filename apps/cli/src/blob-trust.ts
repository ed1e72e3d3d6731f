// On what grounds a command trusts signers of files: a key, certificates, or the policy for blobs (BLOB-06).

import { quoteText } from '@nv2/base';
import { findPolicy } from './commands/policy-file.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { type OptionValues, text } from './option.ts';
import { trustOptions } from './options.ts';
import { chooseGivenTrust, type TrustChoice } from './trust-choice.ts';

const { scope: _, ...shared } = trustOptions;

export const blobTrustOptions = {
  ...shared,
  policyName: text('--policy-name <name>', 'statement of the policy for blobs that decides; default: the global one'),
} as const;

export type BlobTrustFlags = OptionValues<typeof blobTrustOptions>;

/**
 * Chooses by the options, else by the policy for blobs. Without any of them there is still a verification, which trusts nobody.
 *
 * @throws CliError `CLI_USAGE`; TrustPolicyError for an invalid policy; TrustError `TRUST_POLICY_NAME_INVALID`
 */
export async function chooseBlobTrust(flags: BlobTrustFlags, context: Context): Promise<TrustChoice> {
  const given = await chooseGivenTrust(flags, context);
  if (given === undefined) return choosePolicy(flags, context);
  if (flags.policyName === undefined) return given;
  throw new CliError('CLI_USAGE', '--policy-name names a statement of a policy, and --key and --cert need none');
}

async function choosePolicy({ policyFile, policyName }: BlobTrustFlags, context: Context): Promise<TrustChoice> {
  const policy = await findPolicy('blob', context, policyFile);
  if (policy === undefined)
    return { trust: { kind: 'none', because: 'no-policy' }, decidedBy: 'no trust policy for blobs' };
  const { parseTrustPolicy, selectBlobStatement } = await import('@nv2/trust');
  const document = parseTrustPolicy(policy.bytes, { kind: 'blob', name: `trust policy ${policy.path}` });
  for (const warning of document.warnings) context.warn(`${policy.path}: ${warning.path}: ${warning.message}`);
  const statement = selectBlobStatement(document, policyName);
  if (statement === undefined) {
    const decidedBy = `no statement of ${policy.path}`;
    return { trust: { kind: 'none', because: 'no-statement' }, decidedBy };
  }
  const { trustStore } = await context.services.config();
  const decidedBy = `policy ${quoteText(statement.name)} of ${policy.path}, level ${statement.level.name}`;
  return { trust: { kind: 'policy', statement, trustStore }, decidedBy };
}
