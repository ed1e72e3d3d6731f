// What a publisher, or somebody who pretends to be one, can put beside an image. What `nv2 sign` would never write is made with the
// libraries, at any time and with any defect.

import { type ContentStore, manifestOf } from '@nv2/content';
import { bytesBody, encodeUtf8 } from '@nv2/base';
import { findFormat, signEnvelope, type SignEnvelopeRequest } from '@nv2/envelope';
import { encodePayload, sign } from '@nv2/notary';
import { openLayout } from '@nv2/oci-layout';
import { type Descriptor, digestOf, emptyJsonBytes, emptyJsonDescriptor, encodeManifest, mediaTypes } from '@nv2/oci';
import { mintChain, type MintChainOptions, pushArtifact, type TestChain, testImage } from '@nv2/testing';
import { join } from 'node:path';
import { openWorld, type World } from './world.ts';

export type FormatName = 'jws' | 'cose';
export type PlaceKind = 'referrers API' | 'tag schema' | 'layout';

export const day = 24 * 60 * 60 * 1000;
/** Relative to the test's own clock, in ms. */
export const fromNow = (ms: number): Date => new Date(Date.now() + ms);

/** What every story runs through. */
export const matrix: readonly (readonly [PlaceKind, FormatName])[] = (
  ['referrers API', 'tag schema', 'layout'] as const
).flatMap((place) => (['jws', 'cose'] as const).map((format) => [place, format] as const));

/** An image somewhere, and how a command names it. */
export interface Shelf {
  /** `localhost:5000/net-monitor` or `oci-layout:net-monitor`. */
  readonly name: string;
  /** `name:v1`. */
  readonly tagged: string;
  readonly subject: Descriptor;
  /** `name@sha256:…`. */
  readonly pinned: string;
  readonly store: ContentStore;
  /** Options that a policy needs to judge it: a layout has no repository. */
  readonly scope: readonly string[];
}

/** A world whose registries are of the given kind. */
export function openWorldFor(kind: PlaceKind): Promise<World> {
  return openWorld({ referrersApi: kind !== 'tag schema' });
}

let keyIndex = 40;

/** Writes NAME.key, NAME.crt (the chain) and NAME-root.crt into the world's home. */
export async function writeKey(world: World, name: string, options: MintChainOptions = {}): Promise<TestChain> {
  keyIndex += 1;
  const subject = `C=US,ST=WA,O=Wabbit Networks,CN=${name}`;
  const chain = await mintChain({ subject, keyIndex, ...options });
  await world.write(`${name}.key`, chain.key.pkcs8Pem, 0o600);
  await world.write(`${name}.crt`, chain.pem);
  await world.write(`${name}-root.crt`, chain.pem.slice(chain.pem.lastIndexOf('-----BEGIN')));
  return chain;
}

/** Puts an image called `name` as `v1` into the world's registry or into a layout in its home. */
export async function shelve(world: World, name: string, kind: PlaceKind = 'referrers API'): Promise<Shelf> {
  const image = testImage({ name });
  const isLayout = kind === 'layout';
  const store = isLayout ? await openLayout(join(world.directory, name), { create: true }) : world.wabbit.store(name);
  const subject = await pushArtifact(store, image, 'v1');
  const place = isLayout ? `oci-layout:${name}` : `${world.wabbit.host}/${name}`;
  return {
    name: place,
    tagged: `${place}:v1`,
    pinned: `${place}@${subject.digest}`,
    subject,
    store,
    scope: isLayout ? ['--scope', `local/${name}`] : [],
  };
}

export interface SignOptions {
  readonly by: TestChain;
  readonly format?: FormatName;
  readonly at?: Date;
  readonly expirySeconds?: number;
  /** Whether the envelope also travels inside the manifest, as `nv2` writes it. */
  readonly inline?: boolean;
}

/** Signs as the product does, but at any time. */
export async function signAt(shelf: Pick<Shelf, 'store' | 'subject'>, options: SignOptions): Promise<Descriptor> {
  const { by, format = 'jws', at = new Date(), expirySeconds, inline = true } = options;
  const { signature } = await sign({
    store: shelf.store,
    subject: shelf.subject,
    key: by.signingKey,
    format: formatOf(format),
    at,
    signingAgent: 'story/1',
    inlineEnvelope: inline,
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
  });
  return signature;
}

/** An envelope with attributes that `nv2 sign` does not offer. */
export function sealEnvelope(
  subject: Descriptor,
  {
    by,
    format = 'jws',
    ...more
  }: { by: TestChain; format?: FormatName } & Partial<Omit<SignEnvelopeRequest, 'format'>>,
): Promise<Uint8Array> {
  return signEnvelope({
    format: formatOf(format),
    payload: encodePayload(subject),
    key: by.signingKey,
    signingTime: new Date(),
    signingAgent: 'story/1',
    ...more,
  });
}

/** Puts any bytes beside the subject as a signature, without looking at them. */
export async function attachEnvelope(
  { store, subject }: Pick<Shelf, 'store' | 'subject'>,
  envelope: Uint8Array,
  format: FormatName = 'jws',
): Promise<Descriptor> {
  const layer = { mediaType: formatOf(format).mediaType, digest: digestOf(envelope), size: envelope.length };
  const mediaType = mediaTypes.ociManifest;
  const bytes = encodeManifest({
    kind: 'image',
    mediaType,
    artifactType: mediaTypes.notarySignature,
    config: emptyJsonDescriptor,
    layers: [layer],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  });
  await store.pushBlob(layer, bytesBody(envelope));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  const manifest = manifestOf(bytes, { mediaType });
  await store.pushManifest(manifest);
  return manifest.descriptor;
}

/** The same envelope with one bit of its last bytes, the signature, turned over. */
export function alterEnvelope(envelope: Uint8Array, format: FormatName): Uint8Array {
  if (format === 'jws') {
    const parsed = JSON.parse(new TextDecoder().decode(envelope)) as { signature: string };
    parsed.signature = (parsed.signature.startsWith('A') ? 'B' : 'A') + parsed.signature.slice(1);
    return encodeUtf8(JSON.stringify(parsed));
  }
  const altered = envelope.slice();
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  return altered;
}

/** A trust policy of one statement, as a file in the world's home. */
export async function writePolicy(world: World, name: string, options: PolicyOptions = {}): Promise<string> {
  const { scopes = ['*'], level = 'strict', override, stores = ['ca:wabbit'], identities = ['*'] } = options;
  const statement = {
    name: name.replace(/\.json$/, ''),
    registryScopes: scopes,
    signatureVerification: { level, ...(override && { override }) },
    ...(level === 'skip' ? {} : { trustStores: stores, trustedIdentities: identities }),
  };
  await world.write(name, JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
  return name;
}

export interface PolicyOptions {
  readonly scopes?: readonly string[];
  readonly level?: 'strict' | 'permissive' | 'audit' | 'skip';
  readonly override?: Readonly<Record<string, string>>;
  readonly stores?: readonly string[];
  readonly identities?: readonly string[];
}

function formatOf(name: FormatName): NonNullable<ReturnType<typeof findFormat>> {
  const format = findFormat(name);
  if (format === undefined) throw new TypeError(`there is no format ${name}`);
  return format;
}
