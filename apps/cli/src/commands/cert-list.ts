import { defineCommand } from '../command.ts';
import { renderTable } from '../output/table.ts';
import { storeOptions } from './cert-store-options.ts';

export const certListCommand = defineCommand({
  path: ['cert', 'list'],
  aliases: ['ls'],
  summary: 'list the files of the trust stores',
  arguments: [],
  options: { ...storeOptions },
  examples: ['cert list', 'cert list --type ca --store wabbit-networks'],
  run: async (values, _args, { services }) => {
    const entries = await (await services.config()).listStoreEntries({
      ...(values.type === undefined ? {} : { type: values.type }),
      ...(values.store === undefined ? {} : { name: values.store }),
    });
    const certificates = entries.map(({ type, name, file, path }) => ({ type, store: name, file, path }));
    const isEmpty = certificates.length === 0;
    return {
      conclusion: 'done',
      report: { certificates },
      result: isEmpty
        ? []
        : renderTable(
            ['TYPE', 'STORE', 'FILE'],
            certificates.map(({ type, store, file }) => [type, store, file]),
          ),
      text: isEmpty
        ? ['nv2: no certificates in the trust stores', 'next: nv2 cert add --type ca --store NAME FILE']
        : [],
    };
  },
});
