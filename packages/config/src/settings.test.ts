import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { parseSettings, readSettings } from './settings.ts';

const parse = (text: string) => parseSettings(encodeUtf8(text));

describe('config.json', () => {
  it('has defaults for everything when there is none [+DIR-04]', async () => {
    await using directory = await temporaryDirectory();
    expect(await readSettings(directory.path)).toEqual({ insecureRegistries: [], credHelpers: new Map() });
  });

  it('is read with all its members [+DIR-04]', () => {
    const json = {
      insecureRegistries: ['a:5000'],
      credsStore: 'pass',
      credHelpers: { 'b.example': 'x' },
      signatureFormat: 'COSE',
    };
    expect(parse(JSON.stringify(json))).toEqual({
      insecureRegistries: ['a:5000'],
      credsStore: 'pass',
      credHelpers: new Map([['b.example', 'x']]),
      signatureFormat: 'cose',
    });
  });

  it.each(['{}', '{"insecureRegistries":null,"credsStore":"","signatureFormat":""}', '{"future":{"a":1}}'])(
    'may be %s, as other tools write and tolerate it [+DIR-04]',
    (text) => expect(parse(text)).toEqual({ insecureRegistries: [], credHelpers: new Map() }),
  );

  it.each([
    ['$.insecureRegistries[1]', '{"insecureRegistries":["a",1]}'],
    ['$.credsStore', '{"credsStore":true}'],
    ['$.credHelpers.a', '{"credHelpers":{"a":{}}}'],
    ['$.signatureFormat', '{"signatureFormat":"pgp"}'],
    ['$: ', '[]'],
    ['one JSON document', '{}{}'],
    ['one JSON document', '{"credsStore":"a","credsStore":"b"}'],
    ['one JSON document', 'not json'],
  ])('is refused naming %s: %s [-DIR-04]', (path, text) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_SETTINGS_INVALID', message: expect.stringContaining(path) }),
    );
  });

  it('is refused as a link or directory [-DIR-07]', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'a', 'config.json'), { recursive: true });
    await mkdir(join(directory.path, 'b'));
    await writeFile(join(directory.path, 'real'), '{}');
    await symlink('../real', join(directory.path, 'b', 'config.json'));
    for (const name of ['a', 'b']) {
      await expect(readSettings(join(directory.path, name))).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
    }
  });
});
