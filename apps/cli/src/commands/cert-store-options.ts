// Naming a trust store on the command line.

import { quoteText } from '@nv2/base';
import type { StoreName } from '@nv2/trust';
import { CliError } from '../errors.ts';
import { oneOf, type OptionValues, text } from '../option.ts';

export const storeOptions = {
  type: oneOf('-t, --type <type>', 'kind of trust store', ['ca', 'signingAuthority', 'tsa']),
  store: text('-s, --store <name>', 'name of the trust store'),
} as const;

/** @throws CliError `CLI_USAGE` */
export function parseStore({ type, store }: OptionValues<typeof storeOptions>): StoreName {
  if (type === undefined || store === undefined) {
    throw new CliError('CLI_USAGE', 'a trust store is named by --type and --store', {
      hint: 'For example --type ca --store wabbit-networks.',
    });
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(store)) {
    throw new CliError(
      'CLI_USAGE',
      `expected a store name of letters, digits, dots, dashes and underscores, found ${quoteText(store)}`,
    );
  }
  return { type, name: store };
}
