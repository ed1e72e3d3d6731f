import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag } from '../option.ts';
import { parseStore, storeOptions } from './cert-store-options.ts';

export const certDeleteCommand = defineCommand({
  path: ['cert', 'delete'],
  aliases: ['rm'],
  summary: 'remove a file from a trust store, or the whole store',
  arguments: [{ name: 'file', description: 'name of the file in the store', isOptional: true }],
  options: { ...storeOptions, all: flag('-a, --all', 'remove the store with everything in it') },
  examples: [
    'cert delete --type ca --store wabbit-networks wabbit-networks.crt',
    'cert delete --type ca --store wabbit-networks --all',
  ],
  run: async (values, [file], { services }) => {
    const store = parseStore(values);
    if ((file === undefined) === !values.all) throw new CliError('CLI_USAGE', 'name one file, or say --all');
    const config = await services.config();
    const removed =
      file === undefined ? await config.removeStore(store) : await config.removeCertificateFile(store, file);
    return {
      conclusion: 'done',
      report: { type: store.type, store: store.name, removed: removed.path, storeRemoved: removed.isStoreRemoved },
      result: [removed.path],
      text: [`nv2: ${store.type}:${store.name}: done`, `  removed: ${removed.path}`],
    };
  },
});
