import { readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeSigningKeys,
  parseSigningKeys,
  readSigningKeys,
  type SigningKeyEntry,
  type SigningKeys,
  withDefaultKey,
  withKey,
  withoutKeys,
  writeSigningKeys,
} from './signing-keys.ts';

const local: SigningKeyEntry = { kind: 'local', name: 'a', keyPath: '/k/a.key', certPath: '/k/a.crt' };
const plugin: SigningKeyEntry = {
  kind: 'plugin',
  name: 'p',
  id: 'id1',
  pluginName: 'hsm',
  pluginConfig: { region: 'x' },
};
const parse = (text: string): SigningKeys => parseSigningKeys(encodeUtf8(text));
const invalid = (problem: string): unknown =>
  expect.objectContaining({ code: 'CONFIG_KEY_LIST_INVALID', details: expect.objectContaining({ problem }) });

describe('signingkeys.json', () => {
  it('is an empty list when there is none [+DIR-05]', async () => {
    await using directory = await temporaryDirectory();
    expect(await readSigningKeys(directory.path)).toEqual({ keys: [] });
  });

  it('holds local and plugin keys and a default [+DIR-05 +DIR-06 +OC-35]', () => {
    const json = {
      default: 'a',
      keys: [
        { name: 'a', keyPath: '/k/a.key', certPath: '/k/a.crt' },
        { name: 'p', id: 'id1', pluginName: 'hsm', pluginConfig: { region: 'x' } },
      ],
    };
    expect(parse(JSON.stringify(json))).toEqual({ default: 'a', keys: [local, plugin] });
  });

  it('may hold an entry that is neither, which only its use will refuse [+DIR-06]', () => {
    expect(
      parse('{"keys":[{"name":"x"},{"name":"y","keyPath":"","certPath":""},{"name":"z","plugin":"old"}]}').keys,
    ).toMatchObject([
      { kind: 'incomplete', name: 'x' },
      { kind: 'incomplete', name: 'y' },
      { kind: 'incomplete', name: 'z' },
    ]);
  });

  it.each([
    ['two keys of one name', '{"keys":[{"name":"a"},{"name":"a"}]}', 'name-repeated'],
    ['an empty name', '{"keys":[{"name":""}]}', 'name-empty'],
    ['a default that is no key', '{"default":"b","keys":[{"name":"a"}]}', 'default-unknown'],
    ['an empty default', '{"default":"","keys":[]}', 'default-empty'],
  ])('is refused with %s [-DIR-06]', (_, text, problem) => expect(() => parse(text)).toThrow(invalid(problem)));

  it.each([
    ['$.keys[0].name', '{"keys":[{"name":7}]}', 'shape'],
    ['$.keys[1].pluginConfig.a', '{"keys":[{"name":"a"},{"name":"b","pluginConfig":{"a":1}}]}', 'shape'],
    ['$.keys', '{"keys":{}}', 'shape'],
    ['JSON', '{"keys":[]', 'json'],
    ['JSON', '{"keys":[],"keys":[]}', 'json'],
  ])('is refused naming %s: %s [-DIR-05]', (path, text, problem) => {
    expect(() => parse(text)).toThrow(invalid(problem));
    expect(() => parse(text)).toThrow(path);
  });

  it('is written with four spaces for its owner alone, and read back [+DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    const config = join(directory.path, 'notation');
    await writeSigningKeys(config, { default: 'a', keys: [local] });
    const path = join(config, 'signingkeys.json');
    expect(await readFile(path, 'utf8')).toBe(
      '{\n    "default": "a",\n    "keys": [\n        {\n            "name": "a",\n            "keyPath": "/k/a.key",\n            "certPath": "/k/a.crt"\n        }\n    ]\n}',
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(config)).mode & 0o777).toBe(0o700);
    expect(await readSigningKeys(config)).toEqual({ default: 'a', keys: [local] });
  });

  it('is neither read through a link nor written over one [-DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    await symlink('elsewhere.json', join(directory.path, 'signingkeys.json'));
    await expect(readSigningKeys(directory.path)).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
    await expect(writeSigningKeys(directory.path, { keys: [] })).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_REGULAR',
    });
  });

  it('is never written inconsistent [-DIR-06]', async () => {
    await using directory = await temporaryDirectory();
    await expect(writeSigningKeys(directory.path, { default: 'x', keys: [] })).rejects.toMatchObject({
      code: 'CONFIG_KEY_LIST_INVALID',
    });
    expect(await readSigningKeys(directory.path)).toEqual({ keys: [] });
  });

  it('keeps what it does not know when it is rewritten', () => {
    const text =
      '{"future":1,"keys":[{"name":"a","keyPath":"/a","certPath":"/b","note":"x"},{"name":"i","keyPath":"/only"}]}';
    expect(JSON.parse(new TextDecoder().decode(encodeSigningKeys(withDefaultKey(parse(text), 'a'))))).toEqual({
      default: 'a',
      ...JSON.parse(text),
    });
  });

  it('comes back from its own encoding', () => {
    const path = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
    const keys = fc.uniqueArray(
      fc.oneof(
        fc.record({ kind: fc.constant('local' as const), name: path, keyPath: path, certPath: path }),
        fc.record({ kind: fc.constant('plugin' as const), name: path, id: path, pluginName: path }),
      ),
      { selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(keys, (list) => {
        expect(parseSigningKeys(encodeSigningKeys({ keys: list }))).toEqual({ keys: list });
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('editing the key list', () => {
  const list: SigningKeys = { default: 'a', keys: [local, plugin] };

  it('adds a key, as the default if wished [+DIR-08]', () => {
    const added = withKey(list, { ...local, name: 'b' }, { isDefault: true });
    expect(added.keys.map(({ name }) => name)).toEqual(['a', 'p', 'b']);
    expect(added.default).toBe('b');
    expect(withKey(list, { ...local, name: 'b' }).default).toBe('a');
  });

  it('refuses a name that is taken, an empty one, and a plugin key without id [-DIR-08]', () => {
    expect(() => withKey(list, local)).toThrow(expect.objectContaining({ code: 'CONFIG_KEY_EXISTS' }));
    expect(() => withKey(list, { ...local, name: '' })).toThrow(invalid('name-empty'));
    expect(() => withKey(list, { ...plugin, name: 'q', id: '' })).toThrow(invalid('id-empty'));
  });

  it('clears the default together with its key, and only then [+DIR-08]', () => {
    expect(withoutKeys(list, ['a'])).toEqual({ keys: [plugin] });
    expect(withoutKeys(list, ['p'])).toEqual({ default: 'a', keys: [local] });
  });

  it('removes all names or none [-DIR-08]', () => {
    expect(() => withoutKeys(list, ['a', 'x'])).toThrow(expect.objectContaining({ code: 'CONFIG_KEY_NOT_FOUND' }));
    expect(() => withDefaultKey(list, 'x')).toThrow(expect.objectContaining({ code: 'CONFIG_KEY_NOT_FOUND' }));
    expect(withDefaultKey(list, 'p').default).toBe('p');
  });
});
