// `--format json` on every command, each compared with its published schema.

import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testPluginPackage } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinCommands } from '../src/commands/builtin.ts';
import { type Ran, runHere, type RunSettings } from './support/run-cli.ts';
import { findSchemaProblems } from './support/schema.ts';
import { openStage, type Stage } from './support/stage.ts';

const directory = join(import.meta.dirname, '../schemas');

function readSchema(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'));
}

/** Schemas that some document of this run was compared with. */
const compared = new Set<string>();

/** The document a command printed, after comparing it with the schema. */
function checkJson(ran: Ran, schema: string): Record<string, unknown> {
  compared.add(schema);
  const document = JSON.parse(ran.stdout);
  expect(findSchemaProblems(document, readSchema(schema))).toEqual([]);
  expect(document.exitCode ?? 0).toBe(ran.status);
  return document;
}

describe('json output', () => {
  let stage: Stage;
  const json = (words: string, settings: RunSettings = {}): Promise<Ran> =>
    runHere(stage, ['--', ...words.split(' ')].slice(1).concat('--format', 'json'), settings);

  beforeAll(async () => {
    stage = await openStage();
    await stage.image('net-monitor', 'v1');
    await stage.key('wabbit');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('has a published schema for every command, and a command for every schema', () => {
    const commands = builtinCommands.map(({ path }) => path.join('-'));
    const schemas = readdirSync(directory).map((file) => file.replace('.json', ''));
    expect(schemas.toSorted()).toEqual([...commands, 'error'].toSorted());
  });

  it('describes files and their signatures', async () => {
    await stage.write('a.txt', 'a');
    await stage.write('b.txt', 'b');
    const signed = checkJson(await json('blob sign -k wabbit.key a.txt none.txt'), 'blob-sign');
    expect(signed).toMatchObject({ signed: 1, failed: 1, exitCode: 2, files: [{ signature: 'a.txt.jws.sig' }, {}] });
    const ran = await json('blob verify -k wabbit.crt a.txt b.txt none.txt');
    expect(checkJson(ran, 'blob-verify')).toMatchObject({
      accepted: 1,
      refused: 2,
      exitCode: 10,
      files: [{ verdict: 'trusted' }, { status: 'no-signature' }, { error: { code: 'CLI_FILE_UNREADABLE' } }],
    });
    checkJson(await json('blob verify a.txt'), 'blob-verify');
    const inspected = checkJson(await json('blob inspect a.txt.jws.sig a.txt'), 'blob-inspect');
    expect(inspected).toMatchObject({ signatures: [{ file: 'a.txt.jws.sig', state: 'not checked' }], failed: [{}] });
    const statement = '--kind blob --name x --global --trust-store ca:wabbit --identity *';
    checkJson(await json(`policy init ${statement}`), 'policy-init');
    checkJson(await json(`policy set ${statement}`), 'policy-set');
  });

  it('describes plugins', async () => {
    await stage.write('kms.zip', testPluginPackage('zip', 'kms', '1.0.0'));
    await stage.write('newer.tar.gz', testPluginPackage('tar.gz', 'kms', '1.1.0'));
    expect(checkJson(await json('plugin list'), 'plugin-list')).toMatchObject({ plugins: [] });
    expect(checkJson(await json('plugin install kms.zip'), 'plugin-install')).toMatchObject({ version: '1.0.0' });
    const newer = checkJson(await json('plugin install newer.tar.gz'), 'plugin-install');
    expect(newer).toMatchObject({ name: 'kms', version: '1.1.0', replacedVersion: '1.0.0' });
    expect(checkJson(await json('plugin install kms.zip'), 'error')).toMatchObject({
      error: { code: 'PLUGIN_DOWNGRADE', details: { plugin: 'kms', version: '1.0.0', installedVersion: '1.1.0' } },
    });
    await writeFile(join(stage.home.directories.notationLibexec, 'plugins/kms/notation-kms'), 'broken');
    expect(checkJson(await json('plugin list'), 'plugin-list')).toMatchObject({
      plugins: [{ name: 'kms', state: 'broken', error: { code: 'PLUGIN_START_FAILED' } }],
    });
    const removed = checkJson(await json('plugin uninstall --yes kms'), 'plugin-uninstall');
    expect(removed).toMatchObject({ name: 'kms', uninstalled: true });
  });

  it('describes version and completion', async () => {
    checkJson(await json('version'), 'version');
    checkJson(await json('completion zsh'), 'completion');
  });

  it('describes keys, certificates and policies', async () => {
    checkJson(await json('key list'), 'key-list');
    checkJson(await json('key add main wabbit.key --default'), 'key-add');
    const { keys } = checkJson(await json('key list'), 'key-list');
    expect(keys).toEqual([expect.objectContaining({ name: 'main', default: true, kind: 'local' })]);
    checkJson(await json('key default main'), 'key-default');
    checkJson(await json('cert generate-test other'), 'cert-generate-test');
    expect(checkJson(await json('cert generate --ca made'), 'cert-generate')).toMatchObject({ role: 'authority' });
    checkJson(await json('key delete other'), 'key-delete');
    checkJson(await json('cert add -t ca -s wabbit wabbit-root.crt'), 'cert-add');
    checkJson(await json('cert list'), 'cert-list');
    checkJson(await json('cert show wabbit.crt'), 'cert-show');
    expect(checkJson(await json('cert lint wabbit.crt'), 'cert-lint')).toMatchObject({ valid: true, exitCode: 0 });
    const found = await json('cert lint --purpose timestamping wabbit.crt wabbit.key');
    expect(checkJson(found, 'cert-lint')).toMatchObject({ valid: false, exitCode: 16 });
    checkJson(await json('policy init --scope * --trust-store ca:wabbit --identity *'), 'policy-init');
    checkJson(
      await json('policy set --name more --scope a.example/b --trust-store ca:wabbit --identity *'),
      'policy-set',
    );
    checkJson(await json('policy show'), 'policy-show');
    checkJson(await json('policy lint'), 'policy-lint');
    const policy = (await runHere(stage, ['policy', 'show'])).stdout;
    await stage.write('policy.json', policy);
    checkJson(await json('policy import --force policy.json'), 'policy-import');
  });

  it('describes signing and every outcome of verification', async () => {
    const reference = `${stage.registry}/net-monitor:v1`;
    const unsigned = checkJson(await json(`verify ${reference}`), 'verify');
    expect(unsigned).toMatchObject({
      verdict: 'untrusted',
      code: 'no-signature',
      conclusion: 'no-signature',
      exitCode: 10,
    });
    const signed = checkJson(await json(`sign -k wabbit.key --user-metadata a=b -e 24h ${reference}`), 'sign');
    const trusted = checkJson(await json(`verify ${reference}`), 'verify');
    expect(trusted).toMatchObject({
      subject: signed['subject'],
      verdict: 'trusted',
      signatures: [{ userMetadata: { a: 'b' } }],
    });
    const untrusted = checkJson(await json(`verify -k other.crt ${reference}`), 'verify');
    expect(untrusted).toMatchObject({ verdict: 'untrusted', code: 'signer-unknown', exitCode: 12 });
    expect(checkJson(await json(`list ${reference}`), 'list')).toMatchObject({
      signatures: [{ state: 'trusted', format: 'jws' }],
    });
    checkJson(await json(`inspect ${reference}`), 'inspect');
    checkJson(await json(`tree ${reference}`), 'tree');
    checkJson(await json(`policy test ${reference}`), 'policy-test');
    expect(checkJson(await json(`signature prune --dry-run ${reference}`), 'signature-prune')).toMatchObject({
      deleted: 0,
    });
    const planned = await json(`signature delete --dry-run --all ${reference}`);
    expect(checkJson(planned, 'signature-delete')).toMatchObject({ deleted: 0, signatures: [{ status: 'planned' }] });
    checkJson(await json(`sign -k wabbit.key --if-missing ${reference}`), 'sign');
    const several = await json(`sign -k wabbit.key ${reference} ${stage.registry}/none:v1`);
    expect(checkJson(several, 'sign')).toMatchObject({ signed: 1, failed: 1, exitCode: 20 });
    checkJson(await json(`verify -k wabbit.crt --recursive ${reference}`), 'verify');
    const platform = await json(`verify -k wabbit.crt --platform linux/amd64 ${reference}`);
    expect(checkJson(platform, 'verify')).toMatchObject({ platform: { decidedBy: 'image' } });
    checkJson(await json(`copy ${reference} oci-layout:carried:v1`), 'copy');
  });

  it('describes login, logout and certificate removal', async () => {
    const login = await json(`login ${stage.registry} -u me -p secret-password --insecure-storage`, {
      env: { PATH: '' },
    });
    expect(checkJson(login, 'login')).toMatchObject({ tried: false });
    expect(login.stdout + login.stderr).not.toContain('secret-password');
    checkJson(await json(`logout ${stage.registry}`, { env: { PATH: '' } }), 'logout');
    checkJson(await json('cert delete -t ca -s wabbit --all'), 'cert-delete');
  });

  it('describes the address of a registry that is being served', async () => {
    const stop = new AbortController();
    const serving = json('serve registry --dir served --port 0', { signal: stop.signal });
    setTimeout(() => stop.abort(), 40);
    const ran = await serving;
    expect(checkJson(ran, 'serve-registry')).toMatchObject({ host: '127.0.0.1' });
  });

  it('describes errors of the command line and of commands', async () => {
    expect(checkJson(await json('verify --nonsense x'), 'error')).toMatchObject({
      error: { code: 'CLI_USAGE' },
      exitCode: 2,
    });
    expect(checkJson(await json('sign -k nobody.key localhost:1/a:v1'), 'error')).toMatchObject({
      error: { code: 'CONFIG_KEY_NOT_FOUND' },
    });
    expect(checkJson(await json(`verify -k wabbit.crt ${stage.registry}/none:v1`), 'error')).toMatchObject({
      exitCode: 20,
    });
  });

  // Last in the file: tests of one file run in order.
  it('was compared with the schema of every command', () => {
    const commands = builtinCommands.map(({ path }) => path.join('-'));
    expect([...compared].filter((name) => name !== 'error').toSorted()).toEqual(commands.toSorted());
  });
});
