// `npm run quickstart`: the main job on real bytes, with nothing but Node and npm. Every command is printed before it runs, is the child process
// that runs, and has its exit status checked. Home, configuration, keys and registries lie in a temporary directory.

import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeQuickstartImages } from './quickstart-images.ts';
import { buildCli } from './build-cli.ts';

const root = process.cwd();
const started = Date.now();
const directory = await mkdtemp(join(tmpdir(), 'nv2-quickstart-'));
const servers: ReturnType<typeof spawn>[] = [];

try {
  await buildCli();
  const env = await prepare();
  await tour(env);
  say(
    `Done in ${((Date.now() - started) / 1000).toFixed(1)} s. Everything above happened in a temporary directory that is removed now.`,
  );
} catch (error) {
  process.stderr.write(`\nquickstart failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await Promise.all(servers.map(stop));
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function tour(env: NodeJS.ProcessEnv): Promise<void> {
  const run = (line: string, expected = 0): Promise<string> => runCommand(line, expected, env);

  say(
    'Two registries, each on a free port of this machine. `nv2 serve registry` is an OCI registry with a native referrers API.',
  );
  const wabbit = await serve('wabbit', env);
  const acme = await serve('acme', env);

  say('A small image of three layers, made from bytes as an OCI image layout. Push it to the first registry.');
  await makeQuickstartImages(directory);
  await run(`nv2 copy oci-layout:net-monitor:v1 ${wabbit}/net-monitor:v1`);

  say('Nothing is trusted by default, and this image is not even signed: exit code 10.');
  await run(`nv2 verify ${wabbit}/net-monitor:v1`, 10);

  say('A key and a test certificate. A real one comes from your certificate authority.');
  await run('nv2 cert generate-test wabbit-networks');

  say('Sign. The image keeps its digest and its tag; the signature is stored beside it.');
  await run(`nv2 sign -k wabbit-networks -r ${wabbit}/net-monitor:v1`);

  say('One-line verification against the key itself needs no set-up.');
  await run(`nv2 verify -k wabbit-networks.crt -r ${wabbit}/net-monitor:v1`);

  say(
    'For everything else a trust policy decides. Without one, the signer is unknown: exit code 12, and what to do about it.',
  );
  await run(`nv2 verify ${wabbit}/net-monitor:v1`, 12);
  await run('nv2 cert add --type ca --store wabbit-networks wabbit-networks.crt');
  await run('nv2 policy init --name all-images --scope * --trust-store ca:wabbit-networks --identity *');
  await run(`nv2 verify ${wabbit}/net-monitor:v1`);

  say('Copy to another registry: the signature travels with the image, and the same policy accepts it there.');
  await run(`nv2 copy ${wabbit}/net-monitor:v1 ${acme}/net-monitor:v1`);
  await run(`nv2 verify ${acme}/net-monitor:v1`);

  say('A second signer adds a signature; the first stays.');
  await run('nv2 cert generate-test acme-rockets');
  await run(`nv2 sign -k acme-rockets ${acme}/net-monitor:v1`);
  await run(`nv2 verify -k acme-rockets.crt ${acme}/net-monitor:v1`);
  await run(`nv2 tree ${acme}/net-monitor:v1`);

  say('A signature with one altered character: exit code 11.');
  await run(`nv2 sign -k wabbit-networks -o net-monitor.sig.jws ${wabbit}/net-monitor:v1`);
  await alter(join(directory, 'net-monitor.sig.jws'));
  await run(`nv2 verify --signature net-monitor.sig.jws -k wabbit-networks.crt ${wabbit}/net-monitor:v1`, 11);

  say('The wrong signer: exit code 12.');
  await run(`nv2 verify -k acme-rockets.crt ${wabbit}/net-monitor:v1`, 12);

  say('Somebody moves the tag to an image that nobody signed: exit code 10 at the new digest.');
  await run(`nv2 copy oci-layout:impostor:v1 ${wabbit}/net-monitor:v1`);
  await run(`nv2 verify ${wabbit}/net-monitor:v1`, 10);
}

/** A home of its own, and `nv2` on PATH, so that what is printed is what runs. */
async function prepare(): Promise<NodeJS.ProcessEnv> {
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const cli = join(root, 'apps/cli/dist/nv2.cjs');
  await writeFile(join(bin, 'nv2'), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  await writeFile(join(bin, 'nv2.cmd'), `@"${process.execPath}" "${cli}" %*\r\n`);
  await chmod(join(bin, 'nv2'), 0o755);
  // NODE_EXTRA_CA_CERTS adds 70 ms to every start of Node 20.
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const own = Object.fromEntries(
    Object.entries(inherited).filter(([name]) => !/^(NV2|NOTATION|XDG|DOCKER)_/.test(name)),
  );
  return {
    ...own,
    HOME: directory,
    USERPROFILE: directory,
    NO_COLOR: '1',
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
  };
}

async function serve(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const line = `nv2 serve registry --dir ${name} --port 0`;
  print(`$ ${line} &`);
  const child = spawn('nv2', line.split(' ').slice(1), {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  servers.push(child);
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim().split('\n')[0] ?? '');
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`\`${line}\` ended with ${code} before it printed its address`)));
  });
  print(address);
  const port = /:(\d+)/.exec(address.replace(/^https?:/, ''))?.[1];
  if (port === undefined) throw new Error(`\`${line}\` printed no address: ${address}`);
  return `localhost:${port}`;
}

function runCommand(line: string, expected: number, env: NodeJS.ProcessEnv): Promise<string> {
  print(`$ ${line.replaceAll(' * ', " '*' ").replace(/ \*$/, " '*'")}`);
  const [command = '', ...args] = line.split(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      process.stdout.write(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) print(`(exit code ${code})`);
      if (code === expected) resolve(stdout.trim());
      else reject(new Error(`\`${line}\` ended with exit code ${code}, expected ${expected}`));
    });
  });
}

/** Changes one character in the middle of the signed payload. */
async function alter(file: string): Promise<void> {
  const envelope = JSON.parse(await readFile(file, 'utf8')) as { payload: string };
  const at = Math.floor(envelope.payload.length / 2);
  const swapped = envelope.payload[at] === 'A' ? 'B' : 'A';
  envelope.payload = envelope.payload.slice(0, at) + swapped + envelope.payload.slice(at + 1);
  await writeFile(file, JSON.stringify(envelope));
  print('# one character of the payload in net-monitor.sig.jws is changed');
}

function stop(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 3000).unref();
  });
}

function say(text: string): void {
  print(`\n# ${text}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
