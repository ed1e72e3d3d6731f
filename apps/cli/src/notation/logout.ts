import { oneArgument } from './arguments.ts';
import { firstArgument, type NotationCommand, NotationError } from './command.ts';
import { wordError } from './error-words.ts';
import { loggingFlags } from './flags.ts';

export const logoutCommand: NotationCommand = {
  path: ['logout'],
  aliases: [],
  usage: '[flags] <server>',
  summary: 'Forget the credentials of a registry',
  flags: loggingFlags,
  checkArguments: oneArgument('no hostname specified'),
  run: async ({ flags, services, out }) => {
    const server = firstArgument(flags);
    const credentials = await services.credentials().catch((error: unknown) => {
      throw new NotationError(`failed to get credentials store: ${wordError(error)}`);
    });
    await credentials.erase(server).catch((error: unknown) => {
      throw new NotationError(`failed to log out of ${server}: ${wordError(error)}`);
    });
    out('Logout Succeeded');
  },
};
