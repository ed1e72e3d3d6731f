// The composition root: the only file that builds concrete things (transport, registry session, directories, clock,
// randomness) and joins the edges. Everything is imported when it is first needed, so that `nv2 version` starts fast.

import { describeError, type PrivateKey, type Transport } from '@nv2/base';
import type { Config, ConfigEvent, Credential, Credentials, Secrets, VerificationKey } from '@nv2/config';
import type { ContentStore } from '@nv2/content';
import type { Timestamper } from '@nv2/notary';
import type { Reference } from '@nv2/oci';
import type { RemoteKey, RevocationChecker, RevocationEvent } from '@nv2/pki';
import type { RegistryEvent, RegistrySession } from '@nv2/registry-client';
import { createPluginManager, type PluginManager } from './compose/plugin-manager.ts';
import { describeRevocationEvent, lazyRevocationChecker } from './compose/revocation.ts';
import type { EnvelopeSigner, VerificationPlugins } from '@nv2/notary';
import type { PluginEvent, Plugins } from '@nv2/plugin';
import {
  lazyVerificationPlugins,
  openInstalledPlugins,
  openPluginKey,
  type PluginKey,
  pluginKeyOf,
  type PluginParts,
  type SigningPurpose,
} from './compose/plugins.ts';
import { CliError } from './errors.ts';
import { resolvePath } from './files.ts';
import type { Exchange } from './http-trace.ts';
import type { Io } from './io.ts';
import type { Redactor } from './redactor.ts';
import type {
  LoadedKey,
  RegistryAccess,
  RevocationChoice,
  RunningServer,
  ServeRegistryOptions,
  Services,
  TimestampAuthority,
} from './services.ts';
import { version } from './version.ts';

export interface ComposeOptions {
  readonly io: Io;
  readonly redactor: Redactor;
  readonly debug: (message: string) => void;
  readonly warn: (message: string) => void;
  /** Names the program in requests to registries. Default `nv2/<version>`. */
  readonly userAgent?: string;
  /** Told of each request and response. */
  readonly trace?: (exchange: Exchange) => void;
  /** Told first of what happens; true when it has said what there is to say. */
  readonly onEvent?: (event: ConfigEvent | RegistryEvent | RevocationEvent | PluginEvent) => boolean;
}

const askingServers: RevocationChoice = { isOffline: false };

export function compose(options: ComposeOptions): Services {
  return new LazyServices(options);
}

