// A registry in a directory of its own, and a terse client for tests that speak HTTP words.

import {
  type BodySource,
  bytesBody,
  encodeUtf8,
  findHeader,
  type HeaderFields,
  type HashName,
  parseUtf8,
  readAll,
  type Transport,
} from '@nv2/base';
import { type Digest, digestOf, mediaTypes } from '@nv2/oci';
import { createRegistry, type RegistryEvent, type RegistryOptions } from '@nv2/registry-server';
import { temporaryDirectory } from '@nv2/testing';

export interface Reply {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly bytes: Uint8Array;
  readonly text: string;
  header(name: string): string | undefined;
  json(): unknown;
  /** Protocol codes of an error body. */
  codes(): readonly string[];
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | BodySource | string;
}

export type Send = (method: string, url: string, options?: SendOptions) => Promise<Reply>;

export interface TestBed extends AsyncDisposable {
  readonly directory: string;
  readonly send: Send;
  readonly handler: Transport;
  readonly events: RegistryEvent[];
  /** Closes the registry and opens another one over the same directory. */
  restart(options?: Partial<RegistryOptions>): Promise<void>;
}

export async function testBed(options: Partial<RegistryOptions> = {}): Promise<TestBed> {
  const temporary = await temporaryDirectory();
  const events: RegistryEvent[] = [];
  const base: RegistryOptions = {
    directory: temporary.path,
    durability: 'off',
    now: () => new Date('2026-01-01T00:00:00Z'),
    log: (event) => void events.push(event),
    ...options,
  };
  let registry = await createRegistry(base);
  return {
    directory: base.directory,
    events,
    handler: (request) => registry.handler(request),
    send: (method, url, request) => sendTo((sent) => registry.handler(sent), method, url, request),
    restart: async (changes = {}) => {
      await registry.close();
      registry = await createRegistry({ ...base, ...changes });
    },
    [Symbol.asyncDispose]: async () => {
      await registry.close();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

export async function sendTo(
  handler: Transport,
  method: string,
  url: string,
  { headers = {}, body }: SendOptions = {},
): Promise<Reply> {
  const source =
    typeof body === 'string' ? bytesBody(encodeUtf8(body)) : body instanceof Uint8Array ? bytesBody(body) : body;
  const response = await handler({
    method,
    url,
    headers: Object.entries(headers),
    ...(source ? { body: source } : {}),
  });
  const bytes = await readAll(response.body, 64 * 1024 * 1024);
  const text = (): string => parseUtf8(bytes);
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    get text() {
      return text();
    },
    header: (name) => findHeader(response.headers, name),
    json: () => JSON.parse(text()) as unknown,
    codes: () => (JSON.parse(text()) as { errors: { code: string }[] }).errors.map(({ code }) => code),
  };
}

/** A body of unknown length, as a client streams it. */
export function streamed(...chunks: readonly Uint8Array[]): BodySource {
  return {
    async *open() {
      yield* chunks;
    },
  };
}

export const emptyConfig: Uint8Array = encodeUtf8('{}');
export const emptyConfigDescriptor = { mediaType: mediaTypes.emptyJson, digest: digestOf(emptyConfig), size: 2 };

export async function pushBlob(
  send: Send,
  repository: string,
  bytes: Uint8Array,
  algorithm: HashName = 'sha256',
): Promise<Digest> {
  const digest = digestOf(bytes, algorithm);
  const reply = await send('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: bytes });
  if (reply.status !== 201) throw new Error(`pushing a blob: ${reply.status} ${reply.text}`);
  return digest;
}

export interface TestDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly [member: string]: unknown;
}

export function imageBytes(members: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const image = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: emptyConfigDescriptor,
    layers: [],
    ...members,
  };
  return encodeUtf8(JSON.stringify(image));
}

export function indexBytes(
  manifests: readonly TestDescriptor[],
  members: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  return encodeUtf8(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests, ...members }));
}

export function describeBytes(
  bytes: Uint8Array,
  mediaType: string = mediaTypes.ociManifest,
  algorithm: HashName = 'sha256',
): TestDescriptor {
  return { mediaType, digest: digestOf(bytes, algorithm), size: bytes.length };
}

export function putManifest(
  send: Send,
  repository: string,
  reference: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return send('PUT', `/v2/${repository}/manifests/${reference}`, { body: bytes, headers });
}

/** Pushes an image with an empty config under a tag or its digest. */
export async function pushImage(
  send: Send,
  repository: string,
  reference: string | undefined,
  members: Readonly<Record<string, unknown>> = {},
): Promise<TestDescriptor> {
  await pushBlob(send, repository, emptyConfig);
  const bytes = imageBytes(members);
  const reply = await putManifest(send, repository, reference ?? digestOf(bytes), bytes);
  if (reply.status !== 201) throw new Error(`pushing an image: ${reply.status} ${reply.text}`);
  return describeBytes(bytes);
}
