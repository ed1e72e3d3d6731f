import { stat } from 'node:fs/promises';
import { describeError, plainText } from '@nv2/base';
import type { PluginInstallation, PluginInstallEvent } from '@nv2/plugin';
import { resolvePath } from '../files.ts';
import {
  boolFlag,
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  textFlag,
} from './command.ts';
import { forceFlag, loggingFlags } from './flags.ts';
import { wordInstallation } from './plugin-words.ts';

export const pluginInstallCommand: NotationCommand = {
  path: ['plugin', 'install'],
  aliases: ['add'],
  usage: '[flags] <--file|--url> <plugin_source>',
  summary: 'Install a plugin',
  examples: [
    'plugin install --file wabbit-plugin-v1.0.zip',
    'plugin install --file notation-wabbit-plugin --force',
    'plugin install --url https://wabbit-networks.com/wabbit-plugin-v1.0.tar.gz --sha256sum <checksum>',
  ],
  flags: [
    ...loggingFlags,
    { name: 'file', kind: 'bool', help: 'the source is a file: zip, tar.gz or a single executable' },
    { name: 'url', kind: 'bool', help: 'the source is an https URL; given up after ten minutes' },
    { name: 'sha256sum', kind: 'string', help: 'SHA-256 of the source; demanded with --url' },
    { ...forceFlag, help: 'replace the plugin whatever version is installed' },
  ],
  groups: [
    { kind: 'exclusive', names: ['file', 'url'] },
    { kind: 'one-required', names: ['file', 'url'] },
  ],
  checkArguments: (args, flags) => {
    if (args.length > 1) {
      throw new NotationError(`can only install one plugin at a time, but got [${args.join(' ')}]`);
    }
    if (args.length === 1) return;
    if (boolFlag(flags, 'file')) throw new NotationError('missing plugin file path');
    if (boolFlag(flags, 'url')) throw new NotationError('missing plugin URL');
    throw new NotationError('missing plugin source location');
  },
  run: (context) => (boolFlag(context.flags, 'url') ? installFromUrl(context) : installFromFile(context)),
};

async function installFromFile(context: NotationContext): Promise<void> {
  const { flags, io, services } = context;
  const source = firstArgument(flags);
  const path = resolvePath(io.cwd, source);
  // Directories are for `nv2 plugin install`; here they are no files.
  const isDirectory = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isDirectory) throw new NotationError(`plugin installation failed: ${source} is not a valid file`);
  const manager = await services.pluginManager();
  try {
    const options = { ...optionsOf(context), onEvent: (event: PluginInstallEvent) => tell(event, context) };
    reportInstalled(await manager.install({ kind: 'path', path }, options), context);
  } catch (error) {
    throw failed(error, context);
  }
}

async function installFromUrl(context: NotationContext): Promise<void> {
  const { flags, out, services } = context;
  const url = firstArgument(flags);
  if ((textFlag(flags, 'sha256sum') ?? '') === '') {
    throw new NotationError('installing from URL requires non-empty SHA256 checksum of the plugin source');
  }
  const scheme = URL.canParse(url) ? new URL(url).protocol.slice(0, -1) : '';
  if (scheme !== 'https') {
    throw new NotationError(
      `failed to download plugin from URL: only the HTTPS scheme is supported, but got ${scheme}`,
    );
  }
  const manager = await services.pluginManager();
  let isDownloaded = false;
  const onEvent = (event: PluginInstallEvent): void => {
    if (event.type === 'plugin-download-started') return out(`Downloading plugin from ${url}`);
    if (event.type !== 'plugin-download-finished') return tell(event, context);
    isDownloaded = true;
    return out('Download completed');
  };
  try {
    reportInstalled(await manager.install({ kind: 'url', url }, { ...optionsOf(context), onEvent }), context);
  } catch (error) {
    if (isDownloaded) throw failed(error, context);
    throw new NotationError(`failed to download plugin from URL ${url} with error: ${describeError(error)}`);
  }
}

function optionsOf({ flags }: NotationContext): { readonly sha256?: string; readonly force: boolean } {
  const sha256 = textFlag(flags, 'sha256sum') ?? '';
  return { force: boolFlag(flags, 'force'), ...(sha256 === '' ? {} : { sha256 }) };
}

function tell(event: PluginInstallEvent, { debug, warn }: NotationContext): void {
  if (event.type === 'plugin-file-unpacked') debug(`Extracting file ${event.file}...`);
  if (event.type !== 'plugin-made-executable') return;
  warn(
    `Found candidate plugin executable file ${JSON.stringify(event.file)} without executable permission. Setting user executable bit and trying to install.`,
  );
}

function reportInstalled({ plugin, replaced }: PluginInstallation, { out }: NotationContext): void {
  const { name, version } = plugin;
  if (replaced === undefined) out(`Successfully installed plugin ${name}, version ${plainText(version)}`);
  else out(`Successfully updated plugin ${name} from version ${plainText(replaced.version)} to ${plainText(version)}`);
}

function failed(error: unknown, { flags, io }: NotationContext): NotationError {
  const given = { source: firstArgument(flags), checksum: textFlag(flags, 'sha256sum') ?? '' };
  return new NotationError(`plugin installation failed: ${wordInstallation(error, given, io)}`);
}
