import { describe, expect, it } from 'vitest';
import { blobStatement, ociStatement, policyBytes } from '../../test/policies.ts';
import { parseTrustPolicy } from './document.ts';
import { selectBlobStatement, selectStatement } from './select.ts';

const document = parseTrustPolicy(
  policyBytes(
    { ...ociStatement, name: 'rest', registryScopes: ['*'] },
    { ...ociStatement, name: 'app', registryScopes: ['registry.example.com/app', 'local/my-layout'] },
  ),
  { kind: 'oci' },
);
const exactOnly = parseTrustPolicy(policyBytes(ociStatement), { kind: 'oci' });

describe('choosing the statement for a repository', () => {
  it('prefers the exact scope to the wildcard, wherever they stand [+TP-25 +TP-27]', () => {
    expect(selectStatement(document, 'registry.example.com/app')?.name).toBe('app');
  });

  it('takes the wildcard for everything else [+TP-21 +TP-25]', () => {
    expect(selectStatement(document, 'registry.example.com/other')?.name).toBe('rest');
  });

  it('takes a scope that the user gave for a layout [+TP-26]', () => {
    expect(selectStatement(document, 'local/my-layout')?.name).toBe('app');
  });

  it.each([
    ['letter case of the host', 'Registry.example.com/app'],
    ['a default port', 'registry.example.com:443/app'],
    ['a parent path', 'registry.example.com/app/sub'],
    ['a shorter path', 'registry.example.com/ap'],
  ])('does not overlook %s [-TP-25]', (_, repository) => {
    expect(selectStatement(exactOnly, repository)).toBeUndefined();
  });

  it.each([
    ['a tag', 'registry.example.com/app:v1'],
    ['a digest', `registry.example.com/app@sha256:${'0'.repeat(64)}`],
    ['a short name', 'app'],
    ['the wildcard itself', '*'],
  ])('refuses %s [-TP-26]', (_, repository) => {
    expect(() => selectStatement(document, repository)).toThrow(
      expect.objectContaining({ code: 'TRUST_SCOPE_INVALID' }),
    );
  });
});

describe('choosing the statement for a blob', () => {
  const blobs = parseTrustPolicy(
    policyBytes(blobStatement, { ...blobStatement, name: 'everything', globalPolicy: true }),
    { kind: 'blob' },
  );
  const withoutGlobal = parseTrustPolicy(policyBytes(blobStatement), { kind: 'blob' });

  it('takes exactly the named one [+TP-30]', () => expect(selectBlobStatement(blobs, 'files')?.name).toBe('files'));

  it.each(['Files', 'file', 'files '])(
    'finds none for the name %j and does not fall through to the global one [-TP-30]',
    (name) => {
      expect(selectBlobStatement(blobs, name)).toBeUndefined();
    },
  );

  it('takes the global one without a name [+TP-31 +TP-33]', () =>
    expect(selectBlobStatement(blobs)?.name).toBe('everything'));

  it('finds none without a name where none is global [-TP-31]', () =>
    expect(selectBlobStatement(withoutGlobal)).toBeUndefined());

  it('refuses a blank name [-TP-32]', () => {
    expect(() => selectBlobStatement(blobs, ' ')).toThrow(
      expect.objectContaining({ code: 'TRUST_POLICY_NAME_INVALID' }),
    );
  });
});
