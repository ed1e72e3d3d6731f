// A token service in front of a registry, on the same host: a challenge, a token for the right password, a registry that wants the token.

import { bytesResponse, encodeUtf8, findHeader } from '@nv2/base';
import { secrets } from './refusals.ts';
import type { Interceptor, StoryRegistry } from './story-registry.ts';

export interface BearerOptions {
  /** What happens to requests that were let in. Default: the registry answers. */
  readonly inside?: Interceptor;
  /** Milliseconds before every answer. */
  readonly delayMs?: number;
}

/** User `ci` with {@link secrets.password} gets a token; without one nothing is answered. */
export function requireBearer(registry: StoryRegistry, options: BearerOptions = {}): void {
  const { delayMs = 0, inside = (request, answer) => answer(request) } = options;
  const basic = `Basic ${Buffer.from(`ci:${secrets.password}`).toString('base64')}`;
  registry.intercept(async (request, answer) => {
    await pause(delayMs);
    const authorization = findHeader(request.headers, 'authorization');
    if (request.url.startsWith('/token')) {
      if (authorization !== basic) return bytesResponse(401, [['Content-Length', '0']]);
      const body = encodeUtf8(JSON.stringify({ token: secrets.token, expires_in: 300 }));
      return bytesResponse(
        200,
        [
          ['Content-Type', 'application/json'],
          ['Content-Length', `${body.length}`],
        ],
        body,
      );
    }
    if (authorization === `Bearer ${secrets.token}`) return inside(request, answer);
    const scope = `repository:${/^\/v2\/(.+?)\/(?:manifests|blobs|referrers|tags)\//.exec(request.url)?.[1] ?? ''}:pull`;
    const challenge = `Bearer realm="http://${registry.host}/token",service="stories",scope="${scope}"`;
    return bytesResponse(401, [
      ['WWW-Authenticate', challenge],
      ['Content-Length', '0'],
    ]);
  });
}

export function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
