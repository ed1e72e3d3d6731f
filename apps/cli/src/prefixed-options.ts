// The registry options once for the source and once for the destination (ADR 11).

import type { OptionSpec, OptionValues } from './option.ts';
import { registryOptions } from './options.ts';
import type { RegistryFlags } from './registry-access.ts';

type Side = 'from' | 'to';
type Prefixed<S extends Side> = {
  readonly [Name in keyof typeof registryOptions as `${S}${Capitalize<Name>}`]: (typeof registryOptions)[Name];
};

/** `--from-username`, `--from-plain-http` and so on. */
export function prefixOptions<S extends Side>(side: S): Prefixed<S> {
  const entries = Object.entries(registryOptions).map(([name, option]: [string, OptionSpec<unknown>]) => [
    keyOf(side, name),
    {
      ...option,
      flags: option.flags.replace(/^-\w, /, '').replace('--', `--${side}-`),
      description: `${side === 'from' ? 'source' : 'destination'}: ${option.description.replace(/ \(or NV2_.*\)$/, '')}`,
      aliases: (option.aliases ?? []).map((alias) =>
        alias.replace('--no-', `--no-${side}-`).replace(/^--(?!no-)/, `--${side}-`),
      ),
    },
  ]);
  // Same members as registryOptions, each under its prefixed name.
  return Object.fromEntries(entries) as Prefixed<S>;
}

/** The values of one side under the names that {@link RegistryFlags} has. */
export function pickPrefixed<S extends Side>(values: OptionValues<Prefixed<S>>, side: S): RegistryFlags {
  const all: Readonly<Record<string, unknown>> = values;
  const entries = Object.keys(registryOptions).map((name) => [name, all[keyOf(side, name)]]);
  // The inverse of prefixOptions.
  return Object.fromEntries(entries) as RegistryFlags;
}

function keyOf(side: Side, name: string): string {
  return `${side}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
