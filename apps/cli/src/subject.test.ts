import { describe, expect, it } from 'vitest';
import { parseSubject } from './subject.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('subjects on the command line', () => {
  it.each([
    [
      'localhost:5000/net-monitor:v1',
      { kind: 'registry', reference: { registry: 'localhost:5000', repository: 'net-monitor', tag: 'v1' } },
    ],
    [`r.example.com/a/b@${digest}`, { kind: 'registry', reference: { repository: 'a/b', digest } }],
    ['docker://localhost:5000/a:v1', { kind: 'registry', family: 'docker', reference: { tag: 'v1' } }],
    ['oci://localhost:5000/a:v1', { kind: 'registry', family: 'oci' }],
    ['docker:5000/a:v1', { kind: 'registry', reference: { registry: 'docker:5000' } }],
    ['oci-layout:dir/sub:v1', { kind: 'layout', path: 'dir/sub', tag: 'v1' }],
    [`oci-layout:dir@${digest}`, { kind: 'layout', path: 'dir', digest }],
    ['oci-layout:./a:b/dir', { kind: 'layout', path: './a:b/dir' }],
    ['oci-layout:C:\\images', { kind: 'layout', path: 'C:\\images' }],
    ['oci-archive:image.tar:v1', { kind: 'archive', path: 'image.tar', tag: 'v1' }],
    ['oci-archive:image.tar', { kind: 'archive', path: 'image.tar' }],
    ['file:manifest.json', { kind: 'file', path: 'manifest.json' }],
    ['-', { kind: 'stdin' }],
  ])('reads %s', (text, subject) => expect(parseSubject(text)).toMatchObject(subject));

  it.each([
    ['net-monitor:dev', 'CLI_SUBJECT_UNSUPPORTED'],
    ['library/alpine:3', 'CLI_SUBJECT_UNSUPPORTED'],
    ['docker-daemon:net-monitor:dev', 'CLI_SUBJECT_UNSUPPORTED'],
    ['blob:file.bin', 'CLI_SUBJECT_UNSUPPORTED'],
    ['https://localhost:5000/a:v1', 'CLI_SUBJECT_UNSUPPORTED'],
    ['oci-layout:', 'CLI_USAGE'],
    ['file:', 'CLI_USAGE'],
    ['localhost:5000/Upper:v1', 'OCI_REFERENCE_INVALID'],
    ['localhost:5000/a:v1@sha256:short', 'OCI_DIGEST_INVALID'],
  ])('refuses %s: a short name has no default registry, and what is unknown is not guessed', (text, code) => {
    expect(() => parseSubject(text)).toThrow(expect.objectContaining({ code }));
  });
});
