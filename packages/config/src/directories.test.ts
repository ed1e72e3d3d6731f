import { describe, expect, it } from 'vitest';
import { type Environment, resolveDirectories } from './directories.ts';

type Row = readonly [
  name: string,
  platform: NodeJS.Platform,
  env: Environment,
  home: string,
  expected: readonly string[],
];

// notationConfig, notationCache, notationLibexec, nv2Config, nv2Cache
const rows: readonly Row[] = [
  [
    'Linux [+DIR-01]',
    'linux',
    {},
    '/home/u',
    [
      '/home/u/.config/notation',
      '/home/u/.cache/notation',
      '/home/u/.config/notation',
      '/home/u/.config/nv2',
      '/home/u/.cache/nv2',
    ],
  ],
  [
    'Linux with XDG directories [+DIR-01 +DIR-03]',
    'linux',
    { XDG_CONFIG_HOME: '/x/c', XDG_CACHE_HOME: '/x/k' },
    '/home/u',
    ['/x/c/notation', '/x/k/notation', '/x/c/notation', '/x/c/nv2', '/x/k/nv2'],
  ],
  [
    'Linux with empty variables, which count as unset [+DIR-02]',
    'linux',
    { XDG_CONFIG_HOME: '', NOTATION_CONFIG: '', NV2_CACHE: '' },
    '/home/u',
    [
      '/home/u/.config/notation',
      '/home/u/.cache/notation',
      '/home/u/.config/notation',
      '/home/u/.config/nv2',
      '/home/u/.cache/nv2',
    ],
  ],
  [
    'FreeBSD, as Linux [+DIR-01]',
    'freebsd',
    {},
    '/home/u',
    [
      '/home/u/.config/notation',
      '/home/u/.cache/notation',
      '/home/u/.config/notation',
      '/home/u/.config/nv2',
      '/home/u/.cache/nv2',
    ],
  ],
  [
    'macOS, which knows no XDG [+DIR-01]',
    'darwin',
    { XDG_CONFIG_HOME: '/x' },
    '/Users/u',
    [
      '/Users/u/Library/Application Support/notation',
      '/Users/u/Library/Caches/notation',
      '/Users/u/Library/Application Support/notation',
      '/Users/u/Library/Application Support/nv2',
      '/Users/u/Library/Caches/nv2',
    ],
  ],
  [
    'Windows [+DIR-01]',
    'win32',
    { APPDATA: 'C:\\U\\Roaming', LocalAppData: 'C:\\U\\Local' },
    'C:\\U',
    [
      'C:\\U\\Roaming\\notation',
      'C:\\U\\Local\\notation',
      'C:\\U\\Roaming\\notation',
      'C:\\U\\Roaming\\nv2',
      'C:\\U\\Local\\nv2',
    ],
  ],
  [
    'a moved configuration, which takes libexec along [+DIR-02]',
    'linux',
    { NOTATION_CONFIG: '/n' },
    '/home/u',
    ['/n', '/home/u/.cache/notation', '/n', '/home/u/.config/nv2', '/home/u/.cache/nv2'],
  ],
  [
    'everything moved, without any home [+DIR-02]',
    'linux',
    { NOTATION_CONFIG: '/n', NOTATION_CACHE: '/k', NOTATION_LIBEXEC: '/l', NV2_CONFIG: '/v', NV2_CACHE: '/w' },
    '',
    ['/n', '/k', '/l', '/v', '/w'],
  ],
];

describe('the directories of a user', () => {
  it.each(rows)('on %s', (_, platform, env, home, expected) => {
    const found = resolveDirectories(env, platform, home);
    expect([found.notationConfig, found.notationCache, found.notationLibexec, found.nv2Config, found.nv2Cache]).toEqual(
      expected,
    );
  });

  it.each<readonly [string, NodeJS.Platform, Environment, string]>([
    ['without home', 'linux', {}, ''],
    ['with a relative home', 'linux', {}, 'home/u'],
    ['with a relative XDG_CONFIG_HOME', 'linux', { XDG_CONFIG_HOME: 'config' }, '/home/u'],
    ['with a relative XDG_CACHE_HOME', 'linux', { XDG_CACHE_HOME: './cache' }, '/home/u'],
    ['on macOS without home', 'darwin', {}, ''],
    ['on Windows without AppData', 'win32', { LocalAppData: 'C:\\L' }, 'C:\\U'],
    ['on Windows with a relative AppData', 'win32', { AppData: 'Roaming', LocalAppData: 'C:\\L' }, 'C:\\U'],
    ['with only some of them moved and no home', 'linux', { NOTATION_CONFIG: '/n' }, ''],
  ])(
    'are refused %s, never looked for in the working directory [-DIR-03 -DIR-01 -DIR-02]',
    (_, platform, env, home) => {
      expect(() => resolveDirectories(env, platform, home)).toThrow(
        expect.objectContaining({ code: 'CONFIG_DIRECTORY_UNKNOWN' }),
      );
    },
  );
});
