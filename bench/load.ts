// The load generator: a bounded number of requests at a time on kept connections of the loopback interface, for a bounded
// time. Started by registry.ts as a process of its own; prints how many good answers there were.

import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';

export interface LoadPlan {
  readonly kind: 'fill' | 'manifest' | 'referrers' | 'push';
  readonly port: number;
  /** Whether the registry makes listings itself; otherwise the index of the tag schema is stored for it. */
  readonly hasReferrers: boolean;
  /** How many manifests `fill` stores. */
  readonly manifests: number;
  readonly seconds: number;
  /** Makes pushes of different rounds differ. */
  readonly round?: number;
}

const connections = 8;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 };
const subject = { mediaType: manifestType, digest: digestOf(manifest('subject')), size: manifest('subject').length };

interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Runs one plan. */
export async function runLoad(plan: LoadPlan): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  if (plan.kind === 'fill') await prepare(plan, agent);
  const until = Date.now() + plan.seconds * 1000;
  const limit = plan.kind === 'fill' ? plan.manifests : Number.POSITIVE_INFINITY;
  let sent = 0;
  let good = 0;
  const work = async (): Promise<void> => {
    while (sent < limit && Date.now() < until) {
      const number = sent++;
      const status = await send(messageFor(plan, number), plan.port, agent);
      if (status !== 200 && status !== 201) throw new Error(`request ${number} was answered with ${status}`);
      good += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  process.stdout.write(String(good));
}

async function prepare({ port, hasReferrers }: LoadPlan, agent: Agent): Promise<void> {
  const start = await exchange(
    { method: 'POST', path: '/v2/bench/blobs/uploads/', headers: { 'Content-Length': '0' } },
    port,
    agent,
  );
  const location = new URL(start.headers.location ?? '', `http://127.0.0.1:${port}`);
  location.searchParams.set('digest', empty.digest);
  await send({ method: 'PUT', path: location.pathname + location.search, body: '{}' }, port, agent);
  await send(put(manifest('subject')), port, agent);
  const referrers = Array.from({ length: 10 }, (_, number) => manifest(`referrer ${number}`, { subject }));
  for (const body of referrers) await send(put(body), port, agent);
  if (hasReferrers) return;
  const manifests = referrers.map((body) => ({ mediaType: manifestType, digest: digestOf(body), size: body.length }));
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
  await send(put(index, subject.digest.replace(':', '-'), indexType), port, agent);
}

function messageFor({ kind, hasReferrers, manifests, round = 0 }: LoadPlan, number: number): Message {
  const headers = { Accept: `${manifestType}, ${indexType}` };
  switch (kind) {
    case 'fill':
      return put(manifest(String(number)));
    case 'manifest':
      // A walk with a large prime step reads all over the store, every manifest once before any twice.
      return {
        method: 'GET',
        path: `/v2/bench/manifests/${digestOf(manifest(String((number * 7919) % manifests)))}`,
        headers,
      };
    case 'referrers':
      return hasReferrers
        ? { method: 'GET', path: `/v2/bench/referrers/${subject.digest}`, headers }
        : { method: 'GET', path: `/v2/bench/manifests/${subject.digest.replace(':', '-')}`, headers };
    case 'push':
      return put(manifest(`push ${round} ${number}`));
    default:
      throw new Error('bench: unknown plan');
  }
}

function manifest(name: string, more: object = {}): string {
  const artifactType = 'application/vnd.example.bench';
  const annotations = { 'org.example.name': name };
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config: empty,
    layers: [empty],
    ...more,
    annotations,
  });
}

function put(body: string, reference = digestOf(body), type = manifestType): Message {
  return { method: 'PUT', path: `/v2/bench/manifests/${reference}`, headers: { 'Content-Type': type }, body };
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function send(message: Message, port: number, agent: Agent): Promise<number> {
  return (await exchange(message, port, agent)).statusCode ?? 0;
}

function exchange({ method, path, headers = {}, body }: Message, port: number, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.once('end', () => resolve(response));
      response.once('error', reject);
      response.resume();
    });
    outgoing.end(body);
  });
}
