// What each step of a row does.

import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openLayout } from '@nv2/oci-layout';
import { encodeUtf8 } from '@nv2/base';
import { mintChain, pushArtifact, type TestChain, testImage, testTar, testZip } from '@nv2/testing';
import { crlCacheName, type Revocable, tsaFiles } from './authorities.ts';
import type { ArchiveMember, Step } from './row.ts';
import type { Stage } from './stage.ts';

type KeyStep = Extract<Step, { readonly key: string } | { readonly revocable: string }>;
type RevocationStep = Extract<Step, { readonly cachedCrlUntil: string }>;

interface KeyList {
  readonly default?: string;
  readonly keys: readonly { readonly name: string; readonly keyPath: string; readonly certPath: string }[];
}

/** Prepares a stage, step by step. */
export async function prepare(stage: Stage, steps: readonly Step[]): Promise<void> {
  let list: KeyList = { keys: [] };
  let revocable: Revocable | undefined;
  for (const step of steps) {
    if ('key' in step) list = await addKey(stage, list, { step, name: step.key, chain: await mint(step) });
    else if ('revocable' in step) {
      revocable = await stage.authorities.openRevocable(stage.names.get('repo') ?? '', step);
      for (const [name, url] of revocable.urls) stage.names.set(name, url);
      list = await addKey(stage, list, { step, name: step.revocable, chain: revocable.chain });
    } else if ('cachedCrlUntil' in step) await cacheCrl(stage, revocable, step);
    else await doStep(stage, step);
  }
}

let minted = 0;

function mint({ key: name, subject, notAfter }: Extract<Step, { readonly key: string }>): Promise<TestChain> {
  minted += 1;
  return mintChain({
    subject: subject ?? `C=US,ST=WA,L=Seattle,O=Notary,CN=${name}`,
    // Another one for each key of a row, and not endlessly many: test keys are made once and kept.
    keyIndex: 20 + (minted % 40),
    ...(notAfter === undefined ? {} : { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date(notAfter) }),
  });
}

async function cacheCrl(
  stage: Stage,
  revocable: Revocable | undefined,
  { cachedCrlUntil }: RevocationStep,
): Promise<void> {
  const crl = revocable?.crl(new Date(cachedCrlUntil)) ?? new Uint8Array();
  const name = crlCacheName(revocable?.urls.get('leaf.crl') ?? '');
  await stage.write(`{cache}/crl/${name}`, JSON.stringify({ baseCRL: Buffer.from(crl).toString('base64') }), 0o600);
}

interface NewKey {
  readonly step: KeyStep;
  readonly name: string;
  readonly chain: TestChain;
}

async function addKey(stage: Stage, list: KeyList, { step: { isDefault }, name, chain }: NewKey): Promise<KeyList> {
  const pems = chain.pem.split(/(?=-----BEGIN)/);
  const keyPath = await stage.write(`{config}/localkeys/${name}.key`, chain.key.pkcs8Pem, 0o600);
  const certPath = await stage.write(`{config}/localkeys/${name}.crt`, chain.pem);
  stage.names.set(`${name}.crt`, await stage.write(`certificates/${name}.crt`, pems.at(-1) ?? ''));
  stage.names.set(`${name}.leaf`, await stage.write(`certificates/${name}.leaf.crt`, pems[0] ?? ''));
  const longer: KeyList = {
    ...list,
    ...(isDefault === true ? { default: name } : {}),
    keys: [...list.keys, { name, keyPath, certPath }],
  };
  await stage.write('{config}/signingkeys.json', JSON.stringify(longer, undefined, 4), 0o600);
  return longer;
}

const policyNames = { oci: 'trustpolicy.oci.json', blob: 'trustpolicy.blob.json', old: 'trustpolicy.json' } as const;

async function doStep(stage: Stage, step: Exclude<Step, KeyStep | RevocationStep>): Promise<void> {
  if ('authority' in step) {
    for (const [name, pem] of tsaFiles(stage.authorities.tsa))
      stage.names.set(name, await stage.write(`certificates/${name}`, pem));
  } else if ('trust' in step) {
    const [type = '', store = ''] = step.trust.split(':');
    const root = await readFile(stage.names.get(`${step.of}.crt`) ?? '');
    await stage.write(`{config}/truststore/x509/${type}/${store}/${step.of}.crt`, root, 0o600);
  } else if ('policy' in step) {
    const text = stage.fill(JSON.stringify(step.policy));
    const { kind = 'oci' } = step;
    await stage.write(`{config}/${policyNames[kind]}`, text, 0o600);
    // 1.3.2 reads the old name only; everybody else prefers the new one.
    if (kind === 'oci') await stage.write(`{config}/${policyNames.old}`, text, 0o600);
  } else if ('file' in step) await stage.write(step.file, stage.fill(step.text), step.mode);
  else if ('directory' in step) {
    await mkdir(stage.path(step.directory), { recursive: true, mode: 0o700 });
    if (step.mode !== undefined) await chmod(stage.path(step.directory), step.mode);
  } else if ('chmod' in step) await chmod(stage.path(step.chmod), step.mode);
  else if ('link' in step) await stage.link(step.link, step.to);
  else if ('remove' in step) await rm(stage.path(step.remove), { recursive: true, force: true });
  else if ('image' in step) {
    const [registry = '', tag = ''] = step.image.split(' ');
    stage.names.set('digest', await stage.pushImage(registry, tag));
  } else if ('signature' in step) {
    stage.names.set(step.signature, await stage.pushSignature('registry', 'v1', step.envelope));
  } else if ('layout' in step) await makeLayout(stage, step.layout);
  else if ('archive' in step) await stage.write(step.archive, archiveOf(step.archive, step.members));
  else if ('program' in step) await stage.write(join(stage.bin, step.program), `#!/bin/sh\n${step.script}\n`, 0o755);
}

function archiveOf(path: string, members: readonly ArchiveMember[]): Uint8Array {
  const files = members.map(({ name, text = '', mode = 0o644, declaredSize }) => ({
    name,
    bytes: encodeUtf8(text),
    mode,
    ...(declaredSize === undefined ? {} : { declaredSize, declared: { size: declaredSize } }),
  }));
  if (!path.endsWith('.zip')) return gzipSync(testTar(files));
  return testZip(files.map((file) => ({ ...file, mode: 0o100000 | file.mode })));
}

async function makeLayout(stage: Stage, path: string): Promise<void> {
  await using layout = await openLayout(stage.path(path), { create: true });
  const image = testImage({ name: stage.names.get('repo') ?? '' });
  stage.names.set('digest', (await pushArtifact(layout, image, 'v1')).digest);
}
