// Which proxy a request goes through: HTTP_PROXY, HTTPS_PROXY and NO_PROXY with the rules that Go programs follow,
// because users of registries set these variables for them.

import { BlockList, isIP } from 'node:net';
import { quoteText } from '@nv2/base';
import { TransportError } from './errors.ts';

/** Environment variables, as process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL; `undefined` means a direct connection. Upper-case names win over lower-case ones. The host itself
 * (`localhost`, loopback addresses) is never reached through a proxy.
 *
 * @throws TransportError `TRANSPORT_PROXY_INVALID`, also for HTTP_PROXY inside a CGI program, where a client can set it
 */
export function findProxy(url: URL, env: Environment): URL | undefined {
  const isSecure = url.protocol === 'https:';
  const [upper, lower] = isSecure ? (['HTTPS_PROXY', 'https_proxy'] as const) : (['HTTP_PROXY', 'http_proxy'] as const);
  const name = (env[upper] ?? '') === '' ? lower : upper;
  const setting = env[name] ?? '';
  if (setting === '') return undefined;
  if (isDirect(url, firstSet(env, 'NO_PROXY', 'no_proxy'))) return undefined;
  if (!isSecure && (env['REQUEST_METHOD'] ?? '') !== '') {
    throw new TransportError(
      'TRANSPORT_PROXY_INVALID',
      `${name} is not used inside a CGI program, where any client can set it`,
    );
  }
  return parseProxy(setting, name);
}

function firstSet(env: Environment, ...names: readonly string[]): string {
  return names.map((name) => env[name] ?? '').find((value) => value !== '') ?? '';
}

/** `host:port` means `http://host:port`. The value can hold a password, so messages never show it. */
function parseProxy(setting: string, name: string): URL {
  const text = setting.includes('://') ? setting : `http://${setting}`;
  let proxy: URL;
  try {
    proxy = new URL(text);
  } catch {
    // The parser's message would repeat the value.
    throw new TransportError('TRANSPORT_PROXY_INVALID', `${name} is not a URL`);
  }
  if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  throw new TransportError(
    'TRANSPORT_PROXY_INVALID',
    `${name} has the scheme ${quoteText(proxy.protocol)}, expected http or https`,
  );
}

function isDirect(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (host === 'localhost' || isLoopback(host)) return true;
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry === '*' || isMatch(entry, host, port));
}

function isMatch(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry.includes('/')) return isInSubnet(entry, host);
  const { name, port: wantedPort } = splitPort(entry);
  if (name === '' || (wantedPort !== undefined && wantedPort !== port)) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isSameAddress(name, host);
  const domain = name.startsWith('*.') ? name.slice(1) : name;
  // `.example.com` means the names below it; `example.com` means itself and those.
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function splitPort(entry: string): { readonly name: string; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracketed !== null) return { name: bracketed[1] ?? '', port: bracketed[2] };
  if (isIP(entry) === 6) return { name: entry, port: undefined };
  const [name = '', port, ...more] = entry.split(':');
  return more.length > 0 ? { name: '', port: undefined } : { name, port };
}

function isLoopback(host: string): boolean {
  return isIP(host) !== 0 && (isInSubnet('127.0.0.0/8', host) || isSameAddress('::1', host));
}

function isSameAddress(a: string, b: string): boolean {
  const list = new BlockList();
  list.addAddress(a, family(a));
  return list.check(b, family(b));
}

function isInSubnet(entry: string, host: string): boolean {
  const [network = '', bits = '', ...more] = entry.split('/');
  const max = isIP(network) === 6 ? 128 : 32;
  if (isIP(network) === 0 || isIP(host) === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > max)
    return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return list.check(host, family(host));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
