// What a route is, and how a path finds one.

import type { TransportRequest, TransportResponse } from '@nv2/base';
import type { Target } from '../http/target.ts';
import type { Services } from '../services.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteContext {
  readonly services: Services;
  readonly request: TransportRequest;
  readonly method: Method;
  readonly query: Target['query'];
  /** What stood for `*`: the repository name, not yet checked. Empty where the path has none. */
  readonly repository: string;
  /** What stood for `:`. Empty where the path has none. */
  readonly parameter: string;
}

export type RouteHandler = (context: RouteContext) => TransportResponse | Promise<TransportResponse>;

export interface Route {
  readonly name: string;
  /** `*` stands for a repository name of any number of segments, `:` for one segment, which may be empty. */
  readonly path: string;
  /** GET answers HEAD as well; the body is dropped after the handler. */
  readonly methods: Readonly<Partial<Record<Exclude<Method, 'HEAD'>, RouteHandler>>>;
  /** Switched off: as if the path did not exist. */
  readonly isEnabled?: (services: Services) => boolean;
}

export interface RouteMatch {
  readonly route: Route;
  readonly repository: string;
  readonly parameter: string;
}

/**
 * A25: repository names contain slashes and may contain the fixed words, so a path is compared from the right.
 *
 * @returns a function from a decoded path to its route
 */
export function createRouter(routes: readonly Route[]): (path: string) => RouteMatch | undefined {
  const compiled = routes.map((route) => ({ route, words: route.path.split('/').toReversed() }));
  return (path) => {
    const segments = path.split('/');
    for (const { route, words } of compiled) {
      const match = matchFromRight(words, segments);
      if (match !== undefined) return { route, ...match };
    }
    return undefined;
  };
}

function matchFromRight(words: readonly string[], segments: readonly string[]): Omit<RouteMatch, 'route'> | undefined {
  let parameter = '';
  for (const [index, word] of words.entries()) {
    const segment = segments[segments.length - 1 - index];
    if (word === '*') return matchRepository(words.length - index - 1, segments, index, parameter);
    if (segment === undefined || (word !== ':' && word !== segment)) return undefined;
    if (word === ':') parameter = segment;
  }
  return words.length === segments.length ? { repository: '', parameter } : undefined;
}

/** All routes with a repository begin with /v2/, two segments; the name is what lies between. */
function matchRepository(
  before: number,
  segments: readonly string[],
  after: number,
  parameter: string,
): Omit<RouteMatch, 'route'> | undefined {
  const end = segments.length - after;
  if (end <= before || segments[0] !== '' || segments[1] !== 'v2') return undefined;
  return { repository: segments.slice(before, end).join('/'), parameter };
}
