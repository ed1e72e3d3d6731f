import { describeError, isNv2Error } from '@nv2/base';
import type { Credential } from '@nv2/config';
import { maxPasswordBytes } from '../limits.ts';
import { oneArgument } from './arguments.ts';
import {
  boolFlag,
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  textFlag,
} from './command.ts';
import { wordError } from './error-words.ts';
import { loggingFlags, registryFlags } from './flags.ts';
import { lineReader } from './prompt.ts';
import { isReachedPlainly } from './registry-access.ts';

const guide = 'https://notaryproject.dev/docs/how-to/registry-authentication/';

interface Given {
  readonly username: string;
  readonly password: string;
}

export const loginCommand: NotationCommand = {
  path: ['login'],
  aliases: [],
  usage: '[flags] <server>',
  summary: 'Sign in to a registry',
  examples: ['login -u <user> --password-stdin registry.example.com'],
  flags: [
    ...registryFlags,
    ...loggingFlags,
    { name: 'password-stdin', kind: 'bool', help: 'read the password from standard input' },
  ],
  checkArguments: oneArgument('no hostname specified'),
  run: async (context) => {
    const { flags, services, out } = context;
    const server = firstArgument(flags);
    const credential = await readCredential(context);
    const failed = (why: string): NotationError => new NotationError(`failed to log in to ${server}: ${why}`);
    try {
      await services.ping(server, {
        credential,
        plainHttp: await isReachedPlainly(server, context),
        forceReferrersTag: false,
      });
    } catch (error) {
      throw failed(wordError(error));
    }
    const credentials = await services.credentials().catch((error: unknown) => {
      throw new NotationError(`failed to get credentials store: ${wordError(error)}`);
    });
    try {
      await credentials.store(server, credential);
    } catch (error) {
      if (!isNv2Error(error, 'CONFIG_CREDENTIALS_INSECURE')) throw failed(wordError(error));
      const known = await credentials.find(server).catch((cause: unknown) => {
        context.log('warning', `Failed to get the existing credentials for ${server}: ${describeError(cause)}`);
      });
      if (known === undefined || !isSame(known.credential, credential)) {
        throw failed(
          `the credential could not be saved because a credentials store is required to securely store the password. See ${guide}`,
        );
      }
      context.warn(
        `The credentials store is not set up. It is recommended to configure the credentials store to securely store your credentials. See ${guide}.`,
      );
      out('Authenticated with existing credentials');
    }
    out('Login Succeeded');
  },
};

/** Flags, else the environment, else questions. @throws NotationError */
async function readCredential(context: NotationContext): Promise<Credential> {
  const { flags, io, services } = context;
  const secrets = await services.secrets();
  const given: Given = {
    username: textFlag(flags, 'username') ?? secrets.notation.username ?? '',
    password: boolFlag(flags, 'password-stdin')
      ? await readPassword(io.stdin)
      : (textFlag(flags, 'password') ?? secrets.notation.password ?? ''),
  };
  const { username, password } = given.password === '' ? await askCredential(given.username, context) : given;
  services.redactor.hide(password);
  if (password === '') throw new NotationError(username === '' ? 'token required' : 'password required');
  return username === '' ? { kind: 'identity-token', token: password } : { kind: 'basic', username, password };
}

async function readPassword(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const { parseUtf8, readAll } = await import('@nv2/base');
  return parseUtf8(await readAll(stdin, maxPasswordBytes)).replace(/\r?\n$/, '');
}

/** At a terminal the password is not shown; through a pipe it is all that follows the user name. */
async function askCredential(known: string, { io }: NotationContext): Promise<Given> {
  const { ask } = io;
  const lines = lineReader(io.stdin);
  let username = known;
  if (username === '') {
    io.stdout.write('Username: ');
    const answer = ask === undefined ? await lines.next() : await ask('', { secret: false });
    if (answer === undefined) throw new NotationError('error reading username: EOF');
    username = answer.trim();
  }
  io.stdout.write(username === '' ? 'Token: ' : 'Password: ');
  const password = ask === undefined ? await lines.rest() : ((await ask('', { secret: true })) ?? '');
  io.stdout.write('\n');
  return { username, password: password.replace(/\r?\n$/, '') };
}

function isSame(a: Credential, b: Credential): boolean {
  if (a.kind === 'basic') return b.kind === 'basic' && a.username === b.username && a.password === b.password;
  return b.kind === 'identity-token' && a.token === b.token;
}
