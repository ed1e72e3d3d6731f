// The command line as a whole process, next to the reference tool and to Node doing nothing.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLayout } from '@nv2/oci-layout';
import { findPeer, pushArtifact, temporaryHome, testImage } from '@nv2/testing';
import { buildCli } from '../scripts/build-cli.ts';
import { mintSigner } from './chain.ts';
import { delayingProxy } from './delay.ts';
import { median, minimum, type Samples } from './measure.ts';
import { compare, type Section, type Target } from './report.ts';
import { built, bundle, startOwnRegistry } from './servers.ts';

const binary = 'apps/cli/dist/nv2';
const delayMs = 20;

interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

/** Start-up, a layout, a registry on the loopback interface, and one that is 20 ms away. */
export async function benchCli({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  await buildCli(built);
  const rounds = quick ? 9 : 31;
  const notation = findPeer('notation');
  await using lab = await openLab();
  const idle: Program = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };
  const node = (...args: readonly string[]): Program => ({
    name: 'Node build',
    command: [process.execPath, bundle, ...args],
  });
  const own = (...args: readonly string[]): readonly Program[] => [
    node(...args),
    ...(existsSync(binary) ? [{ name: 'stand-alone', command: [join(process.cwd(), binary), ...args] }] : []),
  ];
  const peer = (...args: readonly string[]): readonly Program[] =>
    notation === undefined ? [] : [{ name: `notation`, command: [notation.path, ...args] }];
  const run = (label: string, programs: readonly Program[]): Promise<readonly Samples[]> =>
    lab.time(label, programs, rounds);

  const version = await run('version', [idle, ...own('version'), ...peer('version')]);
  const layout = await run('verify a layout', [
    idle,
    ...own('verify', '--scope', lab.scope, `oci-layout:${lab.layout}:v1`),
  ]);
  const groups = [version, layout];
  const targets = [
    slower('version: Node build after `node -e 0`', version, 25),
    slower('verify of a layout: Node build after `node -e 0`', layout, 60),
  ];
  const places = [
    { where: 'on loopback', host: lab.near, wanted: { 'stand-alone': 1.3 } as Readonly<Record<string, number>> },
    { where: `at ${delayMs} ms`, host: lab.far, wanted: { 'stand-alone': 0.75, 'Node build': 1 } },
  ];
  for (const { where, host, wanted } of places) {
    const signing = await run(`sign ${where}`, [
      ...peer('sign', '--insecure-registry', '--key', 'bench', `${host}/sign@${lab.digest}`),
      ...own('sign', '-k', 'bench', `${host}/sign@${lab.digest}`),
    ]);
    const verifying = await run(`verify ${where}`, [
      ...peer('verify', '--insecure-registry', `${host}/verify:v1`),
      ...own('verify', `${host}/verify:v1`),
    ]);
    const inline = await run(`verify ${where}, envelope inline`, [
      ...peer('verify', '--insecure-registry', `${host}/inline:v1`),
      ...own('verify', `${host}/inline:v1`),
    ]);
    groups.push(signing, verifying, inline);
    for (const [program, limit] of Object.entries(wanted)) {
      targets.push(...atMost(signing, program, limit), ...atMost(inline, program, limit));
    }
  }
  const notes = [
    'Time on the wall of the whole process. `inline` is a signature as `nv2` writes it, with the envelope inside its manifest; the other is as `notation` writes it.',
  ];
  if (notation === undefined) notes.push('`notation` was not found (NOTATION_BIN), so nothing is compared with it.');
  if (!existsSync(binary)) notes.push('The stand-alone executable was not built (`npm run build:binary`).');
  return [{ name: 'command line', unit: 'ms', scale: 1e-6, groups, targets, notes }];
}

/** The distance of the minima, in which other work on the machine has the smallest part. */
function slower(name: string, [idle, node]: readonly Samples[], limitMs: number): Target {
  const distance = (minimum(node?.values ?? []) - minimum(idle?.values ?? [])) / 1e6;
  return { name, wanted: `≤ ${limitMs} ms`, reached: `${distance.toFixed(0)} ms`, isReached: distance <= limitMs };
}

function atMost(group: readonly Samples[], program: string, limit: number): readonly Target[] {
  const [peer] = group;
  const own = group.find(({ name }) => name.endsWith(program));
  if (peer === undefined || own === undefined || !peer.name.endsWith('notation')) return [];
  const found = compare(own, peer).ratio;
  return [
    {
      name: `${own.name}: of notation's time`,
      wanted: `≤ ${limit}`,
      reached: found.toFixed(2),
      isReached: found <= limit,
    },
  ];
}

