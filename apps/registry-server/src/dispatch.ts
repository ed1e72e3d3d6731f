// From a request to a route to an answer that any client understands.

import {
  encodeHex,
  findHeader,
  isNv2Error,
  type HeaderFields,
  quoteText,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '@nv2/base';
import { ServerError } from './errors.ts';
import { withoutBody } from './http/answer.ts';
import { corsHeaders, preflightAnswer } from './http/cors.ts';
import { isDefect, toProblem } from './http/problem.ts';
import { parseTarget } from './http/target.ts';
import { createRouter, type Method, type Route, type RouteHandler } from './routes/route.ts';
import type { Settings } from './options.ts';
import type { Services } from './services.ts';

/** @returns the handler. It never rejects: whatever happens becomes an answer. */
export function createDispatcher(services: Services, routes: readonly Route[]): Transport {
  const { settings } = services;
  const findRoute = createRouter(routes.filter((route) => route.isEnabled?.(services) ?? true));
  const newRequestId = createRequestIds(settings.random);

  const answer = async (request: TransportRequest): Promise<TransportResponse> => {
    const { path, query } = parseTarget(request.url);
    const match = findRoute(path);
    if (match === undefined) throw new ServerError('SERVER_ROUTE_UNKNOWN', `nothing answers at ${quoteText(path)}`);
    const { route, repository, parameter } = match;
    if (request.method === 'OPTIONS' && settings.allowedOrigins.length > 0) return preflightAnswer(route);
    const method = toMethod(request.method);
    const handler = findHandler(route, method);
    if (method === undefined || handler === undefined) throw unsupported(request.method, route);
    return handler({ services, request, method, query, repository, parameter });
  };
  return async (request) => {
    const requestId = findRequestId(request.headers) ?? newRequestId();
    const startedAt = settings.log === undefined ? 0 : settings.now().getTime();
    let failure: { readonly error: unknown } | undefined;
    let response: TransportResponse;
    try {
      response = await answer(request);
    } catch (error) {
      failure = { error };
      response = toProblem(error, requestId, request.method === 'GET' || request.method === 'HEAD');
    }
    if (settings.log !== undefined)
      report(settings, { request, requestId, startedAt, status: response.status, failure });
    const headers: HeaderFields = [
      ...response.headers,
      // C7: old Docker clients look for it.
      ['Docker-Distribution-Api-Version', 'registry/2.0'],
      ['Server', 'nv2'],
      ['X-Request-Id', requestId],
      ...corsHeaders(request.headers, settings.allowedOrigins),
    ];
    return { ...(request.method === 'HEAD' ? withoutBody(response) : response), headers };
  };
}

interface Completed {
  readonly request: TransportRequest;
  readonly requestId: string;
  readonly startedAt: number;
  readonly status: number;
  readonly failure: { readonly error: unknown } | undefined;
}

function report({ log, now }: Settings, { request, requestId, startedAt, status, failure }: Completed): void {
  if (failure !== undefined && isDefect(failure.error)) log?.({ kind: 'failure', requestId, error: failure.error });
  const { method, url: target } = request;
  const durationMs = now().getTime() - startedAt;
  const error = failure && { error: isNv2Error(failure.error) ? failure.error.code : 'UNKNOWN' };
  log?.({ kind: 'request', requestId, method, target, status, durationMs, ...error });
}

const methods: ReadonlySet<string> = new Set<Method>(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

function toMethod(text: string): Method | undefined {
  // The set holds exactly the members of the union.
  return methods.has(text) ? (text as Method) : undefined;
}

function findHandler({ methods }: Route, method: Method | undefined): RouteHandler | undefined {
  return method === undefined ? undefined : methods[method === 'HEAD' ? 'GET' : method];
}

function unsupported(method: string, { methods }: Route): ServerError {
  const allowed = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  return new ServerError('SERVER_METHOD_UNSUPPORTED', `method ${quoteText(method, 20)} is not supported here`, {
    headers: [['Allow', allowed.join(', ')]],
  });
}

/** C20: the client's own id if it is short and plain, so that logs on both sides can be joined. */
function findRequestId(headers: HeaderFields): string | undefined {
  const id = findHeader(headers, 'x-request-id');
  return id !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : undefined;
}

/** Unique across restarts by a random beginning, and cheap by counting. */
function createRequestIds(random: (length: number) => Uint8Array): () => string {
  const prefix = encodeHex(random(6));
  let count = 0;
  return () => `${prefix}-${(count += 1)}`;
}
