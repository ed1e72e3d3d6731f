import { describe, expect, it } from 'vitest';
import { executableName, findPluginName, findPluginOfFile, parsePluginName } from './plugin-name.ts';

describe('the name of a plugin', () => {
  it.each(['com.example.kms', 'azure-kv', 'a', '_x', '...', 'notation', '1.2'])(
    'is %s [+PLUG-04 +PLUG-05 +OC-08]',
    (name) => {
      expect(parsePluginName(name)).toBe(name);
    },
  );

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', '/etc', 'a b', 'a\n', 'ä', 'a\0', '%2e%2e', 'C:x', 'x'.repeat(129)])(
    'is not %j [-PLUG-04 -OC-08]',
    (name) => {
      expect(findPluginName(name)).toBeUndefined();
      expect(() => parsePluginName(name)).toThrow(expect.objectContaining({ code: 'PLUGIN_NAME_INVALID' }));
    },
  );

  it('is in the name of its executable [+PLUG-01]', () => {
    const name = parsePluginName('com.example.kms');
    expect(executableName(name, 'linux')).toBe('notation-com.example.kms');
    expect(executableName(name, 'win32')).toBe('notation-com.example.kms.exe');
    expect(findPluginOfFile('notation-com.example.kms', 'linux')).toBe(name);
    expect(findPluginOfFile('notation-com.example.kms.exe', 'win32')).toBe(name);
    expect(findPluginOfFile('notation-com.example.kms.EXE', 'win32')).toBe(name);
  });

  it.each(['notation', 'notation-', 'com.example.kms', 'x/notation-a', 'x\\notation-a', 'notation-..', 'notation-a b'])(
    'is not in the file name %j [-PLUG-01]',
    (file) => {
      expect(findPluginOfFile(file, 'linux')).toBeUndefined();
    },
  );

  it('needs the ending of a program on Windows [-PLUG-01]', () => {
    expect(findPluginOfFile('notation-a', 'win32')).toBeUndefined();
    expect(findPluginOfFile('notation-a.bat', 'win32')).toBeUndefined();
  });
});
