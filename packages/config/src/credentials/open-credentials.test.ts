import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryHome } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { answer, type HelperBehaviour, writeFakeHelper } from '../../test/fake-helper.ts';
import type { ConfigEvent } from '../events.ts';
import { credentialOf } from './credential.ts';
import { type CredentialOptions, type Credentials, dockerDirectory, openCredentials } from './open-credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const basic = (username: string, password: string) => ({ kind: 'basic', username, password }) as const;

async function place() {
  const home = await temporaryHome();
  const bin = join(home.path, 'bin');
  const docker = join(home.path, '.docker');
  const events: ConfigEvent[] = [];
  await mkdir(docker);
  await mkdir(bin);
  return {
    home,
    events,
    dockerPath: join(docker, 'config.json'),
    ownPath: join(home.directories.nv2Config, 'credentials.json'),
    helper: (name: string, behaviour?: HelperBehaviour) => writeFakeHelper(join(bin), name, behaviour),
    writeDocker: (content: unknown) =>
      writeFile(join(docker, 'config.json'), typeof content === 'string' ? content : JSON.stringify(content)),
    // Its own PATH first; no real helper of this machine is in /bin or /usr/bin under the names used here.
    open: (options: Partial<CredentialOptions> = {}): Credentials =>
      openCredentials({
        directories: home.directories,
        settings: { credHelpers: new Map() },
        dockerDirectory: docker,
        env: { PATH: `${bin}:/bin` },
        platform: 'aix',
        onEvent: (event) => events.push(event),
        ...options,
      }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

describe('credentials of a registry', () => {
  it('are none where nothing is configured', async () => {
    await using where = await place();
    const credentials = where.open();
    expect(await credentials.find('a.example')).toBeUndefined();
    expect(await credentials.source('a.example')).toEqual({ kind: 'anonymous' });
  });

  it('come from the first that has them: given, own file, helper of config.json, Docker', async () => {
    await using where = await place();
    await where.writeDocker({ auths: { 'a.example': { auth: base64('docker:1') } } });
    await where.helper('fake', { get: answer('helper', '2') });
    const settings = { credHelpers: new Map([['a.example', 'fake']]) };
    const origin = async (options: Partial<CredentialOptions>) => (await where.open(options).find('a.example'))?.origin;
    expect(await origin({})).toBe(where.dockerPath);
    expect(await origin({ settings })).toBe('docker-credential-fake');
    await where.open().store('a.example', basic('own', '3'), { allowPlainFile: true });
    expect(await origin({ settings })).toBe(where.ownPath);
    expect(await origin({ settings, given: { registry: 'a.example', credential: basic('given', '4') } })).toBe('given');
  });

  it('that were given go to the one registry that was named', async () => {
    await using where = await place();
    const credentials = where.open({ given: { registry: 'a.example:5000', credential: basic('me', 'pw') } });
    expect(await credentials.source('a.example:5000')).toEqual(basic('me', 'pw'));
    for (const other of ['a.example', 'a.example:5001', 'b.a.example:5000', 'evil.example']) {
      expect(await credentials.source(other)).toEqual({ kind: 'anonymous' });
    }
  });

  it('are looked up once for each registry', async () => {
    await using where = await place();
    await where.helper('fake', { get: `echo x >> calls; ${answer('me', 'pw')}` });
    const credentials = where.open({ settings: { credsStore: 'fake', credHelpers: new Map() } });
    await Promise.all([
      credentials.find('a.example'),
      credentials.source('a.example'),
      credentials.source('b.example'),
    ]);
    expect((await readFile(join(where.home.path, 'bin', 'calls'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('never contain a user name without password when given', () => {
    expect(credentialOf({})).toBeUndefined();
    expect(credentialOf({ username: 'a', password: 'b' })).toEqual(basic('a', 'b'));
    expect(credentialOf({ password: 'b' })).toEqual({ kind: 'identity-token', token: 'b' });
    expect(() => credentialOf({ username: 'a' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_CREDENTIALS_INVALID' }),
    );
  });
});

describe('the config.json of Docker', () => {
  it('is in the directory of DOCKER_CONFIG, else below home', () => {
    expect(dockerDirectory({ DOCKER_CONFIG: '/d' }, '/home/u')).toBe('/d');
    expect(dockerDirectory({ DOCKER_CONFIG: '' }, '/home/u')).toBe('/home/u/.docker');
  });

  it.each<readonly [string, unknown, unknown]>([
    ['user and password in auth', { auth: base64('me:p:w') }, basic('me', 'p:w')],
    ['an auth that is padded with NUL', { auth: base64('me:pw\0\0') }, basic('me', 'pw')],
    ['user and password apart', { username: 'me', password: 'pw' }, basic('me', 'pw')],
    [
      'an identity token, before the password',
      { auth: base64('me:pw'), identitytoken: 't' },
      { kind: 'identity-token', token: 't' },
    ],
    ['an empty entry', {}, { kind: 'anonymous' }],
    ['a null entry', null, { kind: 'anonymous' }],
    ['a user without password', { username: 'me' }, { kind: 'anonymous' }],
  ])('may hold %s', async (_, entry, expected) => {
    await using where = await place();
    await where.writeDocker({ auths: { 'a.example': entry }, experimental: 'enabled' });
    expect(await where.open().source('a.example')).toEqual(expected);
  });

  it.each([
    ['a.example', 'a.example'],
    ['a.example:5000', 'https://a.example:5000'],
    ['a.example', 'https://a.example/v1/'],
    ['a.example', 'http://A.Example/v2/'],
    ['docker.io', 'https://index.docker.io/v1/'],
    ['registry-1.docker.io', 'https://index.docker.io/v1/'],
    ['index.docker.io', 'docker.io'],
  ])('gives %s the entry called %s', async (registry, key) => {
    await using where = await place();
    await where.writeDocker({ auths: { [key]: { auth: base64('me:pw') } } });
    expect(await where.open().source(registry)).toEqual(basic('me', 'pw'));
  });

  it.each([
    ['a.example', 'a.example:5000'],
    ['a.example:5000', 'a.example'],
    ['a.example', 'b.example/a.example'],
    ['a.example', 'aXexample'],
    ['example', 'a.example'],
  ])('does not give %s the entry called %s', async (registry, key) => {
    await using where = await place();
    await where.writeDocker({ auths: { [key]: { auth: base64('me:pw') } } });
    expect(await where.open().source(registry)).toEqual({ kind: 'anonymous' });
  });

  it('may be a link, and may name helpers, which then have the only say', async () => {
    await using where = await place();
    await where.helper('fake', { get: answer('me', 'pw') });
    await where.helper('other');
    const config = {
      auths: { 'a.example': { auth: base64('plain:pw') }, 'b.example': { auth: base64('plain:pw') } },
      credsStore: 'other',
      credHelpers: { 'a.example': 'fake' },
    };
    await writeFile(join(where.home.path, 'real.json'), JSON.stringify(config));
    await symlink('../real.json', where.dockerPath);
    const credentials = where.open();
    expect(await credentials.source('a.example')).toEqual(basic('me', 'pw'));
    expect(await credentials.source('b.example')).toEqual({ kind: 'anonymous' });
  });

  it('asks a helper about Docker Hub under its historical address', async () => {
    await using where = await place();
    const fake = await where.helper('fake', { get: answer('me', 'pw') });
    await where.writeDocker({ credsStore: 'fake' });
    await where.open().source('docker.io');
    expect(await fake.request('get')).toBe('https://index.docker.io/v1/');
  });

  it.each([
    ['no JSON', 'secret{', 'CONFIG_DOCKER_INVALID'],
    ['auths that are a list', { auths: ['secret'] }, 'CONFIG_DOCKER_INVALID'],
    ['an auth that is a number', { auths: { 'a.example': { auth: 12345 } } }, 'CONFIG_DOCKER_INVALID'],
    ['an auth that is not base64', { auths: { 'a.example': { auth: 'secret!' } } }, 'CONFIG_CREDENTIALS_INVALID'],
    ['an auth without colon', { auths: { 'a.example': { auth: base64('secret') } } }, 'CONFIG_CREDENTIALS_INVALID'],
    ['a helper with a path as name', { credsStore: '../secret' }, 'CONFIG_HELPER_NAME'],
    ['a helper that is not installed', { credsStore: 'absent' }, 'CONFIG_HELPER_NOT_FOUND'],
  ])('with %s is an error, which quotes no secret of it', async (_, content, code) => {
    await using where = await place();
    await where.writeDocker(content);
    const error: unknown = await where
      .open()
      .find('a.example')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    if (code !== 'CONFIG_HELPER_NAME') {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/secret(?!s)|12345/);
    }
  });
});

describe('signing in', () => {
  const credential = basic('me', 'pw');

  it('keeps the credential with the configured helper, and signing out erases it there', async () => {
    await using where = await place();
    const fake = await where.helper('fake');
    const credentials = where.open({ settings: { credsStore: 'fake', credHelpers: new Map() } });
    expect(await credentials.store('a.example', credential)).toBe('docker-credential-fake');
    expect(JSON.parse(await fake.request('store'))).toEqual({ ServerURL: 'a.example', Username: 'me', Secret: 'pw' });
    await credentials.erase('a.example');
    expect(await fake.request('erase')).toBe('a.example');
    await expect(stat(where.ownPath)).rejects.toThrow();
  });

  it('uses the helper that Docker is configured with, and never writes into its file', async () => {
    await using where = await place();
    await where.helper('fake');
    await where.writeDocker({ credsStore: 'fake' });
    expect(await where.open().store('a.example', credential)).toBe('docker-credential-fake');
    expect(await readFile(where.dockerPath, 'utf8')).toBe('{"credsStore":"fake"}');
  });

  it.each([
    ['darwin', 'osxkeychain'],
    ['win32', 'wincred'],
    ['linux', 'secretservice'],
  ] as const)('on %s uses the helper %s where it is installed', async (platform, name) => {
    await using where = await place();
    await where.helper(name, { get: answer('me', 'pw') });
    const credentials = where.open({ platform });
    expect(await credentials.store('a.example', credential)).toBe(`docker-credential-${name}`);
    expect(await credentials.find('a.example')).toEqual({ credential, origin: `docker-credential-${name}` });
  });

  it('does not suffer from a platform helper that is installed and was never set up', async () => {
    await using where = await place();
    await where.helper('pass', { get: 'echo "pass not initialized"; exit 1' });
    expect(await where.open({ platform: 'linux' }).source('a.example')).toEqual({ kind: 'anonymous' });
  });

  it('refuses to keep a password in a plain file unless that was asked for', async () => {
    await using where = await place();
    await expect(where.open().store('a.example', credential)).rejects.toMatchObject({
      code: 'CONFIG_CREDENTIALS_INSECURE',
    });
    await expect(stat(where.ownPath)).rejects.toThrow();
  });

  it('keeps it in a file for the owner alone when asked, replaces it, and forgets it', async () => {
    await using where = await place();
    const credentials = where.open();
    expect(await credentials.find('a.example')).toBeUndefined();
    expect(await credentials.store('a.example', basic('old', 'pw'), { allowPlainFile: true })).toBe(where.ownPath);
    await credentials.store('a.example', credential, { allowPlainFile: true });
    await credentials.store('b.example', { kind: 'identity-token', token: 't' }, { allowPlainFile: true });
    expect((await stat(where.ownPath)).mode & 0o777).toBe(0o600);
    expect(await credentials.source('a.example')).toEqual(credential);
    expect(await where.open().source('b.example')).toEqual({ kind: 'identity-token', token: 't' });
    await credentials.erase('a.example');
    expect(await credentials.find('a.example')).toBeUndefined();
    expect(await credentials.find('b.example')).toBeDefined();
    expect(where.events).toEqual([]);
  });

  it('reports a file that others can read', async () => {
    await using where = await place();
    await where.open().store('a.example', credential, { allowPlainFile: true });
    await chmod(where.ownPath, 0o644);
    await where.open().find('a.example');
    expect(where.events).toEqual([{ type: 'secret-file-exposed', path: where.ownPath, mode: 0o644 }]);
  });

  it('does not write through a link', async () => {
    await using where = await place();
    await symlink(join(where.home.path, 'elsewhere'), where.ownPath);
    await expect(where.open().store('a.example', credential, { allowPlainFile: true })).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_REGULAR',
    });
  });
});
