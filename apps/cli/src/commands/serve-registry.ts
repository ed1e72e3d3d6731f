import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { flag, text } from '../option.ts';
import { quoteText } from '@nv2/base';

export const serveRegistryCommand = defineCommand({
  path: ['serve', 'registry'],
  summary: 'run an OCI registry with the referrers API',
  description:
    'Prints its address on standard output when it is ready and serves until it is interrupted. Anybody who reaches it may write, so it ' +
    'listens on the loopback interface only, unless told otherwise.',
  arguments: [],
  options: {
    dir: text('--dir <directory>', 'where the content is kept; made if needed (required)'),
    port: text('--port <n>', 'TCP port; 0 takes a free one', { defaultText: '5000' }),
    host: text('--host <address>', 'address to listen on', { defaultText: '127.0.0.1' }),
    noReferrersApi: flag('--no-referrers-api', 'behave like an older registry, without the referrers API'),
    allowAnyoneToWrite: flag('--allow-anyone-to-write', 'listen on an address that others can reach'),
  },
  examples: ['serve registry --dir ./registry --port 5000', 'serve registry --dir /tmp/r --port 0 --no-referrers-api'],
  run: async (values, _args, context) => {
    const { io, services } = context;
    const host = values.host ?? '127.0.0.1';
    if (values.dir === undefined)
      throw new CliError('CLI_USAGE', 'the registry needs a directory', { hint: 'Add --dir DIRECTORY.' });
    if (!isLoopback(host) && !values.allowAnyoneToWrite) {
      throw new CliError('CLI_USAGE', `everybody who can reach ${quoteText(host)} could write to the registry`, {
        hint: 'Listen on 127.0.0.1, or accept that with --allow-anyone-to-write.',
      });
    }
    await using server = await services.serveRegistry({
      directory: resolvePath(io.cwd, values.dir),
      host,
      port: parsePort(values.port ?? '5000'),
      referrersApi: !values.noReferrersApi,
    });
    const url = `http://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`;
    const isJson = context.format === 'json';
    io.stdout.write(isJson ? `${JSON.stringify({ url, host: server.host, port: server.port })}\n` : `${url}\n`);
    await stopped(io.signal);
    return { conclusion: 'done', result: [], text: [] };
  },
});

function parsePort(port: string): number {
  const value = /^[0-9]{1,5}$/.test(port) ? Number(port) : Number.NaN;
  if (!(value <= 65_535))
    throw new CliError('CLI_USAGE', `--port takes a number from 0 to 65535, found ${quoteText(port)}`);
  return value;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/.test(host);
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