class LazyServices implements Services {
  readonly #options: ComposeOptions;
  readonly #sessions = new Map<RegistryAccess, Promise<RegistrySession>>();
  readonly #referrersModes = new Map<string, 'api' | 'tag'>();
  readonly #checkers = new Map<string, RevocationChecker>();
  readonly #closers: (() => void | Promise<void>)[] = [];
  #secrets: Promise<Secrets> | undefined;
  #config: Promise<Config> | undefined;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  get redactor(): Redactor {
    return this.#options.redactor;
  }

  secrets(): Promise<Secrets> {
    return (this.#secrets ??= this.#takeSecrets());
  }

  config(): Promise<Config> {
    return (this.#config ??= this.#openConfig());
  }

  async credentials(given?: { readonly registry: string; readonly credential: Credential }): Promise<Credentials> {
    const [{ dockerDirectory, openCredentials }, config] = await Promise.all([import('@nv2/config'), this.config()]);
    const { io } = this.#options;
    return openCredentials({
      directories: config.directories,
      settings: await config.readSettings(),
      dockerDirectory: dockerDirectory(io.env, io.homedir),
      env: io.env,
      platform: io.platform,
      signal: io.signal,
      onEvent: (event) => this.#tellConfigEvent(event),
      ...(given === undefined ? {} : { given }),
    });
  }

  async loadSigningKey(nameOrPath: string | undefined, chainPath?: string): Promise<LoadedKey> {
    const [{ loadSigningKey }, config] = await Promise.all([import('@nv2/config'), this.config()]);
    const list = await config.readSigningKeys();
    if (nameOrPath === undefined && list.default === undefined) {
      throw new CliError('CLI_NO_SIGNING_KEY', 'no key was named, and the key list has no default');
    }
    let found = chainPath;
    const key = await loadSigningKey(list, this.#nameOrPath(list, nameOrPath), {
      passphrase: () => this.#passphrase(),
      ...(chainPath === undefined ? {} : { chainPath: resolvePath(this.#options.io.cwd, chainPath) }),
      onEvent: (event) => {
        if (event.type === 'chain-found') found = event.chainPath;
        this.#tellConfigEvent(event);
      },
    });
    const name = nameOrPath ?? list.default;
    const entry = list.keys.find((candidate) => candidate.name === name);
    const keyPath = entry?.kind === 'local' ? entry.keyPath : name;
    return {
      ...key,
      ...(found === undefined ? {} : { chainPath: found }),
      ...(keyPath === undefined ? {} : { keyPath }),
    };
  }

  async findPluginKey(
    name: string | undefined,
    pluginConfig: Readonly<Record<string, string>>,
  ): Promise<PluginKey | undefined> {
    const { keys, default: standard } = await (await this.config()).readSigningKeys();
    const entry = keys.find((key) => key.name === (name ?? standard));
    return entry?.kind === 'plugin' ? pluginKeyOf(entry, pluginConfig) : undefined;
  }

  openPluginKey(key: PluginKey, purpose: SigningPurpose): Promise<RemoteKey | EnvelopeSigner> {
    return openPluginKey(key, purpose, this.#pluginParts());
  }

  plugins(): Promise<Plugins> {
    return openInstalledPlugins(this.#pluginParts());
  }

  verificationPlugins(pluginConfig: Readonly<Record<string, string>>): VerificationPlugins {
    return lazyVerificationPlugins(pluginConfig, this.#pluginParts());
  }

  #pluginParts(): PluginParts {
    const { io, debug, onEvent: tell } = this.#options;
    return {
      io,
      config: () => this.config(),
      onEvent: (event) => {
        if (tell?.(event) === true) return;
        debug(`plugin ${event.plugin}: ${event.command} ${event.type === 'plugin-asked' ? 'asked' : 'answered'}`);
      },
    };
  }

  async readVerificationKey(nameOrPath: string): Promise<VerificationKey> {
    const config = await this.config();
    const name = this.#nameOrPath(await config.readSigningKeys(), nameOrPath) ?? nameOrPath;
    return config.readVerificationKey(name, { passphrase: () => this.#passphrase() });
  }

  async readPrivateKey(path: string): Promise<PrivateKey> {
    const { readPrivateKey } = await import('@nv2/config');
    const { io } = this.#options;
    return readPrivateKey(resolvePath(io.cwd, path), path, {
      passphrase: () => this.#passphrase(),
      onEvent: (event) => this.#tellConfigEvent(event),
      signal: io.signal,
    });
  }

  async connect(
    { registry, repository }: Pick<Reference, 'registry' | 'repository'>,
    access: RegistryAccess,
  ): Promise<ContentStore> {
    return (await this.#session(access, registry)).repository(registry, repository);
  }

  referrersMode(name: string): 'api' | 'tag' | undefined {
    return this.#referrersModes.get(name);
  }

  async ping(registry: string, access: RegistryAccess): Promise<'anonymous' | 'authenticated'> {
    return (await this.#session(access, registry)).ping(registry, { signal: this.#options.io.signal });
  }

  async pluginManager(): Promise<PluginManager> {
    const { io, debug, userAgent = `nv2/${version}` } = this.#options;
    const { directories } = await this.config();
    return createPluginManager({
      io,
      libexec: resolvePath(io.cwd, directories.notationLibexec),
      userAgent,
      openTransport: async () => {
        const { createTransport } = await import('@nv2/transport');
        const transport = createTransport({ env: io.env });
        this.#closers.push(() => transport.close());
        return transport;
      },
      onEvent: (event) =>
        debug(`plugin ${event.plugin}: ${event.command} ${event.type === 'plugin-asked' ? 'asked' : 'answered'}`),
    });
  }

  revocation(choice: RevocationChoice = askingServers): RevocationChecker {
    const name = JSON.stringify(choice);
    const known = this.#checkers.get(name);
    if (known !== undefined) return known;
    const { io, trace, userAgent = `nv2/${version}` } = this.#options;
    const checker = lazyRevocationChecker(choice, {
      io,
      config: () => this.config(),
      userAgent,
      trace,
      tell: (event) => this.#tellRevocationEvent(event),
      tellConfig: (event) => this.#tellConfigEvent(event),
      onClose: (close) => void this.#closers.push(close),
    });
    this.#checkers.set(name, checker);
    return checker;
  }

  async timestamper(authority: TimestampAuthority): Promise<Timestamper> {
    const { openTimestamper } = await import('./compose/timestamper.ts');
    const { io, userAgent = `nv2/${version}` } = this.#options;
    return openTimestamper(authority, {
      io,
      userAgent,
      checkRevocation: this.revocation(),
      onClose: (close) => void this.#closers.push(close),
    });
  }

  async serveRegistry(options: ServeRegistryOptions): Promise<RunningServer> {
    const [{ createRegistry }, { listen }] = await Promise.all([
      import('@nv2/registry-server'),
      import('@nv2/transport'),
    ]);
    const { directory, referrersApi, host, port } = options;
    const registry = await createRegistry({
      directory,
      referrersApi,
      now: this.#options.io.now,
      log: (event) => this.#options.debug(`registry: ${JSON.stringify(event)}`),
    });
    const server = await listen(registry.handler, { host, port });
    const stop = async (): Promise<void> => {
      await server.close();
      await registry.close();
    };
    return { host: server.host, port: server.port, [Symbol.asyncDispose]: stop };
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }

  async #takeSecrets(): Promise<Secrets> {
    const { takeSecrets } = await import('@nv2/config');
    const secrets = takeSecrets(this.#options.io.env);
    for (const secret of [secrets.nv2.password, secrets.notation.password, secrets.keyPassphrase])
      this.redactor.hide(secret);
    return secrets;
  }

  async #openConfig(): Promise<Config> {
    await this.secrets();
    const { openConfig, resolveDirectories } = await import('@nv2/config');
    const { io } = this.#options;
    const directories = resolveDirectories(io.env, io.platform, io.homedir);
    return openConfig(directories, { onEvent: (event) => this.#tellConfigEvent(event) });
  }

  /** A name of the list stays a name; anything else is a path from where the command runs. */
  #nameOrPath(
    list: { readonly keys: readonly { readonly name: string }[] },
    given: string | undefined,
  ): string | undefined {
    const isPath = given !== undefined && !list.keys.some((key) => key.name === given);
    return isPath ? resolvePath(this.#options.io.cwd, given) : given;
  }

  async #passphrase(): Promise<string | undefined> {
    const { keyPassphrase } = await this.secrets();
    if (keyPassphrase !== undefined) return keyPassphrase;
    const answer = await this.#options.io.ask?.('Passphrase of the key: ', { secret: true });
    this.redactor.hide(answer);
    return answer;
  }

  #session(access: RegistryAccess, registry: string): Promise<RegistrySession> {
    const known = this.#sessions.get(access) ?? this.#openSession(access, registry);
    this.#sessions.set(access, known);
    return known;
  }

  async #openSession(access: RegistryAccess, registry: string): Promise<RegistrySession> {
    const { io, userAgent = `nv2/${version}` } = this.#options;
    const [{ createRegistrySession }, { nodeRuntime }, config] = await Promise.all([
      import('@nv2/registry-client'),
      import('@nv2/transport'),
      this.config(),
    ]);
    const { insecureRegistries } = await config.readSettings();
    const insecure = insecureRegistries.map((host) => host.toLowerCase());
    const { credential } = access;
    const credentials = await this.credentials(credential === undefined ? undefined : { registry, credential });
    // Someone who hands in an authority or a client certificate means TLS, on the loopback interface too.
    const wantsTls = access.caFile !== undefined || access.clientCertificate !== undefined;
    const { plainHttp } = access;
    return createRegistrySession({
      transport: await this.#openTransport(access, registry),
      userAgent,
      credentials: credentials.source,
      plainHttp: (host) => plainHttp ?? (insecure.includes(host.toLowerCase()) ? true : wantsTls ? false : undefined),
      forceReferrersTag: access.forceReferrersTag,
      onEvent: (event) => this.#tellRegistryEvent(event),
      ...nodeRuntime(),
      now: io.now,
    });
  }

  async #openTransport({ caFile, clientCertificate }: RegistryAccess, registry: string): Promise<Transport> {
    const { createTransport } = await import('@nv2/transport');
    const transport = createTransport({
      ...(caFile === undefined ? {} : { ca: caFile }),
      // A client certificate is shown to the registry that the command names, and to nobody it redirects to.
      ...(clientCertificate === undefined
        ? {}
        : { clientCertificate: { ...clientCertificate, origin: `https://${registry}` } }),
      env: this.#options.io.env,
    });
    this.#closers.push(() => transport.close());
    return transport;
  }

  #tellRegistryEvent(event: RegistryEvent): void {
    const { warn, debug, trace } = this.#options;
    if (this.#options.onEvent?.(event) === true) return;
    switch (event.kind) {
      case 'warning':
        return warn(`${event.registry} says: ${event.text}`);
      case 'outdated-referrers-kept':
        return warn(
          `an outdated list of referrers could not be removed from ${event.repository}; the registry may collect it later`,
        );
      case 'referrers-mode':
        this.#referrersModes.set(event.repository, event.mode);
        return debug(`${event.repository}: referrers by ${event.mode === 'api' ? 'the API' : 'the tag schema'}`);
      case 'retry':
        return debug(`retry ${event.attempt} at ${event.registry} in ${event.waitMs} ms: ${event.reason}`);
      case 'request':
      case 'response':
        return trace?.(event);
      default:
        return debug(`registry: ${JSON.stringify(event)}`);
    }
  }

  #tellRevocationEvent(event: RevocationEvent): void {
    if (this.#options.onEvent?.(event) === true) return;
    const text = describeRevocationEvent(event);
    if (text !== undefined) this.#options.debug(text);
  }

  #tellConfigEvent(event: ConfigEvent): void {
    const { warn, debug } = this.#options;
    if (this.#options.onEvent?.(event) === true) return;
    switch (event.type) {
      case 'secret-file-exposed':
        return warn(
          `${event.path} holds a secret and others can read it (mode ${event.mode.toString(8)}); chmod 600 keeps it private`,
        );
      case 'private-key-for-verification':
        return warn(`${event.path} is a private key; verifying needs only its certificate or public key`);
      case 'unusable-certificate-added':
        return warn(`${event.path} was added though no verification can use it: ${event.reason}`);
      case 'deprecated-policy-file-kept':
        return warn(`${event.path} has the old name and could not be removed; it is not used any more`);
      case 'store-directory-skipped':
        return warn(`${event.path} is a directory inside a trust store and is not read`);
      case 'chain-found':
        return debug(`certificate chain of ${event.keyPath}: ${event.chainPath}`);
      case 'cache-unavailable':
        return warn(`nothing can be kept in the ${event.cache.toUpperCase()} cache: ${describeError(event.cause)}`);
      case 'revocation-file-unusable':
        return warn(`${event.path} is neither a CRL nor an OCSP answer and is passed over: ${event.reason}`);
    }
  }
}
