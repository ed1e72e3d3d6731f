// Sign-in of the fake registry: Basic, or tokens from a service on a host of its own.

import { bytesResponse, encodeBase64, encodeUtf8, findHeader, parseUtf8, type TransportResponse } from '@nv2/base';
import type { FakeAuth, FakeRequest } from './fake-registry-wire.ts';

/** Grants tokens and judges requests by them. */
export class FakeTokenService {
  readonly host: string;
  readonly #auth: FakeAuth;
  readonly #granted = new Map<string, ReadonlySet<string>>();

  constructor(auth: FakeAuth) {
    this.#auth = auth;
    this.host = auth.host ?? 'auth.test';
  }

  answer(request: FakeRequest): TransportResponse {
    const form = new URLSearchParams(request.method === 'POST' ? parseUtf8(request.body) : request.url.search);
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    const isKnown =
      request.method === 'POST'
        ? form.get('refresh_token') === this.#auth.identityToken
        : findHeader(request.headers, 'authorization') === this.#basic();
    const isAnonymous = request.method === 'GET' && findHeader(request.headers, 'authorization') === undefined;
    if (!isKnown && !(isAnonymous && this.#auth.allowsAnonymousPull === true)) return bytesResponse(401, []);
    const allowed = scopes.flatMap((scope) => {
      const resource = scope.slice(0, scope.lastIndexOf(':'));
      const actions = scope.slice(scope.lastIndexOf(':') + 1).split(',');
      return actions.filter((action) => isKnown || action === 'pull').map((action) => `${resource}:${action}`);
    });
    const token = `token-${this.#granted.size + 1}`;
    this.#granted.set(token, new Set(allowed));
    const body = { token, expires_in: this.#auth.expiresInSeconds ?? 300 };
    return bytesResponse(200, [['Content-Type', 'application/json']], encodeUtf8(JSON.stringify(body)));
  }

  findRefusal(request: FakeRequest): TransportResponse | undefined {
    const authorization = findHeader(request.headers, 'authorization');
    if (this.#auth.kind === 'basic') {
      return authorization === this.#basic()
        ? undefined
        : bytesResponse(401, [['WWW-Authenticate', 'Basic realm="fake"']]);
    }
    const wanted = neededScope(request);
    const granted = authorization === undefined ? undefined : this.#granted.get(authorization.replace(/^Bearer /, ''));
    if (granted !== undefined && wanted.every((scope) => granted.has(scope))) return undefined;
    const scope = wanted.length === 0 ? '' : `,scope="${wanted.join(' ')}"`;
    return bytesResponse(401, [
      ['WWW-Authenticate', `Bearer realm="https://${this.host}/token",service="fake"${scope}`],
    ]);
  }

  #basic(): string {
    return `Basic ${encodeBase64(encodeUtf8(`${this.#auth.username}:${this.#auth.password}`))}`;
  }
}

function neededScope({ method, url }: FakeRequest): readonly string[] {
  const [, name] = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(url.pathname) ?? [];
  if (name === undefined) return [];
  if (method === 'GET' || method === 'HEAD') return [`repository:${name}:pull`];
  return [`repository:${name}:${method === 'DELETE' ? 'delete' : 'push'}`];
}
