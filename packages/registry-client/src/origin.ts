// Where a registry lives, and which other places an answer of it may point to.

import { quoteText } from '@nv2/base';
import { isRegistryHost } from '@nv2/oci';
import { RegistryError } from './errors.ts';

/**
 * The origin of a registry. Plain HTTP only for this machine itself, or when asked for; a decision of the caller
 * always wins.
 *
 * @throws RegistryError `REGISTRY_REFUSED` when `registry` is not `host[:port]`
 */
export function registryOrigin(registry: string, plainHttp?: boolean): string {
  const host = registry.toLowerCase() === 'docker.io' ? 'registry-1.docker.io' : registry;
  // The grammar of references admits what no URL can hold: [2:1], 999.1.1.1, xn--a.
  if (!isRegistryHost(registry) || !URL.canParse(`http://${host}`)) {
    throw new RegistryError('REGISTRY_REFUSED', `${quoteText(registry)} is not a registry host`);
  }
  const isLocal = isLoopbackHost(new URL(`http://${host}`).hostname);
  return new URL(`${(plainHttp ?? isLocal) ? 'http' : 'https'}://${host}`).origin;
}

/** `localhost` and the loopback addresses, in the form `URL.hostname` gives. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Loopback, link-local, private, unspecified and mapped address literals: places only insiders reach. */
export function isInternalHost(hostname: string): boolean {
  // `localhost.` and `app.localhost` are names for this machine too.
  if (isLoopbackHost(hostname) || /(?:^|\.)localhost\.?$/.test(hostname)) return true;
  if (hostname.startsWith('[')) return /^\[(?:::|fe[89ab]|fec|fed|fee|fef|fc|fd|::ffff:|64:ff9b:)/.test(hostname);
  const octets = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(hostname);
  if (octets === null) return false;
  const [a, b] = [Number(octets[1]), Number(octets[2])];
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}

/**
 * Why a registry at `origin` may not send us to `target`; `undefined` when it may.
 *
 * http(s) only, no user information, never from https to http, and an internal address only if the registry itself is
 * that host (or both are this machine).
 */
export function findRefusal(origin: string, target: URL): string | undefined {
  const from = new URL(origin);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return `its scheme is ${quoteText(target.protocol)}`;
  if (target.username !== '' || target.password !== '') return 'it carries credentials';
  if (from.protocol === 'https:' && target.protocol !== 'https:') return 'it leaves https for plain http';
  const isSameHost = from.hostname === target.hostname;
  const isSameMachine = isLoopbackHost(from.hostname) && isLoopbackHost(target.hostname);
  if (isInternalHost(target.hostname) && !isSameHost && !isSameMachine) return 'it is an internal address';
  return undefined;
}

/** Resolves a URL that an answer carries; `undefined` when it is not one. */
export function findUrl(text: string, base: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    // Whatever the parser says about foreign text, the caller reports the text itself.
    return undefined;
  }
}

const openParameters = new Set(['digest', 'artifactType', 'n', 'last', 'from', 'mount', 'tag', 'service', 'scope']);

/** A URL for people: without credentials, and with the values of all but the protocol's own parameters hidden. */
export function redactUrl(url: URL): string {
  const query = [...url.searchParams].map(([name, value]) => {
    const shown = openParameters.has(name)
      ? encodeURIComponent(value).replace(/%3A/g, ':').replace(/%2F/g, '/')
      : '*****';
    return `${encodeURIComponent(name)}=${shown}`;
  });
  return `${url.origin}${url.pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
