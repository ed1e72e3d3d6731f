import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPlatform, isSamePlatform, parsePlatform } from './platform.ts';

describe('a platform', () => {
  it.each([
    ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
    ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['linux/aarch64', { os: 'linux', architecture: 'arm64' }],
    ['Linux/X86_64', { os: 'linux', architecture: 'amd64' }],
    ['windows/386', { os: 'windows', architecture: '386' }],
  ])('is written %s', (text, platform) => {
    expect(parsePlatform(text)).toEqual(platform);
  });

  it.each(['', 'linux', 'linux/', '/amd64', 'linux/arm/v7/x', 'linux/am d64', 'linux/amd64/', 'linux//v8', '../../x'])(
    'is not written "%s"',
    (text) => {
      expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'OCI_PLATFORM_INVALID' }));
    },
  );

  it('is read back as it was written', () => {
    const word = fc
      .stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/)
      .filter((text) => text !== 'i386' && text !== 'aarch64');
    fc.assert(
      fc.property(word, word, fc.option(word, { nil: undefined }), (os, architecture, variant) => {
        const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
        expect(parsePlatform(formatPlatform(platform))).toEqual(platform);
      }),
    );
  });

  it.each([
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', true],
    ['linux/arm', 'linux/arm/v7', true],
    ['linux/arm', 'linux/arm/v6', false],
    ['linux/amd64', 'linux/amd64/v3', false],
    ['linux/amd64', 'windows/amd64', false],
    ['linux/amd64', 'linux/arm64', false],
    ['linux/riscv64', 'linux/riscv64', true],
    ['linux/riscv64', 'linux/riscv64/v1', false],
  ])('%s and %s being the same is %s', (wanted, offered, expected) => {
    expect(isSamePlatform(parsePlatform(wanted), parsePlatform(offered))).toBe(expected);
  });

  it('has a version of its operating system only where somebody asks for one', () => {
    const offered = { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763.1' };
    expect(isSamePlatform({ os: 'windows', architecture: 'amd64' }, offered)).toBe(true);
    expect(isSamePlatform({ ...offered, osVersion: '10.0.20348.1' }, offered)).toBe(false);
    expect(formatPlatform(offered)).toBe('windows/amd64 (10.0.17763.1)');
  });
});
