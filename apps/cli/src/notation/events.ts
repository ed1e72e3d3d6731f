// What happens below a command and is worth a line, in the reference's words where it has any.

import type { ConfigEvent } from '@nv2/config';
import type { RevocationEvent } from '@nv2/pki';
import type { PluginEvent } from '@nv2/plugin';
import type { RegistryEvent } from '@nv2/registry-client';
import { wordOsError } from './os-error.ts';
import { createRevocationLog, type EventOutput } from './revocation-log.ts';

/** A listener that returns whether there is nothing more to say about an event. */
export function createEventTeller(
  output: EventOutput,
): (event: ConfigEvent | RegistryEvent | RevocationEvent | PluginEvent) => boolean {
  const logRevocation = createRevocationLog(output);
  return (event) => logRevocation(event) || tellEvent(event, output);
}

function tellEvent(
  event: ConfigEvent | RegistryEvent | RevocationEvent | PluginEvent,
  { warn, debug }: EventOutput,
): boolean {
  if ('kind' in event) {
    if (event.kind !== 'outdated-referrers-kept') return false;
    warn('Removal of outdated referrers index from remote registry failed. Garbage collection may be required.');
    return true;
  }
  switch (event.type) {
    case 'unusable-certificate-added':
      warn(`${event.path} was added, but no verification can use it: ${event.reason}`);
      return true;
    case 'deprecated-policy-file-kept': {
      const reason = wordOsError(event.cause, 'remove', event.path) ?? event.path;
      warn(`failed to delete old trust policy configuration trustpolicy.json: ${reason}`);
      return true;
    }
    case 'store-directory-skipped':
      warn(`${event.path} is a directory inside a trust store and is not read`);
      return true;
    case 'plugin-asked':
      debug(`Plugin ${event.command} request: ${withoutConfig(event.request)}`);
      return true;
    case 'plugin-answered':
      debug(`Plugin ${event.command} response: ${event.response}`);
      return true;
    case 'secret-file-exposed':
      debug(`${event.path} holds a secret and others can read it`);
      return true;
    default:
      return false;
  }
}

/** PLUG-28: the configuration can hold what opens a key service, so only its names are shown. */
function withoutConfig(request: string): string {
  // Written by runPlugin() from an object.
  const members = JSON.parse(request) as Readonly<Record<string, unknown>>;
  const { pluginConfig } = members;
  if (typeof pluginConfig !== 'object' || pluginConfig === null) return request;
  const names = Object.keys(pluginConfig).map((name) => [name, '*****'] as const);
  return JSON.stringify({ ...members, pluginConfig: Object.fromEntries(names) });
}
