// Signatures of the reference verify here and ours verify there: every format, key type, length of chain and kind of registry.

import { mintChain, type SigningKeyType } from '@nv2/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type PlaceKind, placeKinds } from './places.ts';
import { listKeys, trustRoots, writePolicy } from './trust.ts';

const keyTypes: readonly SigningKeyType[] = ['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'];
const formats = ['jws', 'cose'] as const;
const lengths = [1, 3] as const;
const keys = keyTypes.flatMap((keyType) =>
  lengths.map((length) => ({ name: `${keyType}-${length}`, keyType, length, title: `${keyType}, chain of ${length}` })),
);

describeWith(['notation', 'docker-registry'], 'signatures of notation and of nv2', () => {
  let lab: Lab;
  const places = new Map<PlaceKind, Place>();

  beforeAll(async () => {
    lab = await openLab();
    const named = [];
    for (const { name, keyType, length } of keys) {
      named.push({ name, chain: await mintChain({ keyType, length, keyIndex: 200 + length }) });
    }
    await listKeys(lab, named);
    await trustRoots(lab, 'interop', named);
    await writePolicy(lab, 'interop');
    for (const kind of placeKinds) places.set(kind, await openPlace(kind));
  });

  afterAll(async () => {
    for (const place of places.values()) await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const rows = placeKinds.flatMap((kind) => keys.flatMap((key) => formats.map((format) => ({ kind, key, format }))));
  for (const { kind, key, format } of rows) {
    const title = `${format}, ${key.title}, ${kind}`;
    const repository = (signer: string): string => `${signer}/${key.name}-${format}`;

    it.concurrent(`nv2 signs, notation verifies: ${title}`, async () => {
      const { tagged, pinned, name } = await place(kind).shelve(repository('nv2'));
      const signature = await lab.ok('nv2', 'sign', '-k', key.name, '--signature-format', format, pinned);
      expect(signature).toMatch(new RegExp(`^${name}@sha256:[0-9a-f]{64}\n$`));
      expect(await lab.ok('notation', 'verify', pinned)).toBe(`Successfully verified signature for ${pinned}\n`);
      expect(await lab.ok('nv2', 'verify', tagged)).toBe(`${pinned}\n`);
    });

    it.concurrent(`notation signs, nv2 verifies: ${title}`, async () => {
      const { pinned } = await place(kind).shelve(repository('notation'));
      const useApi = place(kind).hasReferrersApi ? ['--force-referrers-tag=false'] : [];
      const signed = await lab.ok('notation', 'sign', '-k', key.name, '--signature-format', format, ...useApi, pinned);
      expect(signed).toBe(`Successfully signed ${pinned}\n`);
      expect(await lab.ok('nv2', 'verify', pinned)).toBe(`${pinned}\n`);
      expect(await lab.ok('face', 'verify', pinned)).toBe(`Successfully verified signature for ${pinned}\n`);
    });
  }

  function place(kind: PlaceKind): Place {
    const found = places.get(kind);
    if (found === undefined) throw new Error(`${kind} did not start`);
    return found;
  }
});
