// Under which names credentials of a registry are kept.

const dockerHub = 'https://index.docker.io/v1/';
const dockerHubHosts: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** The name under which credentials are stored: the host, and for Docker Hub the address of its first index, as Docker does. */
export function storageKey(registry: string): string {
  return dockerHubHosts.has(registry.toLowerCase()) ? dockerHub : registry;
}

/** Whether an entry of a credential file is for the registry. Old files have URLs as names; only their host counts. */
export function isKeyFor(key: string, registry: string): boolean {
  return canonicalHost(key) === canonicalHost(registry);
}

function canonicalHost(key: string): string {
  const host =
    key
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .split('/', 1)[0] ?? '';
  return dockerHubHosts.has(host) ? 'index.docker.io' : host;
}
