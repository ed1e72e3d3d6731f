import { describe, expect, it } from 'vitest';
import { memberNameAt } from './json-names.ts';

const attributes =
  'signingScheme signingTime authenticSigningTime expiry verificationPlugin verificationPluginMinVersion signingAgent timestampSignature'
    .split(' ')
    .map((name) => `io.cncf.notary.${name}`);
const envelope = 'payload protected header signature x5c alg cty crit'.split(' ');
const payload = 'targetArtifact mediaType digest size annotations'.split(' ');
const manifest =
  'schemaVersion mediaType artifactType config layers manifests subject annotations digest size data urls platform architecture os variant'.split(
    ' ',
  );

describe('kept member names', () => {
  it.each([
    ['an envelope and its payload', [...envelope, ...attributes, ...payload]],
    ['manifests and indexes', manifest],
  ])('those of %s do not push each other out', (_, names) => {
    const read = (name: string): unknown => memberNameAt(`{"${name}":`, 2, name.length);
    const first = names.map(read);
    const second = names.map(read);
    for (const [place, name] of second.entries()) expect(name, names[place]).toBe(first[place]);
    expect(new Set(first).size).toBe(names.length);
  });
});
