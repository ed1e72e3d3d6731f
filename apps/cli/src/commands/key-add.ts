import { isAbsolute, relative, resolve } from 'node:path';
import { type CommandResult, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { flag, type OptionValues, text } from '../option.ts';
import { pluginOptions } from '../options.ts';

const options = {
  isDefault: flag('--default', 'make it the default key'),
  cert: text('-c, --cert <file>', 'certificate chain, as an option'),
  plugin: text('--plugin <name>', 'the plugin that has the key, in the place of a key file'),
  id: text('--id <key-id>', 'what the plugin calls the key'),
  ...pluginOptions,
};

type Values = OptionValues<typeof options>;

export const keyAddCommand = defineCommand({
  path: ['key', 'add'],
  summary: 'give a key file, or a key in a plugin, a name',
  description:
    'The file stays where it is. The key and its certificate chain are checked as for signing; without a certificate file the chain is ' +
    'looked for beside the key. With --plugin and --id the key is one that an installed plugin has.',
  arguments: [
    { name: 'name', description: 'the name to give' },
    { name: 'key-file', description: 'private key: PEM, PKCS#8 (encrypted too), PKCS#1 or SEC1', isOptional: true },
    { name: 'certificate-file', description: 'certificate chain, the signing certificate first', isOptional: true },
  ],
  options,
  examples: [
    'key add release wabbit-networks.key',
    'key add --default release keys/release.key certs/release-chain.pem',
    'key add --plugin com.example.kms --id arn:key/1 --plugin-config region=eu release',
  ],
  run: async (values, [name = '', keyFile, certFile], context) => {
    const { plugin, id, pluginConfig } = values;
    if (plugin !== undefined || id !== undefined || pluginConfig !== undefined) {
      if (keyFile !== undefined || values.cert !== undefined) {
        throw new CliError('CLI_USAGE', 'a key is in a file or in a plugin, not in both');
      }
      return addPluginKey(name, values, context);
    }
    if (keyFile === undefined) {
      throw new CliError('CLI_USAGE', 'missing a key file', {
        hint: 'Name a file, or with --plugin and --id a key in a plugin.',
      });
    }
    const { io, at, services } = context;
    const [{ withKey }, { assertSigningKey }, config] = await Promise.all([
      import('@nv2/config'),
      import('../key-advice.ts'),
      services.config(),
    ]);
    const keyPath = resolve(io.cwd, keyFile);
    // Opening it now finds a wrong pair before it is listed; an absolute path is never taken for a name of the list.
    const key = await services.loadSigningKey(keyPath, certFile ?? values.cert);
    assertSigningKey({ ...key, name: keyFile, keyPath: keyFile }, at);
    const { chainPath = '' } = key;
    const certPath = resolve(io.cwd, chainPath);
    const entry = { kind: 'local', name, keyPath, certPath } as const;
    await config.writeSigningKeys(withKey(await config.readSigningKeys(), entry, { isDefault: values.isDefault }));
    return {
      conclusion: 'done',
      report: { name, key: keyPath, certificate: certPath, default: values.isDefault },
      result: [name],
      text: [
        `nv2: ${name}: done`,
        `  key: ${keyFile}`,
        `  certificate: ${isAbsolute(keyFile) ? certPath : relative(io.cwd, certPath)}`,
      ],
    };
  },
});

/** DIR-08: the plugin must be there; what it has under that id shows when it signs. @throws CliError `CLI_USAGE`; PluginError */
async function addPluginKey(name: string, values: Values, { services }: Context): Promise<CommandResult> {
  const { plugin, id, pluginConfig, isDefault } = values;
  if (plugin === undefined || id === undefined) {
    throw new CliError('CLI_USAGE', '--plugin and --id go together: the plugin, and what it calls the key');
  }
  const [{ withKey }, config, plugins] = await Promise.all([
    import('@nv2/config'),
    services.config(),
    services.plugins(),
  ]);
  await plugins.open(plugin);
  const entry = { kind: 'plugin', name, id, pluginName: plugin, ...(pluginConfig ? { pluginConfig } : {}) } as const;
  await config.writeSigningKeys(withKey(await config.readSigningKeys(), entry, { isDefault }));
  return {
    conclusion: 'done',
    report: { name, id, plugin, default: isDefault },
    result: [name],
    text: [`nv2: ${name}: done`, `  plugin: ${plugin}`, `  id: ${id}`],
  };
}
