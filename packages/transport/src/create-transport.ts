// The Transport of real programs: node:http and node:https with keep-alive, TLS, client certificates and proxies.

import * as http from 'node:http';
import type { Transport } from '@nv2/base';
import { TransportError } from './errors.ts';
import { type Connection, exchange } from './exchange.ts';
import { limits } from './limits.ts';
import type { TransportOptions } from './options.ts';
import { findProxy } from './proxy-rules.ts';
import type { TlsProfiles } from './tls.ts';
import type { Timeouts } from './watchdog.ts';

/** A Transport that holds connections. */
export type ClosableTransport = Transport & {
  /** Closes idle connections and those in use. */
  close(): void;
};

/**
 * Makes a transport. Nothing of TLS or proxies is loaded before a request needs it.
 *
 * Its requests throw TransportError.
 */
export function createTransport(options: TransportOptions = {}): ClosableTransport {
  const timeouts = timeoutsOf(options);
  const { lookup } = options;
  const env = options.env ?? {};
  const agents = new Map<string, http.Agent>();
  let profiles: Promise<TlsProfiles> | undefined;

  async function connect(url: URL): Promise<Connection> {
    const proxy = findProxy(url, env);
    const via = proxy?.host;
    if (url.protocol === 'http:') {
      const agent = await agentFor('http', proxy, () => new http.Agent(agentOptions));
      return { request: http.request, agent, tls: {}, via, lookup };
    }
    profiles ??= import('./tls.ts').then(({ createTlsProfiles }) => createTlsProfiles(options, env));
    const [{ request, Agent }, profile] = await Promise.all([
      import('node:https'),
      profiles.then((all) => all.find(url, { isProxied: proxy !== undefined })),
    ]);
    const agent = await agentFor(`https ${profile.name}`, proxy, () => new Agent(agentOptions));
    return { request, agent, tls: profile.options, via, lookup };
  }

  async function agentFor(kind: string, proxy: URL | undefined, direct: () => http.Agent): Promise<http.Agent> {
    const key = `${kind} ${proxy?.href ?? ''}`;
    const known = agents.get(key);
    if (known !== undefined) return known;
    const tunnel = proxy === undefined ? undefined : (await import('./proxy.ts')).proxyAgent;
    const agent = proxy === undefined || tunnel === undefined ? direct() : tunnel(proxy, kind !== 'http', agentOptions);
    const first = agents.get(key) ?? agent;
    agents.set(key, first);
    return first;
  }

  async function transport(message: Parameters<Transport>[0]): ReturnType<Transport> {
    const url = parseUrl(message.url);
    return exchange(message, url, await connect(url), timeouts);
  }

  return Object.assign(transport, {
    close(): void {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  });
}

const agentOptions: http.AgentOptions = { keepAlive: true, scheduling: 'lifo' };

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TransportError('TRANSPORT_REQUEST_INVALID', 'a request needs an absolute http or https URL');
  }
  if (url.username === '' && url.password === '') return url;
  throw new TransportError('TRANSPORT_REQUEST_INVALID', `credentials do not belong into the URL of ${url.origin}`);
}

function timeoutsOf(options: TransportOptions): Timeouts {
  return {
    connectTimeoutMs: options.connectTimeoutMs ?? limits.connectTimeoutMs,
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? limits.firstByteTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs ?? limits.idleTimeoutMs,
    minBytesPerSecond: options.minBytesPerSecond ?? limits.minBytesPerSecond,
    rateWindowMs: options.rateWindowMs ?? limits.rateWindowMs,
  };
}
