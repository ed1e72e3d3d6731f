// On what grounds a command trusts signers: a key, certificates, a policy, or nothing (ADR 10).

import { quoteText } from '@nv2/base';
import type { VerificationTrust } from '@nv2/notary';
import type { Certificate } from '@nv2/pki';
import { findPolicy } from './commands/policy-file.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { readInputFile, resolvePath } from './files.ts';
import type { OptionValues } from './option.ts';
import type { trustOptions } from './options.ts';
import type { Subject } from './subject.ts';

export type TrustFlags = OptionValues<typeof trustOptions>;

export interface TrustChoice {
  readonly trust: VerificationTrust;
  /** For people: `policy "wabbit", level strict`. */
  readonly decidedBy: string;
}

/**
 * Chooses by the options, else by the policy. Without any of them there is still a verification: it trusts nobody and says
 * whom one would have to trust.
 *
 * @param scope what the policy knows the subject as; absent for layouts and files
 * @throws CliError `CLI_USAGE` for options that exclude each other; TrustPolicyError for an invalid policy
 */
export async function chooseTrust(flags: TrustFlags, subject: Subject, context: Context): Promise<TrustChoice> {
  return (await chooseGivenTrust(flags, context)) ?? choosePolicy(flags, subject, context);
}

/** The key or certificates of the options; `undefined` leaves the choice to a policy. @throws CliError `CLI_USAGE` */
export async function chooseGivenTrust(
  flags: Omit<TrustFlags, 'scope'>,
  context: Context,
): Promise<TrustChoice | undefined> {
  const given = [
    flags.key !== undefined && '--key',
    flags.cert.length > 0 && '--cert',
    flags.policyFile !== undefined && '--policy-file',
  ];
  const names = given.filter((name) => name !== false);
  if (names.length > 1) throw new CliError('CLI_USAGE', `${names.join(' and ')} exclude each other`);
  if (flags.key !== undefined) return chooseKey(flags.key, context);
  return flags.cert.length > 0 ? chooseCertificates(flags.cert, context) : undefined;
}

/** ADR 10: the signing certificate must have exactly this public key. */
async function chooseKey(name: string, { services }: Context): Promise<TrustChoice> {
  const { spki, fingerprint } = await services.readVerificationKey(name);
  const trust = { kind: 'key', spki, ...(fingerprint === undefined ? {} : { fingerprint }) } as const;
  return { trust, decidedBy: `key ${name}` };
}

async function chooseCertificates(files: readonly string[], { io }: Context): Promise<TrustChoice> {
  const { parseCertificates } = await import('@nv2/pki');
  const anchors: Certificate[] = [];
  for (const file of files) {
    anchors.push(...parseCertificates(await readInputFile(resolvePath(io.cwd, file)), quoteText(file, 300)));
  }
  return { trust: { kind: 'certificates', anchors }, decidedBy: `certificates in ${files.join(', ')}` };
}

async function choosePolicy(flags: TrustFlags, subject: Subject, context: Context): Promise<TrustChoice> {
  const policy = await findPolicy('oci', context, flags.policyFile);
  if (policy === undefined) return { trust: { kind: 'none', because: 'no-policy' }, decidedBy: 'no trust policy' };
  const { parseTrustPolicy, selectStatement } = await import('@nv2/trust');
  const document = parseTrustPolicy(policy.bytes, { kind: 'oci', name: `trust policy ${policy.path}` });
  for (const warning of document.warnings) context.warn(`${policy.path}: ${warning.path}: ${warning.message}`);
  const statement = selectStatement(document, scopeOf(flags, subject));
  if (statement === undefined)
    return { trust: { kind: 'none', because: 'no-statement' }, decidedBy: `no statement of ${policy.path}` };
  const { trustStore } = await context.services.config();
  const decidedBy = `policy ${quoteText(statement.name)} of ${policy.path}, level ${statement.level.name}`;
  return { trust: { kind: 'policy', statement, trustStore }, decidedBy };
}

/** What policies know a subject as. @throws CliError `CLI_USAGE` for a layout or file without `--scope` */
export function scopeOf(flags: Pick<TrustFlags, 'scope'>, subject: Subject): string {
  if (flags.scope !== undefined) return flags.scope;
  if (subject.kind === 'registry') return `${subject.reference.registry}/${subject.reference.repository}`;
  throw new CliError('CLI_USAGE', `${quoteText(subject.text)} has no repository that a trust policy could cover`, {
    hint: 'Say which scope counts, for example --scope local/net-monitor, or verify with -k or -c.',
  });
}
