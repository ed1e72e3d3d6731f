// What a signing may carry, and where it may lie: each signer with each verifier.

import { join } from 'node:path';
import type { ContentStore } from '@nv2/content';
import { findFormat } from '@nv2/envelope';
import { sign } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { pushArtifact, testImage } from '@nv2/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type Lab, openLab, type Program } from './lab.ts';
import { openPlace, type Place, type Shelf } from './places.ts';
import { readSignatures } from './signatures.ts';
import { trustOneKey } from './trust.ts';

const programs: readonly Program[] = ['notation', 'nv2', 'face'];
const pairs = programs.flatMap((signer) => programs.map((verifier) => [signer, verifier] as const));
const formats = ['jws', 'cose'] as const;

describeWith(['notation', 'docker-registry'], 'what notation and nv2 put into signatures', () => {
  let lab: Lab;
  let place: Place;

  beforeAll(async () => {
    lab = await openLab({ NOTATION_EXPERIMENTAL: '1' });
    await trustOneKey(lab);
    place = await openPlace('docker-registry');
  });

  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  for (const [index, [signer, verifier]] of pairs.entries()) {
    const format = formats[index % 2] ?? 'jws';

    it.concurrent(`user metadata signed by ${signer} (${format}) is demanded by ${verifier}`, async () => {
      const { pinned } = await place.shelve(`metadata/${signer}-${verifier}`);
      const metadata = ['--user-metadata', 'build=1234', '--user-metadata', 'team=ünïcode & "quotes"'];
      await lab.ok(signer, 'sign', '--signature-format', format, ...metadata, pinned);
      await lab.ok(verifier, 'verify', ...metadata, pinned);
      const refused = await lab.run(verifier, 'verify', '--user-metadata', 'build=1235', pinned);
      expect(refused.status).not.toBe(0);
      expect(refused.stdout).toBe('');
    });

    it.concurrent(`an expiry of ${signer} (${format}) counts for ${verifier}`, async () => {
      const shelf = await place.shelve(`expiry/${signer}-${verifier}`);
      await lab.ok(signer, 'sign', '--signature-format', format, '--expiry', '1s', shelf.pinned);
      // Whole seconds: the end of the second after the next is past it.
      await new Promise((resolve) => setTimeout(resolve, 2100));
      const refused = await lab.run(verifier, 'verify', shelf.pinned);
      expect(refused.stdout).toBe('');
      expect(refused.status).toBe(verifier === 'nv2' ? 14 : 1);
      await lab.ok(signer, 'sign', '--signature-format', format, '--expiry', '24h', shelf.pinned);
      await lab.ok(verifier, 'verify', shelf.pinned);
    });

    it.concurrent(`a layout signed by ${signer} (${format}) is verified by ${verifier}`, async () => {
      const { name, subject } = await shelveInLayout(lab, `layout-${signer}-${verifier}`);
      const [ours, theirs] = [`oci-layout:${name}@${subject.digest}`, `${name}@${subject.digest}`];
      const place = (program: Program): readonly string[] => (program === 'nv2' ? [ours] : ['--oci-layout', theirs]);
      await lab.ok(signer, 'sign', '--signature-format', format, ...place(signer));
      const printed = await lab.ok(verifier, 'verify', '--scope', `local/${name}`, ...place(verifier));
      expect(printed).toContain(subject.digest);
    });
  }

  it('a layout signed in the default form is verified by nv2, and not understood by notation 1.3.2', async () => {
    const { name, subject, store } = await shelveInLayout(lab, 'layout-default');
    const { signingKey } = await trustOneKey(lab);
    const format = findFormat('jws');
    if (format === undefined) throw new Error('there is no format jws');
    await sign({ store, subject, key: signingKey, format, at: new Date(), signingAgent: 'interop/1' });
    const refused = await lab.run(
      'notation',
      'verify',
      '--scope',
      `local/${name}`,
      '--oci-layout',
      `${name}@${subject.digest}`,
    );
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('no signature is associated with');
    await lab.ok('nv2', 'verify', '--scope', `local/${name}`, `oci-layout:${name}@${subject.digest}`);
  });

  it('puts the envelope into the manifest as nv2, and leaves it out as notation does', async () => {
    const layers = await Promise.all(
      programs.map(async (signer) => {
        const shelf = await place.shelve(`inline/${signer}`);
        await lab.ok(signer, 'sign', shelf.pinned);
        return firstLayer(shelf);
      }),
    );
    expect(layers.map((layer) => Object.keys(layer).toSorted())).toEqual([
      ['digest', 'mediaType', 'size'],
      ['data', 'digest', 'mediaType', 'size'],
      ['digest', 'mediaType', 'size'],
    ]);
  });

  it('annotates a signature as notation does, and types it as the specification says', async () => {
    const facts = await Promise.all(
      programs.map(async (signer) => {
        const shelf = await place.shelve(`shape/${signer}`);
        await lab.ok(signer, 'sign', '--user-metadata', 'a=b', shelf.pinned);
        const { annotations = {}, artifactType, config } = await signatureManifest(shelf);
        const { 'org.opencontainers.image.created': created, ...rest } = annotations;
        expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        return { rest, artifactType, config: config?.mediaType };
      }),
    );
    const type = 'application/vnd.cncf.notary.signature';
    const typed = { artifactType: type, config: 'application/vnd.oci.empty.v1+json' };
    // The released reference still writes the form for OCI 1.0.
    expect(facts.map(({ artifactType, config }) => ({ artifactType, config }))).toEqual([
      { artifactType: undefined, config: type },
      typed,
      typed,
    ]);
    const [theirs, ...ours] = facts.map(({ rest }) => rest);
    for (const own of ours) expect(own).toEqual(theirs);
  });
});

async function shelveInLayout(
  lab: Lab,
  name: string,
): Promise<{ readonly name: string; readonly subject: Descriptor; readonly store: ContentStore }> {
  const store = await openLayout(join(lab.directory, name), { create: true });
  return { name, store, subject: await pushArtifact(store, testImage({ name }), 'v1') };
}

interface ManifestFacts {
  readonly artifactType?: string;
  readonly config?: { readonly mediaType: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly layers?: readonly object[];
}

async function signatureManifest(shelf: Shelf): Promise<ManifestFacts> {
  const [signature] = await readSignatures(shelf);
  const found = await shelf.store.findManifest(signature?.descriptor.digest ?? '');
  // As another tool would read it; what is not there makes the expectation fail.
  return JSON.parse(new TextDecoder().decode(found?.bytes)) as ManifestFacts;
}

async function firstLayer(shelf: Shelf): Promise<object> {
  return (await signatureManifest(shelf)).layers?.[0] ?? {};
}
