// How to reach one registry: what the options and the environment say about it.

import { parseUtf8, readAll } from '@nv2/base';
import type { Credential } from '@nv2/config';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { readInputFile, resolvePath } from './files.ts';
import { maxPasswordBytes } from './limits.ts';
import type { OptionValues } from './option.ts';
import type { registryOptions } from './options.ts';
import type { RegistryAccess } from './services.ts';

export type RegistryFlags = OptionValues<typeof registryOptions>;

/**
 * Reads the files and secrets that the options name.
 *
 * @throws CliError `CLI_USAGE`, `CLI_FILE_UNREADABLE`
 */
export async function readRegistryAccess(
  flags: RegistryFlags,
  context: Context,
  options: { readonly forceReferrersTag?: boolean; readonly useEnvironment?: boolean } = {},
): Promise<RegistryAccess> {
  const { cwd } = context.io;
  if ((flags.certFile === undefined) !== (flags.keyFile === undefined)) {
    throw new CliError('CLI_USAGE', '--cert-file and --key-file belong together');
  }
  const credential = await readCredential(flags, context, options.useEnvironment ?? true);
  return {
    ...(credential === undefined ? {} : { credential }),
    ...(flags.plainHttp === undefined ? {} : { plainHttp: flags.plainHttp }),
    ...(flags.caFile === undefined ? {} : { caFile: await readInputFile(resolvePath(cwd, flags.caFile)) }),
    ...(flags.certFile === undefined || flags.keyFile === undefined
      ? {}
      : {
          clientCertificate: {
            certificate: await readInputFile(resolvePath(cwd, flags.certFile)),
            key: await readInputFile(resolvePath(cwd, flags.keyFile)),
          },
        }),
    forceReferrersTag: options.forceReferrersTag ?? false,
  };
}

/** Flags before the environment, never half of each; a password without a user name is an identity token. */
async function readCredential(
  flags: RegistryFlags,
  { io, services }: Context,
  useEnvironment: boolean,
): Promise<Credential | undefined> {
  if (flags.password !== undefined && flags.passwordStdin) {
    throw new CliError('CLI_USAGE', '--password and --password-stdin exclude each other');
  }
  const password = flags.passwordStdin ? await readPassword(io.stdin) : flags.password;
  const { username } = flags;
  services.redactor.hide(password);
  const secrets = await services.secrets();
  const isGiven = username !== undefined || password !== undefined;
  const given = isGiven ? { username, password } : useEnvironment ? secrets.nv2 : {};
  if (isGiven && password === undefined && secrets.nv2.password === undefined) {
    throw new CliError('CLI_NO_CREDENTIALS', 'a user name was given without a password', {
      hint: 'Add --password-stdin, or set NV2_PASSWORD.',
    });
  }
  const { credentialOf } = await import('@nv2/config');
  const full = {
    username: given.username ?? '',
    password: given.password ?? (isGiven ? secrets.nv2.password : undefined) ?? '',
  };
  return credentialOf(full);
}

async function readPassword(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  return parseUtf8(await readAll(stdin, maxPasswordBytes)).replace(/\r?\n$/, '');
}
