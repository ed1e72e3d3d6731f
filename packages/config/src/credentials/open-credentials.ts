// Where credentials of a registry come from, in order: given for this command; our own file and the helpers of
// config.json; Docker's config.json; the platform's helper if installed; nobody. And where a login puts them.

import { join } from 'node:path';
import { encodeUtf8, isNv2Error, quoteText } from '@nv2/base';
import type { Directories, Environment } from '../directories.ts';
import { ConfigError } from '../errors.ts';
import type { OnConfigEvent } from '../events.ts';
import { assertReplaceable } from '../files/read-file.ts';
import { writeFileAtomically } from '../files/write-file.ts';
import type { DockerConfigJson } from '../schema.ts';
import type { Settings } from '../settings.ts';
import { encodeAuth, findAuth, readAuthFile } from './auth-file.ts';
import type { Credential, CredentialSource } from './credential.ts';
import { type CredentialHelper, credentialHelper, findProgram, type HelperOptions } from './helper.ts';
import { isKeyFor, storageKey } from './registry-key.ts';

export interface CredentialOptions {
  readonly directories: Pick<Directories, 'nv2Config'>;
  /** Of config.json. */
  readonly settings: Pick<Settings, 'credsStore' | 'credHelpers'>;
  /** The directory of Docker's config.json; see {@link dockerDirectory}. */
  readonly dockerDirectory: string;
  /** For helper programs, PATH included. */
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** From flags or environment: for the one registry that the command names, and no other. */
  readonly given?: { readonly registry: string; readonly credential: Credential };
  readonly helperTimeoutMs?: number;
  readonly onEvent?: OnConfigEvent;
  readonly signal?: AbortSignal;
}

export interface FoundCredential {
  readonly credential: Credential;
  /** Which file or program supplied it, for messages. */
  readonly origin: string;
}

export interface Credentials {
  /** For the registry client. */
  readonly source: CredentialSource;
  /** @returns undefined when nobody knows any. @throws ConfigError of the `CONFIG_HELPER_…`, `CONFIG_CREDENTIALS_…` and file codes */
  find(registry: string): Promise<FoundCredential | undefined>;
  /**
   * Keeps a credential: with a helper if one is configured or the platform's is installed.
   *
   * @returns what keeps it
   * @throws ConfigError `CONFIG_CREDENTIALS_INSECURE` without helper, unless `allowPlainFile`
   */
  store(registry: string, credential: Credential, options?: { readonly allowPlainFile?: boolean }): Promise<string>;
  /** Forgets a credential wherever {@link store} may have put it. Docker's own file is never written. */
  erase(registry: string): Promise<void>;
}

/** DOCKER_CONFIG, else `.docker` in the home directory. */
export function dockerDirectory(env: Environment, homedir: string): string {
  return env['DOCKER_CONFIG'] || join(homedir, '.docker');
}

/** Files are read when first asked for, and each registry is looked up once. */
export function openCredentials(options: CredentialOptions): Credentials {
  return new CredentialChain(options);
}

class CredentialChain implements Credentials {
  readonly #options: CredentialOptions;
  readonly #helperOptions: HelperOptions;
  readonly #ownPath: string;
  readonly #dockerPath: string;
  #dockerConfig: Promise<DockerConfigJson> | undefined;
  readonly #found = new Map<string, Promise<FoundCredential | undefined>>();

  constructor(options: CredentialOptions) {
    this.#options = options;
    this.#ownPath = join(options.directories.nv2Config, 'credentials.json');
    this.#dockerPath = join(options.dockerDirectory, 'config.json');
    const { env, helperTimeoutMs, signal } = options;
    const timeout = helperTimeoutMs === undefined ? {} : { timeoutMs: helperTimeoutMs };
    this.#helperOptions = { env, ...timeout, ...(signal === undefined ? {} : { signal }) };
  }

  readonly source: CredentialSource = async (registry) =>
    (await this.find(registry))?.credential ?? { kind: 'anonymous' };

  find(registry: string): Promise<FoundCredential | undefined> {
    const found = this.#found.get(registry) ?? this.#find(registry);
    this.#found.set(registry, found);
    return found;
  }

