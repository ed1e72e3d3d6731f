// Key lists and settings as users write them.

import { type Recorder, slug } from './recorder.ts';

const local = { name: 'a', keyPath: '/nowhere/a.key', certPath: '/nowhere/a.crt' };
const plugin = { name: 'p', id: '1', pluginName: 'hsm', pluginConfig: { region: 'x' } };
const invalid = 'error CONFIG_KEY_LIST_INVALID';

const keyLists: readonly (readonly [name: string, rules: string, document: unknown, expect: string, use?: string])[] = [
  ['no keys', '+DIR-05', { keys: [] }, 'loads 0'],
  ['a local key and a plugin key', '+DIR-05 +DIR-06', { default: 'a', keys: [local, plugin] }, 'loads 2'],
  ['an entry that is neither', '+DIR-06', { keys: [{ name: 'x' }] }, 'loads 1'],
  [
    'an entry that is neither, when it is used',
    '-DIR-06',
    { keys: [{ name: 'y' }] },
    'error CONFIG_KEY_INCOMPLETE',
    'y',
  ],
  ['no default, when it is used', '-DIR-06', { keys: [local] }, 'error CONFIG_KEY_NOT_FOUND', ''],
  ['a plugin key, when it is used', '-PLUG-01', { keys: [plugin] }, 'error CONFIG_KEY_UNSUPPORTED', 'p'],
  ['a local key whose files are gone', '-DIR-09', { keys: [local] }, 'error CONFIG_FILE_NOT_FOUND', 'a'],
  ['two keys of one name', '-DIR-06', { keys: [local, { ...plugin, name: 'a' }] }, invalid],
  ['an empty name', '-DIR-06', { keys: [{ ...local, name: '' }] }, invalid],
  ['a default that is no key', '-DIR-06', { default: 'b', keys: [local] }, invalid],
  ['an empty default', '-DIR-06', { default: '', keys: [local] }, invalid],
  ['a name that is a number', '-DIR-05', { keys: [{ ...local, name: 1 }] }, invalid],
  ['an object for a list', '-DIR-05', { keys: {} }, invalid],
];

const bad = 'error CONFIG_SETTINGS_INVALID';
const settings: readonly (readonly [name: string, rules: string, text: string, expect: string])[] = [
  ['nothing', '+DIR-04', '{}', 'loads'],
  [
    'every member',
    '+DIR-04',
    JSON.stringify({
      insecureRegistries: ['localhost:5000'],
      credsStore: 'pass',
      credHelpers: { 'a.example': 'x' },
      signatureFormat: 'cose',
    }),
    'loads',
  ],
  ['a member that is ours to ignore', '+DIR-04', '{"future":{"a":1}}', 'loads'],
  ['another signature format', '-DIR-04', '{"signatureFormat":"pgp"}', bad],
  ['a word for a list', '-DIR-04', '{"insecureRegistries":"localhost"}', bad],
  ['a helper that is a number', '-DIR-04', '{"credHelpers":{"a.example":1}}', bad],
  ['a member twice', '-DIR-04 -OC-61', '{"credsStore":"a","credsStore":"b"}', bad],
  ['an array', '-DIR-04', '[]', bad],
];

export function recordConfiguration(recorder: Recorder): void {
  for (const [name, rules, document, expect, use] of keyLists) {
    const file = recorder.file(`configuration/keys-${slug(name)}.json`, JSON.stringify(document, undefined, 4));
    recorder.vector(
      `a key list with ${name}`,
      rules,
      'nv2',
      { kind: 'signing-keys', file, ...(use === undefined ? {} : { use }) },
      expect,
    );
  }
  for (const [name, rules, text, expect] of settings) {
    const file = recorder.file(`configuration/settings-${slug(name)}.json`, text);
    recorder.vector(`settings with ${name}`, rules, 'nv2', { kind: 'settings', file }, expect);
  }
}
