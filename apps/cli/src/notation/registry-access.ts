// How a registry is reached: what flags, environment and configuration say.

import type { RegistryAccess } from '../services.ts';
import { boolFlag, type NotationContext, textFlag } from './command.ts';

/** Flags before the environment, each on its own; a password without a user name is an identity token. */
export async function readAccess(registry: string, context: NotationContext): Promise<RegistryAccess> {
  const { flags, services } = context;
  const secrets = await services.secrets();
  const username = textFlag(flags, 'username') ?? secrets.notation.username ?? '';
  const password = textFlag(flags, 'password') ?? secrets.notation.password ?? '';
  services.redactor.hide(password);
  const { credentialOf } = await import('@nv2/config');
  const credential = credentialOf({ username, password });
  return {
    ...(credential === undefined ? {} : { credential }),
    plainHttp: await isReachedPlainly(registry, context),
    forceReferrersTag: boolFlag(flags, 'force-referrers-tag'),
  };
}

/** Plain HTTP for `localhost` with a port and nothing else by itself: not for 127.0.0.1. */
export async function isReachedPlainly(registry: string, { flags, services }: NotationContext): Promise<boolean> {
  if (boolFlag(flags, 'insecure-registry') || /^localhost:[0-9]+$/.test(registry)) return true;
  const { insecureRegistries } = await (await services.config()).readSettings();
  return insecureRegistries.some((host) => host.toLowerCase() === registry.toLowerCase());
}
