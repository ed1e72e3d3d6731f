// `notation inspect` and `notation blob inspect`: whole output, compared with what the reference prints for the same envelopes.

import { bytesBody } from '@nv2/base';
import { packManifest } from '@nv2/content';
import { digestOf, emptyJsonBytes, emptyJsonDescriptor } from '@nv2/oci';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenSpecimen, fullSpecimen, indent } from '../../../conformance/notation/specimen-output.ts';
import { makeSpecimen } from '../../../conformance/notation/specimens.ts';
import { type Ran, runHere } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

let stage: Stage;
const notation = (...args: readonly string[]): Promise<Ran> => runHere(stage, args, { face: 'notation' });

beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => stage[Symbol.asyncDispose]());

interface StoredOptions {
  readonly repository: string;
  readonly envelopes: readonly string[];
  /** Of each signature manifest; one is right. */
  readonly layers?: number;
}

/** An image with these envelopes as its signatures; digests of image and signature manifests. */
async function store({ repository, envelopes, layers = 1 }: StoredOptions): Promise<readonly string[]> {
  const digest = await stage.image(repository, 'v1');
  const content = stage.repository(repository);
  const subject = (await content.findManifest('v1'))?.descriptor;
  if (subject === undefined) throw new Error('the image is not there');
  await content.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  const digests = [digest];
  for (const envelope of envelopes) {
    const bytes = new TextEncoder().encode(envelope);
    const layer = { mediaType: 'application/jose+json', digest: digestOf(bytes), size: bytes.length };
    await content.pushBlob(layer, bytesBody(bytes));
    const manifest = packManifest({
      artifactType: 'application/vnd.cncf.notary.signature',
      config: emptyJsonDescriptor,
      layers: Array.from({ length: layers }, () => layer),
      subject,
      annotations: {},
    });
    await content.pushManifest(manifest);
    digests.push(manifest.descriptor.digest);
  }
  return digests;
}

describe('notation inspect', () => {
  it.each([
    ['everything there is', fullSpecimen],
    ['a broken time-stamp', brokenSpecimen],
  ])('draws and encodes %s byte for byte', async (name, { envelope, tree, json }) => {
    const repository = `inspect-${name.replaceAll(/\W/g, '')}`.toLowerCase();
    const [image = '', signature = ''] = await store({ repository, envelopes: [envelope] });
    const reference = `${stage.registry}/${repository}@${image}`;
    expect(await notation('inspect', reference)).toEqual({
      status: 0,
      stdout: `Inspecting all signatures for signed artifact\n${reference}\n└── application/vnd.cncf.notary.signature\n    └── ${signature}\n${indent(tree, '        ')}\n`,
      stderr: '',
    });
    const ran = await notation('inspect', '-o', 'json', reference);
    expect(ran.stdout).toBe(
      `{\n  "mediaType": "application/vnd.oci.image.manifest.v1+json",\n  "signatures": [\n${indent(json.replace('{', `{\n  "digest": "${signature}",`), '    ')}\n  ]\n}\n`,
    );
    expect(JSON.parse(ran.stdout)).toMatchObject({ signatures: [{ digest: signature }] });
  });

  it('warns about what cannot be fetched, what cannot be parsed and what holds no certificate, and shows the rest', async () => {
    const chainless = JSON.stringify({ ...JSON.parse(fullSpecimen.envelope), header: { x5c: ['AAAA'] } });
    const [image = '', good = '', malformed = '', bad = ''] = await store({
      repository: 'mixed',
      envelopes: [fullSpecimen.envelope, 'malformed', chainless],
    });
    const reference = `${stage.registry}/mixed@${image}`;
    const ran = await notation('inspect', reference);
    expect(ran.status).toBe(1);
    expect(ran.stdout).toContain(`    └── ${good}\n`);
    expect(ran.stderr).toContain(`Warning: Skipping signature ${malformed} because of error: `);
    expect(ran.stderr).toContain(`Warning: Skipping signature ${bad} because of error: `);
    expect(ran.stderr).toMatch(/\nError: at least one signature was skipped and not displayed\n$/);

    const [other = '', two = ''] = await store({ repository: 'two', envelopes: [fullSpecimen.envelope], layers: 2 });
    const alone = await notation('inspect', `${stage.registry}/two@${other}`);
    expect(alone.stdout).toBe(`${stage.registry}/two@${other} has no associated signature\n`);
    expect(alone.stderr).toContain(`Warning: unable to fetch signature ${two} due to error: `);
    expect(alone.status).toBe(1);
  });

  it('says on standard output that there are more signatures, and only then', async () => {
    const [image = ''] = await store({
      repository: 'many',
      envelopes: [fullSpecimen.envelope, brokenSpecimen.envelope],
    });
    const reference = `${stage.registry}/many@${image}`;
    expect(await notation('inspect', '--max-signatures', '1', reference)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/\nWarning: exceeded configured limit of max signatures 1 to examine\n$/),
      stderr: '',
    });
    expect((await notation('inspect', '--max-signatures', '2', reference)).stdout).not.toContain('Warning');
  });

  it('lets nothing that a stranger wrote steer a terminal', async () => {
    const envelope = makeSpecimen({
      signingTime: '2025-01-21T09:17:46Z',
      annotations: { '\u001b[2J': 'a\u202eb\nforged line' },
      signingAgent: '\u001b]0;title\u0007',
    });
    const [image = ''] = await store({ repository: 'hostile', envelopes: [envelope] });
    const { stdout } = await notation('inspect', `${stage.registry}/hostile@${image}`);
    for (const character of ['\u001b', '\u0007', '\u202e', '\nforged line']) expect(stdout).not.toContain(character);
    const json = await notation('inspect', '-o', 'json', `${stage.registry}/hostile@${image}`);
    expect(JSON.parse(json.stdout)).toMatchObject({
      signatures: [{ userDefinedAttributes: { '\u001b[2J': 'a\u202eb\nforged line' } }],
    });
  });
});

describe('notation blob inspect', () => {
  it('draws one tree below the path, and encodes the object without a digest', async () => {
    await stage.write('a.jws.sig', fullSpecimen.envelope);
    expect((await notation('blob', 'inspect', 'a.jws.sig')).stdout).toBe(`a.jws.sig\n${fullSpecimen.tree}\n`);
    expect((await notation('blob', 'inspect', '-o', 'json', 'a.jws.sig')).stdout).toBe(`${fullSpecimen.json}\n`);
    expect((await notation('blob', 'inspect', '-o', 'text', 'a.jws.sig')).stdout).toBe(
      `a.jws.sig\n${fullSpecimen.tree}\n`,
    );
  });

  it.each<[readonly string[], string]>([
    [[], 'missing signature path: use `notation blob inspect --help` to see what parameters are required'],
    [['-o', 'x', 'a.jws.sig'], 'unrecognized output format x'],
    [['b.jws.sig'], 'failed to read signature file: open b.jws.sig: no such file or directory'],
    [['a.jws'], 'invalid signature filename a.jws. The file extension must be .sig'],
    [
      ['a.sig'],
      'invalid signature filename a.sig. A valid signature file name must contain signature format and .sig file extension',
    ],
    [['a.pgp.sig'], 'signature format "pgp" not supported\nSupported signature envelope formats are "jws" and "cose"'],
  ])('%j is refused', async (args, message) => {
    expect(await notation('blob', 'inspect', ...args)).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: ${message}\n`,
    });
  });
});
