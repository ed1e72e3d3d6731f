// Where a command runs in tests: a home and a working directory of its own, keys, and a registry with images.

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRegistrySession } from '@nv2/registry-client';
import {
  type ListeningRegistry,
  listeningRegistry,
  mintChain,
  type MintChainOptions,
  pushArtifact,
  type TemporaryHome,
  type TestChain,
  temporaryHome,
  testImage,
} from '@nv2/testing';
import type { ContentStore } from '@nv2/content';

export interface Stage extends AsyncDisposable {
  readonly home: TemporaryHome;
  /** Working directory of commands. */
  readonly work: string;
  /** `localhost:PORT`. */
  readonly registry: string;
  /** The same registry, in process. */
  repository(name: string): ContentStore;
  /** Pushes the image called `name` as `name:tag` and returns its digest. */
  image(name: string, tag: string): Promise<string>;
  /** Writes NAME.key, NAME.crt (the chain) and NAME-root.crt into the working directory. */
  key(name: string, options?: MintChainOptions): Promise<TestChain>;
  write(path: string, content: string | Uint8Array, mode?: number): Promise<string>;
}

export interface StageOptions {
  readonly referrersApi?: boolean;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const home = await temporaryHome();
  const server: ListeningRegistry = await listeningRegistry(options);
  const work = join(home.path, 'work');
  await mkdir(work);
  const session = createRegistrySession({
    transport: server.transport,
    userAgent: 'test',
    now: () => new Date('2026-01-01T00:00:00Z'),
    sleep: async () => undefined,
    random: () => 0,
  });
  const write = async (path: string, content: string | Uint8Array, mode = 0o644): Promise<string> => {
    const target = join(work, path);
    await writeFile(target, content, { mode });
    await chmod(target, mode);
    return target;
  };
  let keyIndex = 20;
  const stage: Stage = {
    home,
    work,
    registry: server.host.replace('127.0.0.1', 'localhost'),
    repository: (name) => session.repository(server.host, name),
    image: async (name, tag) => (await pushArtifact(stage.repository(name), testImage({ name }), tag)).digest,
    key: async (name, mint = {}) => {
      keyIndex += 1;
      const subject = `C=US,ST=WA,O=Wabbit Networks,CN=${name}`;
      const chain = await mintChain({ subject, keyIndex, ...mint });
      await write(`${name}.key`, chain.key.pkcs8Pem, 0o600);
      await write(`${name}.crt`, chain.pem);
      await write(`${name}-root.crt`, chain.pem.slice(chain.pem.lastIndexOf('-----BEGIN')));
      return chain;
    },
    write,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
  return stage;
}
