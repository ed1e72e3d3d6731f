import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { answer, type FakeHelper, type HelperBehaviour, writeFakeHelper } from '../../test/fake-helper.ts';
import { limits } from '../limits.ts';
import { type CredentialHelper, credentialHelper, type HelperOptions } from './helper.ts';

async function withHelper<T>(
  behaviour: HelperBehaviour,
  use: (helper: CredentialHelper, fake: FakeHelper) => Promise<T>,
  options: Partial<HelperOptions> = {},
): Promise<T> {
  await using directory = await temporaryDirectory();
  const fake = await writeFakeHelper(directory.path, 'fake', behaviour);
  return await use(credentialHelper('fake', { ...options, env: { PATH: fake.path, ...options.env } }), fake);
}

describe('a credential helper', () => {
  it('is asked for a registry on standard input and answers with a user and a password', async () => {
    await withHelper({ get: answer('me', 'p:w') }, async (helper, fake) => {
      expect(await helper.get('registry.example.com')).toEqual({ kind: 'basic', username: 'me', password: 'p:w' });
      expect(await fake.request('get')).toBe('registry.example.com');
    });
  });

  it('answers with an identity token under the user name for tokens', async () => {
    await withHelper({ get: answer('<token>', 'abc') }, async (helper) => {
      expect(await helper.get('a')).toEqual({ kind: 'identity-token', token: 'abc' });
    });
  });

  it('says in the words of its protocol that it has nothing', async () => {
    await withHelper({}, async (helper) => expect(await helper.get('a')).toBeUndefined());
    await withHelper({ get: answer('me', '') }, async (helper) => expect(await helper.get('a')).toBeUndefined());
  });

  it('is given credentials as JSON on standard input, never as arguments', async () => {
    await withHelper({}, async (helper, fake) => {
      await helper.store('a', { kind: 'basic', username: 'me', password: 'p"w' });
      expect(JSON.parse(await fake.request('store'))).toEqual({ ServerURL: 'a', Username: 'me', Secret: 'p"w' });
      await helper.store('a', { kind: 'identity-token', token: 't' });
      expect(JSON.parse(await fake.request('store'))).toEqual({ ServerURL: 'a', Username: '<token>', Secret: 't' });
      await helper.erase('a');
      expect(await fake.request('erase')).toBe('a');
    });
  });

  it('sees the environment without our secrets [+DIR-02]', async () => {
    const secrets = { NV2_PASSWORD: 's1', nv2_key_passphrase: 's2', NOTATION_PASSWORD: 's3', NOTATION_USERNAME: 's4' };
    await withHelper(
      { get: answer('me', 'pw') },
      async (helper, fake) => {
        await helper.get('a');
        const environment = await fake.environment();
        expect(environment).toContain('KEEP=this');
        expect(environment).not.toMatch(/s[1234]\b/);
      },
      { env: { ...secrets, KEEP: 'this' } },
    );
  });

  it.each(['', '../x', 'a/b', 'a b', '-x', 'a;b', 'x'.repeat(65), 'a\n'])('is never called %j', (name) => {
    expect(() => credentialHelper(name, { env: {} })).toThrow(expect.objectContaining({ code: 'CONFIG_HELPER_NAME' }));
  });

  it.each(['pass', 'desktop.exe', 'ecr-login', 'acr_env'])('may be called %j', (name) => {
    expect(credentialHelper(name, { env: {} }).program).toBe(`docker-credential-${name}`);
  });

  it('that is not installed is named in the error', async () => {
    const helper = credentialHelper('absent', { env: { PATH: '/nonexistent' } });
    await expect(helper.get('a')).rejects.toMatchObject({
      code: 'CONFIG_HELPER_NOT_FOUND',
      details: { program: 'docker-credential-absent' },
    });
  });

  it('is not taken from the working directory or another relative entry of PATH', async () => {
    await using directory = await temporaryDirectory();
    await writeFakeHelper(join(directory.path, 'bin'), 'fake', { get: answer('me', 'pw') });
    const relative = join(directory.path, 'bin').replace(/^\//, '');
    const helper = credentialHelper('fake', { env: { PATH: `${relative}:.::${'../'.repeat(20)}${relative}` } });
    await expect(helper.get('a')).rejects.toMatchObject({ code: 'CONFIG_HELPER_NOT_FOUND' });
  });

  it.each([
    ['another failure', 'echo "wrong: s3cret"; exit 1'],
    ['text instead of JSON', 'echo "user s3cret"'],
    ['JSON without the secret', `printf '%s' '{"Username":"s3cret"}'`],
    ['a secret that is no text', `printf '%s' '{"Username":"s3cret","Secret":7}'`],
    ['being killed', 'kill -9 $$'],
  ])('that answers with %s fails, and the error quotes nothing of it', async (_, get) => {
    await withHelper({ get, store: 'exit 3', erase: 'exit 3' }, async (helper) => {
      const error: unknown = await helper.get('a').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CONFIG_HELPER_FAILED', details: { program: 'docker-credential-fake' } });
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
      await expect(helper.store('a', { kind: 'identity-token', token: 't' })).rejects.toMatchObject({
        code: 'CONFIG_HELPER_FAILED',
      });
      await expect(helper.erase('a')).rejects.toMatchObject({ code: 'CONFIG_HELPER_FAILED' });
    });
  });

  it('that never stops writing is stopped', async () => {
    await withHelper({ get: 'yes' }, async (helper) => {
      await expect(helper.get('a')).rejects.toThrow(`more than ${limits.maxHelperBytes} bytes`);
    });
  });

  it('that does not answer is stopped, its children holding the pipe or not', async () => {
    await withHelper({ get: 'sleep 5' }, (helper) => expect(helper.get('a')).rejects.toThrow('did not answer'), {
      timeoutMs: 40,
    });
    await withHelper(
      { get: 'sleep 5 & exit 0' },
      (helper) => expect(helper.get('a')).rejects.toThrow('did not answer'),
      {
        timeoutMs: 40,
      },
    );
  });

  it('is stopped when the caller gives up', async () => {
    await withHelper({ get: 'sleep 5' }, (helper) => expect(helper.get('a')).rejects.toThrow(), {
      signal: AbortSignal.timeout(30),
    });
  });

  it('may end without reading its input', async () => {
    await using directory = await temporaryDirectory();
    const fake = await writeFakeHelper(directory.path, 'fake');
    await writeFile(join(fake.directory, 'docker-credential-fake'), '#!/bin/sh\nexit 0\n', { mode: 0o700 });
    const helper = credentialHelper('fake', { env: { PATH: fake.path } });
    await expect(helper.store('a', { kind: 'identity-token', token: 'x'.repeat(200_000) })).resolves.toBeUndefined();
  });
});