interface Lab extends AsyncDisposable {
  /** `localhost:PORT` of the registry, and of a proxy before it that waits. */
  readonly near: string;
  readonly far: string;
  readonly layout: string;
  readonly scope: string;
  readonly digest: string;
  time(label: string, programs: readonly Program[], rounds: number): Promise<readonly Samples[]>;
}

async function openLab(): Promise<Lab> {
  const home = await temporaryHome();
  const registry = await startOwnRegistry(join(home.path, 'registry'));
  const proxy = await delayingProxy(registry.port, delayMs);
  const near = `localhost:${registry.port}`;
  const far = `localhost:${proxy.port}`;
  const env = { ...home.env };
  const scope = 'local/bench';
  await configure(home.directories.notationConfig, [scope, ...[near, far].flatMap((host) => repositories(host))]);
  const layout = join(home.path, 'layout');
  const image = testImage();
  await using store = await openLayout(layout, { create: true });
  await pushArtifact(store, image, 'v1');
  const nv2 = (...args: readonly string[]): Promise<bigint> => timed([process.execPath, bundle, ...args], env);
  for (const repository of repositories(near)) await nv2('copy', `oci-layout:${layout}:v1`, `${repository}:v1`);
  const notation = [process.execPath, join(built, 'notation.cjs')];
  await timed([...notation, 'sign', '--insecure-registry', '--key', 'bench', `${near}/verify:v1`], env);
  await nv2('sign', '-k', 'bench', `${near}/inline:v1`);
  await nv2('sign', '-k', 'bench', `oci-layout:${layout}:v1`);
  return {
    near,
    far,
    layout,
    scope,
    digest: image.manifest.descriptor.digest,
    time: (label, programs, rounds) => timeAll(label, programs, { rounds, env }),
    [Symbol.asyncDispose]: async () => {
      for (const part of [proxy, registry, home]) await part[Symbol.asyncDispose]();
    },
  };
}

function repositories(host: string): readonly string[] {
  return ['sign', 'verify', 'inline'].map((name) => `${host}/${name}`);
}

/** A key, a store and a policy where both tools look for them. */
async function configure(directory: string, scopes: readonly string[]): Promise<void> {
  const signer = await mintSigner('p256');
  const files: Readonly<Record<string, string>> = {
    'bench.key': signer.keyPem,
    'bench.crt': signer.chainPem,
    'truststore/x509/ca/bench/root.crt': signer.rootPem,
    'signingkeys.json': JSON.stringify({
      default: 'bench',
      keys: [{ name: 'bench', keyPath: join(directory, 'bench.key'), certPath: join(directory, 'bench.crt') }],
    }),
    'trustpolicy.json': JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: 'bench',
          registryScopes: scopes,
          signatureVerification: { level: 'strict' },
          trustStores: ['ca:bench'],
          trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example, CN=bench signer'],
        },
      ],
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true, mode: 0o700 });
    await writeFile(join(directory, name), text, { mode: 0o600 });
  }
}

interface TimeOptions {
  readonly rounds: number;
  readonly env: Readonly<Record<string, string>>;
}

async function timeAll(
  label: string,
  programs: readonly Program[],
  { rounds, env }: TimeOptions,
): Promise<readonly Samples[]> {
  const measured = programs.map(({ name }) => ({ name: `${label}: ${name}`, values: [] as number[] }));
  for (const { command } of programs) await timed(command, env);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < programs.length; turn += 1) {
      const index = (turn + round) % programs.length;
      const program = programs[index];
      if (program !== undefined) measured[index]?.values.push(Number(await timed(program.command, env)));
    }
  }
  process.stderr.write(
    `${label}: ${measured.map(({ name, values }) => `${name.slice(label.length + 2)} ${(median(values) / 1e6).toFixed(0)} ms`).join(', ')}\n`,
  );
  return measured;
}

/** Nanoseconds from start to exit. The environment is exactly the one given, so without NODE_EXTRA_CA_CERTS. */
function timed([file = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<bigint> {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (bytes: Uint8Array) => (complaint += bytes.toString()));
    child.once('error', reject);
    child.once('exit', () => (end = process.hrtime.bigint()));
    let end = start;
    child.once('close', (code) => {
      if (code === 0) resolve(end - start);
      else reject(new Error(`bench: ${file} ${args.join(' ')} ended with ${code}: ${complaint}`));
    });
  });
}
