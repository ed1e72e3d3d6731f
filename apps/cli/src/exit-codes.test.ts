import { describe, expect, it } from 'vitest';
import { CliError, cliErrors } from './errors.ts';
import { type Conclusion, concludeReasons, exitCodeMeanings, exitCodeOf, exitCodeOfError } from './exit-codes.ts';
import { ContentError } from '@nv2/content';
import { RegistryError } from '@nv2/registry-client';
import { TransportError } from '@nv2/transport';
import { TrustError } from '@nv2/trust';
import type { ReasonCode } from '@nv2/notary';

describe('exit codes', () => {
  it.each<readonly [ReasonCode, Conclusion, number]>([
    ['altered', 'tampered', 11],
    ['malformed', 'tampered', 11],
    ['wrong-subject', 'tampered', 11],
    ['signer-unknown', 'not-trusted', 12],
    ['identity-mismatch', 'not-trusted', 12],
    ['no-policy', 'not-trusted', 12],
    ['revoked', 'revoked', 13],
    ['expired', 'expired', 14],
    ['certificate-expired', 'expired', 14],
    ['metadata-mismatch', 'policy-not-met', 16],
    ['revocation-unknown', 'unknown-status', 17],
    ['trust-store', 'invalid-input', 2],
    ['unavailable', 'unreachable', 20],
  ])('of a signature that fails with %s is that of %s', (reason, conclusion, code) => {
    expect(concludeReasons([reason])).toBe(conclusion);
    expect(exitCodeOf(conclusion)).toBe(code);
  });

  it('of several reasons is the largest', () => {
    expect(concludeReasons(['altered', 'revoked', 'signer-unknown'])).toBe('revoked');
  });

  it.each([
    [new CliError('CLI_USAGE', 'x'), 2],
    [new CliError('CLI_SUBJECT_NOT_FOUND', 'x'), 20],
    [new CliError('CLI_NO_CREDENTIALS', 'x'), 21],
    [new CliError('CLI_INTERRUPTED', 'x'), 1],
    [new ContentError('CONTENT_MISMATCH', 'x'), 11],
    [new RegistryError('REGISTRY_UNAUTHORIZED', 'x'), 21],
    [new RegistryError('REGISTRY_DENIED', 'x'), 21],
    [new RegistryError('REGISTRY_RATE_LIMITED', 'x'), 20],
    [new TransportError('TRANSPORT_DNS', 'x'), 20],
    [new TrustError('TRUST_POLICY_INVALID', 'x'), 2],
    [new TypeError('x'), 1],
  ])('of %s', (error, code) => expect(exitCodeOfError(error)).toBe(code));

  it('has a meaning for every code that an error of the command line can give', () => {
    for (const code of Object.keys(cliErrors) as (keyof typeof cliErrors)[]) {
      expect(exitCodeMeanings).toHaveProperty(String(exitCodeOfError(new CliError(code, 'x'))));
    }
  });
});
