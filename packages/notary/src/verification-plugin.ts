// The seam for verification plugins (docs/spec-map.md section 18.4): programs that a signer may demand to have a say. Who finds
// and runs them implements this; what their word is worth is decided by the checks.

import type { ExtendedAttribute, VerifiedEnvelope } from '@nv2/envelope';
import type { CertificateChain } from '@nv2/pki';

/** What a plugin can take over. Nothing else is its business (PLUG-50). */
export type VerificationCapability = 'trusted-identity' | 'revocation-check';

export interface PluginQuestion {
  readonly envelope: VerifiedEnvelope;
  readonly chain: CertificateChain;
  /** As the policy lists them; `*` where trust comes from a key or from certificates. */
  readonly trustedIdentities: readonly string[];
  /** What is asked, never empty (PLUG-41). */
  readonly capabilities: readonly VerificationCapability[];
  /** Critical attributes that nobody here knows; every key is text (PLUG-42). */
  readonly unprocessed: readonly ExtendedAttribute[];
  readonly signal?: AbortSignal;
}

export interface PluginOpinion {
  readonly success: boolean;
  /** Free text of the plugin. */
  readonly reason?: string;
}

export interface PluginAnswer {
  readonly opinions: ReadonlyMap<VerificationCapability, PluginOpinion>;
  /** Names of attributes that the plugin took into account. */
  readonly processed: ReadonlySet<string>;
}

/** A plugin that has said what it is. */
export interface VerificationPlugin {
  readonly name: string;
  /** As it says; a semantic version if it kept to the rules. */
  readonly version: string;
  /** Empty for a plugin that only signs. */
  readonly capabilities: readonly VerificationCapability[];
  /** @throws Nv2Error where there is no answer */
  ask(question: PluginQuestion): Promise<PluginAnswer>;
}

/** A plugin that is installed, and of which nothing has run. */
export interface InstalledPlugin {
  /** Asks it what it is, anew each time (PLUG-16). @throws Nv2Error */
  start(options: { readonly signal?: AbortSignal }): Promise<VerificationPlugin>;
}

export interface VerificationPlugins {
  /**
   * Looks for a plugin without running it. The name is a stranger's: an implementation checks it before it makes a path of it
   * (PLUG-04, OC-08).
   *
   * @throws Nv2Error for what is no name, is not installed or cannot be run
   */
  open(name: string): Promise<InstalledPlugin>;
}
