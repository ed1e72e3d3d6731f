// How a command finds out about revocation: over the network, or from what is at hand.

import type { RevocationChecker } from '@nv2/pki';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import type { OptionValues } from './option.ts';
import type { revocationOptions } from './options.ts';
import type { Subject } from './subject.ts';

/** A command without these options asks over the network. */
export type RevocationFlags = Partial<OptionValues<typeof revocationOptions>>;

export function chooseRevocation(flags: RevocationFlags, { services }: Pick<Context, 'services'>): RevocationChecker {
  return services.revocation({
    isOffline: flags.offline === true,
    dataDirectory: flags.revocationData,
    ocspTimeoutMs: flags.ocspTimeout,
    crlTimeoutMs: flags.crlTimeout,
  });
}

/**
 * `--offline` means no connection at all, so what is in a registry cannot be looked at.
 *
 * @throws CliError `CLI_USAGE`
 */
export function assertReachable(subject: Subject, { offline }: RevocationFlags): void {
  if (offline !== true || subject.kind !== 'registry') return;
  throw new CliError('CLI_USAGE', `${subject.text} is in a registry, and --offline opens no connection`, {
    hint: 'Copy it where there is a network, for example `nv2 copy … oci-layout:DIR`, and verify oci-layout:DIR.',
  });
}
