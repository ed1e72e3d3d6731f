import { plainText, quoteText } from '@nv2/base';
import type { PluginInstallation, PluginInstallEvent } from '@nv2/plugin';
import type { InstallSource } from '../compose/plugin-manager.ts';
import { type CommandResult, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { resolvePath } from '../files.ts';
import { flag, text } from '../option.ts';

export const pluginInstallCommand = defineCommand({
  path: ['plugin', 'install'],
  aliases: ['add'],
  summary: 'install a plugin, or a higher version of it',
  description:
    'SOURCE is a zip, a tar.gz, an executable, a directory, or an https URL. The executable is asked what it is before it is installed, and nothing else of the package is run.',
  arguments: [{ name: 'source', description: 'file, directory or https URL' }],
  options: {
    sha256: text('--sha256 <hex>', 'what the SHA-256 checksum of the package must be; demanded for a URL', {
      aliases: ['--sha256sum <hex>'],
    }),
    force: flag('--force', 'replace the plugin whatever version is installed'),
  },
  examples: [
    'plugin install notation-com.example.kms_1.2.0_linux_amd64.tar.gz',
    'plugin install --sha256 CHECKSUM https://example.com/notation-com.example.kms_1.2.0_linux_amd64.tar.gz',
  ],
  run: async ({ sha256, force }, [given = ''], context) => {
    const source = parseSource(given, context.io.cwd);
    checkSha256(sha256, source);
    const manager = await context.services.pluginManager();
    const installation = await manager.install(source, {
      force,
      ...(sha256 === undefined ? {} : { sha256 }),
      onEvent: (event) => tell(event, context),
    });
    return toResult(installation, manager.directory);
  },
});

function parseSource(given: string, cwd: string): InstallSource {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return { kind: 'url', url: given };
  return { kind: 'path', path: resolvePath(cwd, given) };
}

function checkSha256(sha256: string | undefined, source: InstallSource): void {
  if (sha256 === undefined) {
    if (source.kind === 'path') return;
    throw new CliError('CLI_USAGE', 'a plugin from a URL needs the checksum its publisher states', {
      hint: `nv2 plugin install --sha256 CHECKSUM ${source.url}`,
    });
  }
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new CliError('CLI_USAGE', `--sha256 takes 64 hexadecimal digits, found ${quoteText(sha256)}`);
  }
}

function tell(event: PluginInstallEvent, { warn, debug, progress }: Context): void {
  switch (event.type) {
    case 'plugin-download-started':
      return progress(`downloading ${event.url}`);
    case 'plugin-download-finished':
      return debug(`downloaded ${event.bytes} bytes`);
    case 'plugin-file-unpacked':
      return debug(`unpacking ${plainText(event.file)}`);
    case 'plugin-made-executable':
      return warn(`${plainText(event.file)} lacks the permission to be executed; its owner gets it`);
  }
}

function toResult({ plugin, replaced }: PluginInstallation, directory: string): CommandResult {
  const version = plainText(plugin.version);
  return {
    conclusion: 'done',
    report: {
      name: plugin.name,
      version: plugin.version,
      ...(replaced === undefined ? {} : { replacedVersion: replaced.version }),
      description: plugin.description,
      capabilities: plugin.capabilities,
      directory,
    },
    result: [plugin.name],
    text: [
      `nv2: plugin ${plugin.name} ${version}: done`,
      ...(replaced === undefined ? [] : [`  replaced version ${plainText(replaced.version)}`]),
      `  ${plainText(plugin.description)}`,
      ...plugin.capabilities.slice(0, 20).map((capability) => `  can: ${plainText(capability)}`),
      'next: nv2 plugin list',
    ],
  };
}
