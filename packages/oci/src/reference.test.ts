import { isNv2Error } from '@nv2/base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, formatRepository, parseReference } from './reference.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

// Any character; the library's own arbitrary for that takes seconds to set up.
const character = fc
  .integer({ min: 0, max: 0x10_ffff })
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

describe('references', () => {
  it.each([
    ['a tag', 'registry.example.com/team/app:v1', { repository: 'team/app', tag: 'v1' }],
    ['a digest', `registry.example.com/app@${digest}`, { repository: 'app', digest }],
    ['a tag and a digest', `registry.example.com/app:v1@${digest}`, { tag: 'v1', digest }],
    ['a repository alone', 'registry.example.com/app', { registry: 'registry.example.com', repository: 'app' }],
    ['a port', 'localhost:5000/app:v1', { registry: 'localhost:5000', repository: 'app', tag: 'v1' }],
    ['an IPv4 address', '127.0.0.1:5000/app', { registry: '127.0.0.1:5000' }],
    ['an IPv6 address', '[::1]:5000/app:v1', { registry: '[::1]:5000', tag: 'v1' }],
    ['a host of one label', 'registry/app', { registry: 'registry', repository: 'app' }],
    ['separators inside components', 'r.io/a.b/c_d/e__f/g---h:1', { repository: 'a.b/c_d/e__f/g---h' }],
    ['the words of the API as names', 'r.io/a/manifests/b:tags', { repository: 'a/manifests/b', tag: 'tags' }],
    ['a tag of 128 characters', `r.io/app:${'t'.repeat(128)}`, { tag: 't'.repeat(128) }],
  ])('reads %s', (_, text, expected) => {
    const reference = parseReference(text);
    expect(reference).toMatchObject(expected);
    expect(formatReference(reference)).toBe(text);
  });

  it.each([
    ['no host', 'app:v1'],
    ['an empty host', '/app:v1'],
    ['a host with a bad port', 'r.io:99999/app'],
    ['a host with a port that is no number', 'r.io:http/app'],
    ['a host that begins with a hyphen', '-r.io/app'],
    ['a host with an empty label', 'r..io/app'],
    ['credentials in the host', 'user:secret@r.io/app'],
    ['a scheme', 'https://r.io/app'],
    ['no repository', 'r.io/'],
    ['a repository in upper case', 'r.io/App'],
    ['an empty component', 'r.io/a//b'],
    ['a component of dots', 'r.io/../app'],
    ['a component that ends in a separator', 'r.io/app_'],
    ['three underscores', 'r.io/a___b'],
    ['a repository of 256 characters', `r.io/${'a'.repeat(256)}`],
    ['an empty tag', 'r.io/app:'],
    ['a tag that begins with a dot', 'r.io/app:.v1'],
    ['a tag of 129 characters', `r.io/app:${'t'.repeat(129)}`],
    ['two tags', 'r.io/app:v1:v2'],
    ['two digests', `r.io/app@${digest}@${digest}`],
    ['white space', 'r.io/app:v1 '],
    ['a line break', 'r.io/app\n'],
    ['a percent sign', 'r.io/a%2fb'],
  ])('refuses %s', (_, text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'OCI_REFERENCE_INVALID' }));
  });

  it('says which digest is wrong', () => {
    expect(() => parseReference('r.io/app@sha256:abc')).toThrow(
      expect.objectContaining({ code: 'OCI_DIGEST_INVALID' }),
    );
  });

  it('formats a repository as trust policy scopes are written', () => {
    expect(formatRepository(parseReference(`r.io:5000/team/app:v1@${digest}`))).toBe('r.io:5000/team/app');
  });

  it('answers hostile names of 64 KiB without delay', () => {
    for (const unit of ['a', 'a.', '-', 'a__', '/', ':', '@']) {
      expect(() => parseReference(`r.io/${unit.repeat(65_536)}!`)).toThrow();
    }
  });

  it('throws only its own errors for noise, and writes back what it accepts', () => {
    const noise = fc.stringMatching(/^[a-z0-9.:/@_A-Z[\]-]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: character })), (text) => {
        try {
          expect(formatReference(parseReference(text))).toBe(text);
        } catch (error) {
          if (!isNv2Error(error)) throw error;
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
