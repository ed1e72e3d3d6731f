import { quoteText } from '@nv2/base';
import type { Credential } from '@nv2/config';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { flag } from '../option.ts';
import { registryOptions } from '../options.ts';
import { readRegistryAccess, type RegistryFlags } from '../registry-access.ts';
import { parseRegistry } from './registry-argument.ts';

export const loginCommand = defineCommand({
  path: ['login'],
  summary: 'sign in to a registry',
  description:
    'Tries the credentials at the registry first, then keeps them with a credential helper. Without a helper it refuses, unless ' +
    '--insecure-storage allows a file that only its owner can read.',
  arguments: [{ name: 'registry', description: 'host[:port]' }],
  options: {
    ...registryOptions,
    insecureStorage: flag('--insecure-storage', 'without a credential helper, keep the password in a plain file'),
  },
  examples: [
    'login registry.wabbit-networks.io',
    'login -u ci --password-stdin registry.wabbit-networks.io < password.txt',
  ],
  run: async (values, [given = ''], context) => {
    const registry = await parseRegistry(given);
    const access = await readRegistryAccess(values, context);
    const credential = access.credential ?? (await askCredential(values, context));
    const answer = await context.services.ping(registry, { ...access, credential });
    if (answer === 'anonymous') context.warn(`${registry} did not ask for credentials, so they could not be tried`);
    const credentials = await context.services.credentials();
    const keeper = await credentials.store(registry, credential, { allowPlainFile: values.insecureStorage });
    return {
      conclusion: 'done',
      report: { registry, tried: answer === 'authenticated', keptBy: keeper },
      result: [],
      text: [`nv2: ${registry}: signed in`, `  kept by: ${keeper}`],
    };
  },
});

async function askCredential(flags: RegistryFlags, { io, services }: Context): Promise<Credential> {
  const username = flags.username ?? (await io.ask?.('User name (empty for a token): ', { secret: false }));
  const password = await io.ask?.(username === '' ? 'Token: ' : 'Password: ', { secret: true });
  services.redactor.hide(password);
  if (username === undefined || password === undefined || password === '') {
    throw new CliError('CLI_NO_CREDENTIALS', 'there is nothing to sign in with', {
      hint: `Use -u ${quoteText('NAME')} --password-stdin, or NV2_USERNAME and NV2_PASSWORD.`,
    });
  }
  return username === '' ? { kind: 'identity-token', token: password } : { kind: 'basic', username, password };
}
