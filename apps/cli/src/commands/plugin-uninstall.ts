import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import type { Io } from '../io.ts';
import { flag } from '../option.ts';

export const pluginUninstallCommand = defineCommand({
  path: ['plugin', 'uninstall'],
  aliases: ['remove', 'rm'],
  summary: 'remove a plugin with everything in its directory',
  arguments: [{ name: 'name', description: 'name of the plugin' }],
  options: { yes: flag('-y, --yes', 'do not ask') },
  examples: ['plugin uninstall com.example.kms', 'plugin uninstall --yes com.example.kms'],
  run: async ({ yes }, [name = ''], { io, services }) => {
    const manager = await services.pluginManager();
    // Nobody is asked about what is not there; `uninstall` says so.
    if (!yes && (await manager.has(name)) && !(await confirm(name, io))) {
      return {
        conclusion: 'done',
        report: { name, uninstalled: false },
        result: [],
        text: [`nv2: plugin ${name}: left as it is`],
      };
    }
    await manager.uninstall(name);
    return {
      conclusion: 'done',
      report: { name, uninstalled: true },
      result: [name],
      text: [`nv2: plugin ${name}: done`, '  uninstalled; keys of the list that are in it cannot be used any more'],
    };
  },
});

/** Where there is nobody to ask, what cannot be undone needs to be said outright. */
async function confirm(name: string, { ask }: Io): Promise<boolean> {
  if (ask === undefined) {
    throw new CliError('CLI_USAGE', 'uninstalling a plugin asks first, and there is no terminal to ask on', {
      hint: `nv2 plugin uninstall --yes ${name}`,
    });
  }
  const answer = await ask(`Uninstall plugin ${name}? [y/N] `, { secret: false });
  return /^(?:y|yes)$/i.test(answer?.trim() ?? '');
}