  async store(
    registry: string,
    credential: Credential,
    { allowPlainFile = false }: { readonly allowPlainFile?: boolean } = {},
  ): Promise<string> {
    this.#found.delete(registry);
    const helper = (await this.#configuredHelper(registry)) ?? (await this.#platformHelper());
    if (helper !== undefined) {
      await helper.store(storageKey(registry), credential);
      return helper.program;
    }
    if (allowPlainFile) {
      await editOwnFile(this.#ownPath, registry, credential);
      return this.#ownPath;
    }
    const message = `keeping the password for ${quoteText(registry)}: there is no credential helper`;
    throw new ConfigError('CONFIG_CREDENTIALS_INSECURE', message);
  }

  async erase(registry: string): Promise<void> {
    this.#found.delete(registry);
    await editOwnFile(this.#ownPath, registry, undefined);
    const helper = (await this.#configuredHelper(registry)) ?? (await this.#platformHelper());
    await helper?.erase(storageKey(registry));
  }

  async #find(registry: string): Promise<FoundCredential | undefined> {
    const { given } = this.#options;
    if (given !== undefined && isKeyFor(given.registry, registry))
      return { credential: given.credential, origin: 'given' };
    return (
      (await this.#findInOwnFile(registry)) ??
      (await ask(this.#settingsHelper(registry), registry)) ??
      (await this.#findInDocker(registry)) ??
      (await this.#askPlatform(registry))
    );
  }

  async #findInOwnFile(registry: string): Promise<FoundCredential | undefined> {
    const file = await readAuthFile(this.#ownPath);
    if (file === undefined) return undefined;
    if ((file.mode & 0o077) !== 0) {
      this.#options.onEvent?.({ type: 'secret-file-exposed', path: this.#ownPath, mode: file.mode });
    }
    return findIn(file.config, registry, this.#ownPath);
  }

  async #findInDocker(registry: string): Promise<FoundCredential | undefined> {
    const helper = await this.#dockerHelper(registry);
    // As Docker itself: where a helper is named, plain entries are not looked at.
    if (helper !== undefined) return ask(helper, registry);
    return findIn(await this.#docker(), registry, this.#dockerPath);
  }

  async #askPlatform(registry: string): Promise<FoundCredential | undefined> {
    if ((await this.#configuredHelper(registry)) !== undefined) return undefined;
    try {
      return await ask(await this.#platformHelper(), registry);
    } catch (error) {
      // Nobody asked for this helper, it is merely installed, perhaps without ever having been set up.
      if (isNv2Error(error, 'CONFIG_HELPER_FAILED')) return undefined;
      throw error;
    }
  }

  #settingsHelper(registry: string): CredentialHelper | undefined {
    const { credHelpers, credsStore } = this.#options.settings;
    return helperOf([...credHelpers], credsStore, registry, this.#helperOptions);
  }

  async #dockerHelper(registry: string): Promise<CredentialHelper | undefined> {
    const { credHelpers, credsStore } = await this.#docker();
    return helperOf(Object.entries(credHelpers ?? {}), credsStore, registry, this.#helperOptions);
  }

  async #configuredHelper(registry: string): Promise<CredentialHelper | undefined> {
    return this.#settingsHelper(registry) ?? (await this.#dockerHelper(registry));
  }

  async #platformHelper(): Promise<CredentialHelper | undefined> {
    for (const name of platformHelpers[this.#options.platform] ?? []) {
      const helper = credentialHelper(name, this.#helperOptions);
      if ((await findProgram(helper.program, this.#options.env)) !== undefined) return helper;
    }
    return undefined;
  }

  #docker(): Promise<DockerConfigJson> {
    this.#dockerConfig ??= readAuthFile(this.#dockerPath).then((file) => file?.config ?? {});
    return this.#dockerConfig;
  }
}

const platformHelpers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['osxkeychain'],
  win32: ['wincred'],
  linux: ['pass', 'secretservice'],
};

function helperOf(
  credHelpers: readonly (readonly [registry: string, name: string])[],
  credsStore: string | null | undefined,
  registry: string,
  options: HelperOptions,
): CredentialHelper | undefined {
  const name = credHelpers.find(([key]) => isKeyFor(key, registry))?.[1] || credsStore;
  return name ? credentialHelper(name, options) : undefined;
}

async function ask(helper: CredentialHelper | undefined, registry: string): Promise<FoundCredential | undefined> {
  const credential = await helper?.get(storageKey(registry));
  return helper === undefined || credential === undefined ? undefined : { credential, origin: helper.program };
}

function findIn(config: DockerConfigJson, registry: string, path: string): FoundCredential | undefined {
  const credential = findAuth(config, registry, path);
  return credential === undefined ? undefined : { credential, origin: path };
}

/** Sets or removes the entry of a registry in our own file, which only its owner can read. */
async function editOwnFile(path: string, registry: string, credential: Credential | undefined): Promise<void> {
  const { auths, ...rest } = (await readAuthFile(path))?.config ?? {};
  const kept = Object.entries(auths ?? {}).filter(([key]) => !isKeyFor(key, registry));
  if (credential === undefined && kept.length === Object.keys(auths ?? {}).length) return;
  const added = credential === undefined ? [] : [[storageKey(registry), encodeAuth(credential)] as const];
  const config = { ...rest, auths: Object.fromEntries([...kept, ...added]) };
  await assertReplaceable(path, 'credential file');
  await writeFileAtomically(path, encodeUtf8(JSON.stringify(config, undefined, 4)), { what: 'credential file' });
}
