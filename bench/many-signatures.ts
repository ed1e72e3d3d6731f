// An artifact with a hundred signatures of which only the last is by somebody trusted: how long, and with how much memory.

import { spawn } from 'node:child_process';
import { bytesBody } from '@nv2/base';
import { type ContentStore, packManifest } from '@nv2/content';
import { findFormat } from '@nv2/envelope';
import { createSignature, storeSignature, verify } from '@nv2/notary';
import { type Descriptor, digestOf, emptyJsonBytes, emptyJsonDescriptor, isDigest, mediaTypes } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { parseCertificate } from '@nv2/pki';
import { pushArtifact, temporaryDirectory, testImage } from '@nv2/testing';
import { mintSigner, type Signer } from './chain.ts';
import { median, type Samples } from './measure.ts';
import type { Section, Target } from './report.ts';
import { plainEnv } from './servers.ts';

const signatures = 100;
const limitMiB = 64;
const at = new Date('2026-01-01T00:00:00Z');

/** What the process that verifies is told. */
export interface ManyPlan {
  readonly layout: string;
  readonly digest: string;
  /** DER, base64. */
  readonly root: string;
}

interface Found {
  readonly ms: number;
  readonly maxRssKiB: number;
  readonly examined: number;
}

export async function benchManySignatures({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  await using directory = await temporaryDirectory();
  const trusted = await mintSigner('p256', 'trusted');
  const others: Signer[] = [];
  for (let number = 1; number < signatures; number += 1) others.push(await mintSigner('p256', `signer ${number}`));
  const scenes = [
    { name: 'one signature', signers: [trusted], isHinted: true },
    { name: `${signatures} signatures, trusted last, with thumbprints`, signers: [...others, trusted], isHinted: true },
    {
      name: `${signatures} signatures, trusted last, without thumbprints`,
      signers: [...others, trusted],
      isHinted: false,
    },
  ];
  const plans: ManyPlan[] = [];
  for (const [index, { signers, isHinted }] of scenes.entries()) {
    const layout = `${directory.path}/${index}`;
    const digest = await signByAll(layout, signers, isHinted);
    plans.push({ layout, digest, root: Buffer.from(trusted.root.der).toString('base64') });
  }
  const times: { name: string; values: number[] }[] = scenes.map(({ name }) => ({ name, values: [] }));
  const memory: { name: string; values: number[] }[] = scenes.map(({ name }) => ({ name, values: [] }));
  const examined: number[] = [];
  for (let round = 0; round < (quick ? 5 : 15); round += 1) {
    for (const [index, plan] of plans.entries()) {
      const found = await runApart(plan);
      times[index]?.values.push(found.ms);
      memory[index]?.values.push(found.maxRssKiB / 1024);
      examined[index] = found.examined;
    }
  }
  const notes = [
    `A layout on disk; each verification in a fresh process. Signatures examined: ${examined.join(', ')}. Reading is four at a time, judging one by one.`,
  ];
  return [
    { name: 'many signatures: time of verify', unit: 'ms', scale: 1, groups: [times], targets: [], notes },
    {
      name: 'many signatures: largest memory',
      unit: 'MiB',
      scale: 1,
      groups: [memory],
      targets: memoryTargets(memory),
    },
  ];
}

function memoryTargets([one, ...many]: readonly Samples[]): readonly Target[] {
  return many.map(({ name, values }) => {
    const extra = median(values) - median(one?.values ?? []);
    const reached = `${extra.toFixed(1)} MiB`;
    return {
      name: `${name}: more memory than for one`,
      wanted: `≤ ${limitMiB} MiB`,
      reached,
      isReached: extra <= limitMiB,
    };
  });
}

/** Makes a layout in which the signatures are listed in the order of the signers. */
async function signByAll(layout: string, signers: readonly Signer[], isHinted: boolean): Promise<string> {
  await using store = await openLayout(layout, { create: true });
  const subject = await pushArtifact(store, testImage(), 'v1');
  const format = findFormat('jws');
  if (format === undefined) throw new Error('bench: no JWS format');
  let last: Descriptor | undefined;
  for (const { key } of signers) {
    const { envelope, mediaType } = await createSignature({ subject, key, format, at, signingAgent: 'bench/1' });
    last = isHinted
      ? (await storeSignature({ store, subject, envelope, mediaType })).signature
      : await storeWithoutHint(store, subject, {
          mediaType,
          digest: digestOf(envelope),
          size: envelope.length,
          data: envelope,
        });
  }
  let listed: Descriptor | undefined;
  for await (const referrer of store.referrers(subject)) listed = referrer;
  if (listed?.digest !== last?.digest) throw new Error('bench: the trusted signature is not listed last');
  return subject.digest;
}

/** As other tools may write it: without the annotation that names the certificates. */
async function storeWithoutHint(
  store: ContentStore,
  subject: Descriptor,
  { data = new Uint8Array(), ...layer }: Descriptor,
): Promise<Descriptor> {
  const artifactType = mediaTypes.notarySignature;
  const manifest = packManifest({ artifactType, config: emptyJsonDescriptor, layers: [layer], subject });
  await store.pushBlob(layer, bytesBody(data));
  await store.pushBlob(emptyJsonDescriptor, bytesBody(emptyJsonBytes));
  await store.pushManifest(manifest);
  return manifest.descriptor;
}

/** Runs {@link runMany} in a process of its own. */
async function runApart(plan: ManyPlan): Promise<Found> {
  const child = spawn(process.execPath, [process.argv[1] ?? '', '--many', JSON.stringify(plan)], {
    env: plainEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (bytes: Uint8Array) => (text += bytes.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`bench: the verification ended with ${String(code)}`);
  return JSON.parse(text) as Found;
}

/** Verifies once and prints what it took. */
export async function runMany({ layout, digest, root }: ManyPlan): Promise<void> {
  if (!isDigest(digest)) throw new Error('bench: no digest');
  await using store = await openLayout(layout, { create: false });
  const anchors = [parseCertificate(new Uint8Array(Buffer.from(root, 'base64')))];
  const start = performance.now();
  const outcome = await verify({ store, subject: digest, trust: { kind: 'certificates', anchors }, at });
  const ms = performance.now() - start;
  if (outcome.verdict !== 'trusted') throw new Error(`bench: verdict is ${outcome.verdict}`);
  const found: Found = { ms, maxRssKiB: process.resourceUsage().maxRSS, examined: outcome.signatures.length };
  process.stdout.write(JSON.stringify(found));
}
