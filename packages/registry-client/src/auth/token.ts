// The token service (Docker registry token specification; OAuth 2 for identity tokens).

import {
  bytesBody,
  encodeUtf8,
  findHeader,
  type HeaderFields,
  parseJson,
  parseObject,
  parseOptional,
  parseSize,
  parseString,
  quoteText,
  type TransportResponse,
} from '@nv2/base';
import { RegistryError } from '../errors.ts';
import { readBounded, responseError } from '../http/failure.ts';
import { limits } from '../limits.ts';
import { findRefusal, findUrl, redactUrl } from '../origin.ts';
import type { Challenge } from './challenge.ts';
import { encodeBasic, type RegistryCredentials } from './credentials.ts';

/** Where a Bearer challenge says tokens come from. */
export interface TokenService {
  readonly realm: URL;
  readonly service: string | undefined;
}

export interface Token {
  readonly value: string;
  readonly expiresAt: Date;
}

/** Sends one request of the token exchange; retries and traces it, never follows a redirect. */
export type TokenSender = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderFields;
  readonly body?: ReturnType<typeof bytesBody>;
}) => Promise<TransportResponse>;

/**
 * The token service of a Bearer challenge, once it is one that may see this registry's credentials.
 *
 * @throws RegistryError `REGISTRY_RESPONSE_INVALID` without a realm, `REGISTRY_REALM_REFUSED`
 */
export function parseTokenService(challenge: Challenge, origin: string): TokenService {
  const text = challenge.parameters.get('realm');
  const realm = text === undefined ? undefined : findUrl(text, new URL('invalid:'));
  if (text === undefined || realm === undefined) {
    const found = text === undefined ? 'nothing' : quoteText(text);
    throw new RegistryError(
      'REGISTRY_RESPONSE_INVALID',
      `signing in to ${origin}: expected the URL of a token service, found ${found}`,
    );
  }
  const refusal = findRefusal(origin, realm);
  if (refusal !== undefined) {
    const shown = quoteText(realm.host === '' ? text : redactUrl(realm));
    throw new RegistryError(
      'REGISTRY_REALM_REFUSED',
      `signing in to ${origin}: token service ${shown} is refused: ${refusal}`,
    );
  }
  realm.hash = '';
  return { realm, service: challenge.parameters.get('service') };
}

/**
 * Exchanges credentials for a token: GET with Basic or nothing, POST for an identity token.
 *
 * @throws RegistryError `REGISTRY_UNAUTHORIZED` and the other codes of a failed answer, `REGISTRY_RESPONSE_INVALID`
 */
export async function fetchToken(
  tokenService: TokenService,
  request: {
    readonly scopes: readonly string[];
    readonly credentials: RegistryCredentials;
    readonly send: TokenSender;
    readonly now: Date;
  },
): Promise<Token> {
  const doing = `fetching a token from ${tokenService.realm.host}`;
  const { credentials } = request;
  const response =
    credentials.kind === 'identity-token'
      ? await postForm(tokenService, request.scopes, credentials.token, request.send)
      : await getToken(tokenService, request.scopes, credentials, request.send);
  if (response.status >= 300 && response.status < 400) {
    response.discard();
    throw new RegistryError('REGISTRY_REALM_REFUSED', `${doing}: it redirects, and credentials do not follow`);
  }
  if (response.status !== 200) throw await responseError({ ...response, scopes: request.scopes }, doing);
  return parseToken(await readBounded(response, limits.maxTokenResponseBytes, doing), response, request.now, doing);
}

function getToken(
  { realm, service }: TokenService,
  scopes: readonly string[],
  credentials: Exclude<RegistryCredentials, { kind: 'identity-token' }>,
  send: TokenSender,
): Promise<TransportResponse> {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization: HeaderFields =
    credentials.kind === 'basic' ? [['Authorization', encodeBasic(credentials.username, credentials.password)]] : [];
  return send({ method: 'GET', url, headers: [['Accept', 'application/json'], ...authorization] });
}

function postForm(
  { realm, service }: TokenService,
  scopes: readonly string[],
  identityToken: string,
  send: TokenSender,
): Promise<TransportResponse> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'nv2', refresh_token: identityToken });
  if (service !== undefined) form.set('service', service);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  return send({
    method: 'POST',
    url: realm,
    headers: [
      ['Accept', 'application/json'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body: bytesBody(encodeUtf8(form.toString())),
  });
}

function parseToken(bytes: Uint8Array, response: TransportResponse, now: Date, doing: string): Token {
  try {
    const document = parseObject(parseJson(bytes, { maxBytes: limits.maxTokenResponseBytes, maxDepth: 16 }), '$');
    const token = parseOptional(document['token'], '$.token', parseString);
    const value = token === undefined || token === '' ? parseString(document['access_token'], '$.access_token') : token;
    if (value.length > limits.maxTokenChars || !/^[\x21-\x7e]+$/.test(value)) {
      throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: the token cannot be sent in a header`);
    }
    const seconds = parseOptional(document['expires_in'], '$.expires_in', parseSize) ?? limits.defaultTokenSeconds;
    const lifeSeconds = Math.min(seconds, 86_400) - Math.min(limits.tokenMarginSeconds, seconds / 2);
    return { value, expiresAt: new Date(now.getTime() + lifeSeconds * 1000) };
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause;
    const type = quoteText(findHeader(response.headers, 'content-type') ?? 'no content type');
    throw new RegistryError('REGISTRY_RESPONSE_INVALID', `${doing}: expected a token as JSON, found ${type}`, {
      cause,
    });
  }
}
