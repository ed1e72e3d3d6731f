// What commands use of the world, as interfaces; compose.ts builds it.

import type { PrivateKey } from '@nv2/base';
import type { Config, Credential, Credentials, Secrets, VerificationKey } from '@nv2/config';
import type { ContentStore } from '@nv2/content';
import type { Reference } from '@nv2/oci';
import type { PluginManager } from './compose/plugin-manager.ts';
import type { EnvelopeSigner, Timestamper, VerificationPlugins } from '@nv2/notary';
import type { Certificate, RemoteKey, RevocationChecker, SigningKey } from '@nv2/pki';
import type { Plugins } from '@nv2/plugin';
import type { PluginKey, SigningPurpose } from './compose/plugins.ts';
import type { Redactor } from './redactor.ts';

/** How to reach one registry. */
export interface RegistryAccess {
  /** Given by flag or environment, for the one registry the command names (ADR 11). */
  readonly credential?: Credential;
  readonly plainHttp?: boolean;
  readonly caFile?: Uint8Array;
  readonly clientCertificate?: { readonly certificate: Uint8Array; readonly key: Uint8Array };
  readonly forceReferrersTag: boolean;
}

/** How it is found out whether certificates are revoked. */
export interface RevocationChoice {
  /** Nobody is asked: only caches and the user's files can answer. */
  readonly isOffline: boolean;
  /** CRLs and OCSP answers that the user has at hand; relative to the working directory. */
  readonly dataDirectory?: string | undefined;
  readonly ocspTimeoutMs?: number | undefined;
  readonly crlTimeoutMs?: number | undefined;
}

/** An authority that countersigns with the time. */
export interface TimestampAuthority {
  readonly url: string;
  /** What its chain must end in. */
  readonly root: Certificate;
}

/** What commands use of the world. */
export interface Services {
  readonly redactor: Redactor;
  /** Secrets of the environment; taken out of it before anything else is opened (ADR 11). */
  secrets(): Promise<Secrets>;
  config(): Promise<Config>;
  /** `given` is for the one registry it names. */
  credentials(given?: { readonly registry: string; readonly credential: Credential }): Promise<Credentials>;
  /** A configured name, else a path; `undefined` is the default key. */
  loadSigningKey(nameOrPath: string | undefined, chainPath?: string): Promise<LoadedKey>;
  /** The entry of the key list with that name, or the default one, where it lives in a plugin. */
  findPluginKey(
    name: string | undefined,
    pluginConfig: Readonly<Record<string, string>>,
  ): Promise<PluginKey | undefined>;
  /** Starts the plugin. */
  openPluginKey(key: PluginKey, purpose: SigningPurpose): Promise<RemoteKey | EnvelopeSigner>;
  /** What is installed. */
  plugins(): Promise<Plugins>;
  /** For signatures that demand one. Nothing is looked up before that. */
  verificationPlugins(pluginConfig: Readonly<Record<string, string>>): VerificationPlugins;
  /** The public key behind a configured name, else in a file. */
  readVerificationKey(nameOrPath: string): Promise<Pick<VerificationKey, 'spki' | 'fingerprint'>>;
  /** The private key in a file, whatever it is for. */
  readPrivateKey(path: string): Promise<PrivateKey>;
  /** A repository. Repositories reached the same way share tokens and what was learnt about their registry. */
  connect(reference: Pick<Reference, 'registry' | 'repository'>, access: RegistryAccess): Promise<ContentStore>;
  /** How the registry keeps referrers of `registry/repository`, once that is known. */
  referrersMode(name: string): 'api' | 'tag' | undefined;
  /** Whether a registry answers, and whether it took the credentials. */
  ping(registry: string, access: RegistryAccess): Promise<'anonymous' | 'authenticated'>;
  /** What is in the plugin directory, and what comes and goes there. */
  pluginManager(): Promise<PluginManager>;
  /** Asked about chains that are trusted. Default: responders and CRLs are asked over the network. */
  revocation(choice?: RevocationChoice): RevocationChecker;
  /** Asks an authority for time-stamps, and verifies what it answers. */
  timestamper(authority: TimestampAuthority): Promise<Timestamper>;
  serveRegistry(options: ServeRegistryOptions): Promise<RunningServer>;
  close(): Promise<void>;
}

export interface LoadedKey extends SigningKey {
  /** Where the chain was found, when it was looked for. */
  readonly chainPath?: string;
  /** The file of the key, as it was named or listed. */
  readonly keyPath?: string;
}

export interface ServeRegistryOptions {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly referrersApi: boolean;
}

export interface RunningServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}
