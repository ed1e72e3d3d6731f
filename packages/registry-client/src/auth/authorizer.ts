// Answers a registry's challenges and remembers the answers: one scheme for each registry, tokens by scopes.

import { findHeaders, type TransportResponse } from '@nv2/base';
import { limits } from '../limits.ts';
import { type RegistryRuntime, waitFor } from '../runtime.ts';
import { parseChallenges } from './challenge.ts';
import { type CredentialSource, encodeBasic, type RegistryCredentials } from './credentials.ts';
import { coversScopes, mergeScopes } from './scopes.ts';
import { fetchToken, parseTokenService, type Token, type TokenSender, type TokenService } from './token.ts';

type Scheme = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly service: TokenService };

interface CachedToken {
  readonly scopes: readonly string[];
  readonly token: Promise<Token>;
  /** Set when the token arrived. */
  arrived?: Token;
}

export interface AuthorizerOptions {
  /** `host[:port]` as the user names it: what credentials are filed under. */
  readonly registry: string;
  readonly origin: string;
  readonly credentials: CredentialSource;
  readonly send: TokenSender;
  readonly runtime: RegistryRuntime;
}

/** Authorization for one registry. Concurrent requests for the same scopes share one token fetch. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  #scheme: Scheme | undefined;
  #credentials: Promise<RegistryCredentials> | undefined;
  #hasCredentials = false;
  #announced: readonly string[] = [];
  #tokens: readonly CachedToken[] = [];

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** Scopes that later requests will need, so that the first token serves them all. */
  announce(scopes: readonly string[]): void {
    this.#announced = mergeScopes([...this.#announced, ...scopes]);
  }

  /** Whether the registry asked for credentials and was given some that are not anonymous. */
  get isSignedIn(): boolean {
    return this.#scheme !== undefined && this.#hasCredentials;
  }

  /** The Authorization value for a request with these scopes; `undefined` while the registry has not asked. */
  async find(scopes: readonly string[], signal: AbortSignal | undefined): Promise<string | undefined> {
    if (this.#scheme === undefined) return undefined;
    return this.#authorization(this.#scheme, mergeScopes([...this.#announced, ...scopes]), signal);
  }

  /**
   * The Authorization value that answers a 401; `undefined` when there is nothing (better) to say.
   *
   * @throws RegistryError for a malformed challenge, a refused realm, a failing token service
   */
  async answer(
    response: TransportResponse,
    scopes: readonly string[],
    refused: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const challenges = parseChallenges(findHeaders(response.headers, 'www-authenticate'));
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (refused !== undefined) this.#forget(refused);
    if (bearer !== undefined) {
      const scheme: Scheme = { kind: 'bearer', service: parseTokenService(bearer, this.#options.origin) };
      this.#scheme = scheme;
      const challenged = (bearer.parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
      const wanted = mergeScopes([...this.#announced, ...scopes, ...challenged]);
      return unlessEqual(await this.#authorization(scheme, wanted, signal), refused);
    }
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
    const scheme: Scheme = { kind: 'basic' };
    const authorization = unlessEqual(await this.#authorization(scheme, [], signal), refused);
    if (authorization !== undefined) this.#scheme = scheme;
    return authorization;
  }

  async #authorization(
    scheme: Scheme,
    scopes: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    this.#credentials ??= this.#options.credentials(this.#options.registry);
    const credentials = await waitFor(this.#credentials, signal);
    this.#hasCredentials = credentials.kind !== 'anonymous';
    if (scheme.kind === 'basic') {
      return credentials.kind === 'basic' ? encodeBasic(credentials.username, credentials.password) : undefined;
    }
    const { value } = await waitFor(this.#token(scheme.service, scopes, credentials), signal);
    return `Bearer ${value}`;
  }

  #token(service: TokenService, scopes: readonly string[], credentials: RegistryCredentials): Promise<Token> {
    const now = this.#options.runtime.now();
    const isUsable = (entry: CachedToken): boolean => entry.arrived === undefined || entry.arrived.expiresAt > now;
    this.#tokens = this.#tokens.filter(isUsable);
    const known = this.#tokens.find((entry) => coversScopes(entry.scopes, scopes));
    if (known !== undefined) return known.token;
    const token = fetchToken(service, { scopes, credentials, send: this.#options.send, now });
    const entry: CachedToken = { scopes, token };
    this.#tokens = [...this.#tokens.slice(1 - limits.maxTokens), entry];
    token.then(
      (arrived) => {
        entry.arrived = arrived;
      },
      () => {
        // Whoever awaits the token hears of the failure; here it only must not be remembered.
        this.#tokens = this.#tokens.filter((other) => other !== entry);
      },
    );
    return token;
  }

  /** Drops the very token that was refused; one fetched meanwhile by another request stays. */
  #forget(authorization: string): void {
    this.#tokens = this.#tokens.filter((entry) => `Bearer ${entry.arrived?.value}` !== authorization);
  }
}

function unlessEqual(value: string | undefined, refused: string | undefined): string | undefined {
  return value === refused ? undefined : value;
}
