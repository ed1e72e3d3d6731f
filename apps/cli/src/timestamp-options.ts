// The time-stamp authority of a signing: where it is, and whom its chain must lead to.

import { quoteText } from '@nv2/base';
import type { Timestamper } from '@nv2/notary';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { readInputFile, resolvePath } from './files.ts';
import { type OptionValues, text } from './option.ts';

export const timestampOptions = {
  timestampUrl: text('--timestamp-url <url>', 'time-stamp authority (RFC 3161) that countersigns with the time'),
  timestampRootCert: text('--timestamp-root-cert <file>', 'root certificate of that authority'),
} as const;

export type TimestampFlags = OptionValues<typeof timestampOptions>;

/** `undefined` when none is asked for. @throws CliError `CLI_USAGE`, `CLI_FILE_UNREADABLE`; PkiError for what is no certificate */
export async function openTimestamper(
  { timestampUrl: url, timestampRootCert: file }: TimestampFlags,
  { io, services }: Context,
): Promise<Timestamper | undefined> {
  if (url === undefined && file === undefined) return undefined;
  // TSA-07: without a root any authority would do, and without an address there is none.
  if (url === undefined || file === undefined) {
    throw new CliError('CLI_USAGE', '--timestamp-url and --timestamp-root-cert go together');
  }
  const [{ parseCertificates }, { checkStoreMembers }] = await Promise.all([import('@nv2/pki'), import('@nv2/trust')]);
  const [root, ...others] = parseCertificates(await readInputFile(resolvePath(io.cwd, file)));
  if (root === undefined || others.length > 0) {
    throw new CliError(
      'CLI_USAGE',
      `${quoteText(file, 300)} holds ${others.length + 1} certificates, expected the root alone`,
    );
  }
  // TS-08: what could not be in a tsa store would verify here and nowhere else.
  const problem = checkStoreMembers('tsa', [root]);
  if (problem !== undefined) {
    throw new CliError(
      'CLI_USAGE',
      `${quoteText(file, 300)} is not the root certificate of an authority: ${problem.reason}`,
    );
  }
  return services.timestamper({ url, root });
}
