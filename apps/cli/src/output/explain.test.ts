// Every check of a signature in words: passed, tolerated, failed, not run.

import { describe, expect, it } from 'vitest';
import type { SignatureRecord } from '@nv2/notary';
import { checkName, explainChecks } from './explain.ts';

type Outcome = SignatureRecord['outcome'];

const certificate = (subject: string) => ({
  subject,
  issuer: 'CN=Root',
  fingerprint: '0'.repeat(64),
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2027-01-01T00:00:00Z'),
});
const claims = {
  mediaType: 'application/jose+json',
  scheme: 'notary.x509',
  chain: [certificate('CN=signer'), certificate('CN=Root')],
  signingTime: new Date('2026-06-01T00:00:00Z'),
  hasTimestamp: false,
} as const;
const names = ['integrity', 'plugin', 'authenticity', 'expiry', 'authenticTimestamp', 'revocation', 'payload'] as const;
const passed = names.map((check) => ({ check, status: 'passed' as const }));

// Only what is looked at; a real outcome is in the stories and transcripts.
const trusted = (more: object = {}): Outcome =>
  ({
    verdict: 'trusted',
    signer: { leaf: claims.chain[0], anchor: claims.chain[1], trustedBy: 'policy wabbit' },
    target: { mediaType: 'text/plain', digest: 'sha256:ab', size: 1 },
    envelope: { algorithm: 'ES256', signed: {} },
    claims,
    failures: [],
    checks: passed,
    ...more,
  }) as unknown as Outcome;

describe('explained checks', () => {
  it('say what each that passed has found', () => {
    expect(explainChecks(trusted())).toEqual([
      'integrity: passed (jws, ES256, notary.x509, a chain of 2 certificates)',
      'plugin: passed (none is demanded)',
      'authenticity: passed (CN=Root by policy wabbit)',
      'expiry: passed (the signature has no end)',
      'authentic timestamp: passed (the certificates are valid now)',
      'revocation: passed',
      'payload: passed (sha256:ab, text/plain)',
    ]);
  });

  it('say until when a signature counts, and what a time-stamp proved', () => {
    const timestamp = {
      earliest: new Date('2026-06-01T00:00:00Z'),
      latest: new Date('2026-06-01T00:00:02Z'),
      policy: '1.2.3',
      authority: [certificate('CN=TSA')],
    };
    const expiry = new Date('2026-12-01T00:00:00Z');
    const lines = explainChecks(trusted({ timestamp, claims: { ...claims, expiry, hasTimestamp: true } }));
    expect(lines).toContain('expiry: passed (until 2026-12-01T00:00:00Z)');
    expect(lines).toContain(
      'authentic timestamp: passed (made before a time-stamp from 2026-06-01T00:00:00Z to 2026-06-01T00:00:02Z by CN=TSA)',
    );
    const unjudged = explainChecks(trusted({ claims: { ...claims, hasTimestamp: true } }));
    expect(unjudged).toContain(
      'authentic timestamp: passed (the certificates are valid now, so the time-stamp does not have to be judged)',
    );
  });

  it('show what was asked about each certificate below the check of revocation', () => {
    const servers = [{ method: 'ocsp', url: 'http://ocsp.example', status: 'ok' }];
    const certificates = [
      { certificate: claims.chain[0], status: 'ok', method: 'ocsp', servers },
      { certificate: claims.chain[1], status: 'not-checkable', method: 'none', servers: [] },
    ];
    expect(explainChecks(trusted({ checks: [{ check: 'revocation', status: 'passed', certificates }] }))).toEqual([
      'revocation: passed',
      '  CN=signer: not revoked',
      '    OCSP "http://ocsp.example": not revoked',
    ]);
  });

  it('say why one failed, was tolerated, was skipped or was not reached', () => {
    const outcome = {
      verdict: 'untrusted',
      claims,
      failures: [],
      checks: [
        { check: 'expiry', status: 'failed', action: 'log', reason: 'it is over', facts: {} },
        { check: 'revocation', status: 'inconclusive', action: 'enforce', reason: 'no answer', facts: {} },
        { check: 'authenticTimestamp', status: 'skipped', because: 'policy' },
        { check: 'payload', status: 'skipped', because: 'earlier-failure' },
        { check: 'authenticity', status: 'passed' },
      ],
    } as unknown as Outcome;
    expect(explainChecks(outcome)).toEqual([
      'expiry: failed, tolerated by the policy: it is over',
      'revocation: not established: no answer',
      'authentic timestamp: skipped, as the policy says',
      'payload: not reached, since an earlier check failed',
      'authenticity: passed',
    ]);
  });

  it('claim nothing about an envelope that does not hold together', () => {
    const checks = [{ check: 'integrity', status: 'failed', action: 'enforce', reason: 'altered', facts: {} }];
    expect(explainChecks({ verdict: 'untrusted', failures: [], checks } as unknown as Outcome)).toEqual([
      'integrity: failed: altered',
    ]);
  });

  it('have names in words', () => {
    expect(checkName('userMetadata')).toBe('user metadata');
    expect(checkName('gate:freshness')).toBe('gate:freshness');
  });
});
