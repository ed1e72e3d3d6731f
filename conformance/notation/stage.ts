// Where a row runs: a home of its own, a repository of its own in registries that all rows share.

import { chmod, chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { createRegistrySession } from '@nv2/registry-client';
import {
  fakeRegistry,
  type ListeningRegistry,
  listeningRegistry,
  pushArtifact,
  type TemporaryHome,
  temporaryHome,
  testImage,
} from '@nv2/testing';
import { listen } from '@nv2/transport';
import { bytesBody } from '@nv2/base';
import { type ContentStore, packManifest } from '@nv2/content';
import { digestOf, emptyJsonBytes, emptyJsonDescriptor } from '@nv2/oci';

import { type Authorities, openAuthorities } from './authorities.ts';
import { openPluginSite } from './plugin-site.ts';

/** The registries, by the name that stands for them in rows. */
export interface Registries extends AsyncDisposable {
  /** `localhost:PORT`, by name; and what rows know of the site with plugins. */
  readonly hosts: ReadonlyMap<string, string>;
  repository(registry: string, name: string): ContentStore;
  readonly authorities: Authorities;
}

export async function openRegistries(): Promise<Registries> {
  const plain = await listeningRegistry();
  const old = await listeningRegistry({ referrersApi: false });
  const guarded = await listenGuarded();
  const site = await openPluginSite();
  const authorities = await openAuthorities();
  const servers = new Map<string, ListeningRegistry>([
    ['registry', plain],
    ['old-registry', old],
  ]);
  const local = (host: string): string => host.replace('127.0.0.1', 'localhost');
  return {
    hosts: new Map([
      ...Array.from(servers, ([name, server]) => [name, local(server.host)] as const),
      ['auth-registry', local(guarded.host)] as const,
      ...site.names,
      ['tsa', authorities.tsa.url],
    ]),
    authorities,
    repository: (registry, name) => {
      const server = servers.get(registry);
      if (server === undefined) throw new Error(`rows push to registry and old-registry, not to ${registry}`);
      const session = createRegistrySession({
        transport: server.transport,
        userAgent: 'conformance',
        now: () => new Date('2026-01-01T00:00:00Z'),
        sleep: async () => undefined,
        random: () => 0,
      });
      return session.repository(server.host, name);
    },
    [Symbol.asyncDispose]: async () => {
      await plain[Symbol.asyncDispose]();
      await old[Symbol.asyncDispose]();
      await guarded.close();
      await site[Symbol.asyncDispose]();
      await authorities[Symbol.asyncDispose]();
    },
  };
}

/** A registry that asks for a user name and password. */
async function listenGuarded(): Promise<{ readonly host: string; readonly close: () => Promise<void> }> {
  const fake = fakeRegistry({ auth: { kind: 'basic', username: 'alice', password: 's3cret' } });
  const server = await listen(
    (request) =>
      fake.transport({ ...request, url: `https://${fake.host}${request.url.replace(/^https?:\/\/[^/]*/, '')}` }),
    { host: '127.0.0.1', port: 0 },
  );
  return { host: `127.0.0.1:${server.port}`, close: () => server.close() };
}

export interface Stage extends AsyncDisposable {
  readonly home: TemporaryHome;
  readonly work: string;
  /** Programs of the row. */
  readonly bin: string;
  /** What stands for what in the texts of the row. */
  readonly names: Map<string, string>;
  /** Replaces `{name}` by what it stands for; anything else in braces stays. */
  fill(text: string): string;
  /** A path as rows write it, absolute. */
  path(text: string): string;
  write(path: string, content: string | Uint8Array, mode?: number): Promise<string>;
  link(path: string, target: string): Promise<void>;
  readonly authorities: Authorities;
  pushImage(registry: string, tag: string): Promise<string>;
  /** @returns the digest of the signature manifest */
  pushSignature(registry: string, tag: string, envelope: string): Promise<string>;
}

let repositories = 0;

export async function openStage(registries: Registries): Promise<Stage> {
  const home = await temporaryHome();
  const [work, bin] = [join(home.path, 'work'), join(home.path, 'bin')];
  for (const path of [work, bin]) await mkdir(path);
  const { notationConfig, notationCache, notationLibexec } = home.directories;
  repositories += 1;
  const repo = `row-${repositories}`;
  const names = new Map<string, string>([
    ...registries.hosts,
    ['repo', repo],
    ['home', home.path],
    ['work', work],
    ['config', notationConfig],
    ['cache', notationCache],
    ['libexec', notationLibexec],
  ]);
  const fill = (text: string): string =>
    text.replaceAll(/\{([a-z][\w.-]*)\}/g, (all, name: string) => names.get(name) ?? all);
  const place = (text: string): string => (isAbsolute(fill(text)) ? fill(text) : join(work, fill(text)));
  return {
    home,
    work,
    bin,
    names,
    authorities: registries.authorities,
    fill,
    path: place,
    write: async (path, content, mode = 0o644) => {
      const target = place(path);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await writeFile(target, content, { mode });
      await chmod(target, mode);
      return target;
    },
    link: async (path, target) => {
      await mkdir(dirname(place(path)), { recursive: true, mode: 0o700 });
      await symlink(place(target), place(path));
    },
    pushImage: async (registry, tag) =>
      (await pushArtifact(registries.repository(registry, repo), testImage({ name: repo }), tag)).digest,
    pushSignature: (registry, tag, envelope) => pushSignature(registries.repository(registry, repo), tag, envelope),
    [Symbol.asyncDispose]: async () => {
      // A row may have taken its own rights away.
      await chmod(home.path, 0o700);
      await restoreModes(home.path);
      await rm(home.path, { recursive: true, force: true });
      await home[Symbol.asyncDispose]();
    },
  };
}

async function pushSignature(store: ContentStore, tag: string, envelope: string): Promise<string> {
  const subject = (await store.findManifest(tag))?.descriptor;
  if (subject === undefined) throw new Error(`nothing is called ${tag}`);
  const bytes = new TextEncoder().encode(envelope);
  const layer = { mediaType: 'application/jose+json', digest: digestOf(bytes), size: bytes.length };
  await store.pushBlob(layer, bytesBody(bytes));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  const manifest = packManifest({
    artifactType: 'application/vnd.cncf.notary.signature',
    config: emptyJsonDescriptor,
    layers: [layer],
    subject,
    annotations: {},
  });
  await store.pushManifest(manifest);
  return manifest.descriptor.digest;
}

async function restoreModes(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    await chmod(join(directory, entry.name), 0o700);
    await restoreModes(join(directory, entry.name));
  }
}

/** `nobody` on every system. */
export const nobody = 65_534;

/** Gives a tree to {@link nobody}; only the superuser can, and only the superuser needs to. */
export async function giveAway(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const entry of await readdir(path, { recursive: true })) await chown(join(path, entry), nobody, nobody);
  await chown(path, nobody, nobody);
}
