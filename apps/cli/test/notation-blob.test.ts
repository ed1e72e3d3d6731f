// `notation blob sign` and `notation blob verify`.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

let stage: Stage;
const notation = (args: readonly string[], settings: RunSettings = {}): Promise<Ran> =>
  runHere(stage, args, { face: 'notation', ...settings });
const path = (name: string): string => join(stage.work, name);

beforeAll(async () => {
  stage = await openStage();
  await stage.key('release');
  await runHere(stage, ['key', 'add', '--default', 'release', 'release.key']);
  await runHere(stage, ['cert', 'add', '-t', 'ca', '-s', 'release', 'release-root.crt']);
});
afterAll(async () => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const name of ['blob.txt.jws.sig', 'blob.txt.cose.sig']) await rm(path(name), { force: true });
  await stage.write('blob.txt', 'hello\n');
});

async function policy(statement: object = {}): Promise<void> {
  const document = {
    version: '1.0',
    trustPolicies: [
      {
        name: 'p',
        globalPolicy: true,
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:release'],
        trustedIdentities: ['*'],
        ...statement,
      },
    ],
  };
  await mkdir(stage.home.directories.notationConfig, { recursive: true });
  await writeFile(join(stage.home.directories.notationConfig, 'trustpolicy.blob.json'), JSON.stringify(document));
}

describe('notation blob sign', () => {
  it('writes a signature that belongs to its owner alone, and says so in two lines [+BLOB-01]', async () => {
    expect(await notation(['blob', 'sign', 'blob.txt'])).toEqual({
      status: 0,
      stdout: 'Successfully signed blob.txt\n Signature file written to blob.txt.jws.sig\n',
      stderr: '',
    });
    expect((await stat(path('blob.txt.jws.sig'))).mode & 0o777).toBe(0o600);
  });

  it('asks before it replaces a signature, after it has signed, and keeps it on anything but a yes', async () => {
    await writeFile(path('blob.txt.jws.sig'), 'old');
    const question = 'The signature file already exists, do you want to overwrite it? [y/N] ';
    for (const [input, rest] of [
      ['', ''],
      ['no\n', 'Operation cancelled.\n'],
      ['\n', 'Operation cancelled.\n'],
    ] as const) {
      const ran = await notation(['blob', 'sign', 'blob.txt'], { input });
      expect(ran).toMatchObject({ status: 0, stderr: '' });
      expect(ran.stdout).toContain(question);
      expect(await readFile(path('blob.txt.jws.sig'), 'utf8')).toBe('old');
      if (input === 'no\n') expect(ran.stdout).toBe(`${question}${rest}`);
    }
    const yes = await notation(['blob', 'sign', 'blob.txt'], { input: 'Y\n' });
    expect(yes.stdout).toMatch(/^The signature file .*\[y\/N\] Successfully signed blob.txt\n/);
    expect(await readFile(path('blob.txt.jws.sig'), 'utf8')).toContain('"payload"');
  });

  it('replaces a link with --force, and not what the link leads to', async () => {
    await stage.write('precious', 'kept');
    await symlink('precious', path('blob.txt.jws.sig'));
    const ran = await notation(['blob', 'sign', '--force', 'blob.txt']);
    expect(ran.stderr).toBe('Warning: existing signature file will be overwritten\n');
    expect(await readFile(path('precious'), 'utf8')).toBe('kept');
  });

  it.each<[readonly string[], string]>([
    [['missing'], 'open missing: no such file or directory'],
    [['.'], 'read .: is a directory'],
    [['-'], 'open -: no such file or directory'],
    [['--media-type', '', 'blob.txt'], 'content media-type cannot be empty'],
    [['--media-type', '/', 'blob.txt'], 'invalid content media-type "/": "/" is not a media type'],
    [
      ['--signature-directory', 'blob.txt', 'blob.txt'],
      'failed to write signature to file: mkdir blob.txt: not a directory',
    ],
    [
      ['-m', 'io.cncf.notary.x=1', 'blob.txt'],
      'error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary',
    ],
    [['-e', '1ms', 'blob.txt'], 'expiry duration supports minimum granularity of seconds'],
  ])('%j is refused, and nothing is written [-BLOB-03 -META-02]', async (args, message) => {
    expect(await notation(['blob', 'sign', ...args])).toEqual({ status: 1, stdout: '', stderr: `Error: ${message}\n` });
    expect(existsSync(path('blob.txt.jws.sig'))).toBe(false);
  });
});

describe('notation blob verify', () => {
  const verify = (...args: readonly string[]): Promise<Ran> =>
    notation(['blob', 'verify', ...args, '-s', 'blob.txt.jws.sig', 'blob.txt']);

  it('verifies what either face signed, a file of many chunks too [+BLOB-04]', async () => {
    await policy();
    const bytes = new Uint8Array(3_000_001).fill(1);
    await stage.write('blob.txt', bytes);
    await notation(['blob', 'sign', '--signature-format', 'cose', 'blob.txt']);
    const cose = ['blob', 'verify', '-s', 'blob.txt.cose.sig', 'blob.txt'];
    expect(await notation(cose)).toEqual({
      status: 0,
      stdout: 'Successfully verified signature for blob.txt\n',
      stderr: '',
    });
    bytes[2_999_999] = 2;
    await stage.write('blob.txt', bytes);
    expect((await notation(cose)).stderr).toBe(
      'Error: signature verification failed: integrity check failed. signature does not match the given blob\n',
    );
  });

  it('takes the statement of that name, else the global one, and no other [+TP-30 +TP-31]', async () => {
    await notation(['blob', 'sign', 'blob.txt']);
    await policy({ globalPolicy: false });
    expect((await verify('--policy-name', 'p')).status).toBe(0);
    expect((await verify()).stderr).toBe('Error: signature verification failed: no global blob trust policy\n');
    expect((await verify('--policy-name', 'P')).stderr).toBe(
      'Error: signature verification failed: no applicable blob trust policy with name "P"\n',
    );
    expect((await verify('--policy-name', ' ')).stderr).toBe(
      'Error: signature verification failed: policy name cannot be empty\n',
    );
  });

  it('does not look at the signature at level skip, where the reference crashes [+BLOB-10]', async () => {
    await policy({
      globalPolicy: false,
      signatureVerification: { level: 'skip' },
      trustStores: undefined,
      trustedIdentities: undefined,
    });
    await writeFile(path('blob.txt.jws.sig'), 'no signature');
    expect(await verify('--policy-name', 'p')).toEqual({
      status: 0,
      stdout: 'Trust policy is configured to skip signature verification for blob.txt\n',
      stderr: '',
    });
  });

  it('lets no user metadata steer the terminal', async () => {
    await notation(['blob', 'sign', '-m', 'a=\u001b[2Jx\ny', 'blob.txt']);
    await policy();
    expect((await verify()).stdout).toContain('\nKEY   VALUE     \na     \uFFFD[2Jx\uFFFDy   \n');
  });

  it('shows user metadata of a trusted signer, not of one that a policy merely tolerates [+META-06 -META-06]', async () => {
    await notation(['blob', 'sign', '-m', 'b=2', '-m', 'aa=1', 'blob.txt']);
    await policy();
    expect((await verify('-m', 'b=2')).stdout).toMatch(
      /^Successfully verified signature for blob.txt\n\nThe artifact was signed with the following user metadata.\n\nKEY {3}VALUE {3}\n(?:aa {4}1 {7}\n|b {5}2 {7}\n){2}$/,
    );
    await policy({
      globalPolicy: false,
      signatureVerification: { level: 'audit' },
      trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'],
    });
    const audited = await verify('--policy-name', 'p');
    expect(audited.stdout).toBe('\nSuccessfully verified signature for blob.txt\n');
    expect(audited.stderr).toMatch(
      /^Warning: authenticity was set to "log" and failed with error: signing certificate /,
    );
  });

  it('logs each step with -d, and why it failed', async () => {
    await notation(['blob', 'sign', '-e', '1h', 'blob.txt']);
    await policy();
    const good = await verify('-d');
    const lines = good.stderr.split('\n').map((line) => line.replace(/^time=\S+ \S+Z /, ''));
    expect(lines.slice(0, 11)).toEqual([
      'level=debug msg=Verify signature of media type application/jose+json',
      'level=info msg=Trust policy configuration: &{Name:p SignatureVerification:{VerificationLevel:strict Override:map[] VerifyTimestamp:} TrustStores:[ca:release] TrustedIdentities:[*] GlobalPolicy:true}',
      'level=debug msg=Validating cert chain',
      'level=debug msg=Validating trust identity',
      'level=debug msg=Validating expiry',
      'level=debug msg=Validating authentic timestamp',
      'level=debug msg=Under signing scheme notary.x509...',
      'level=info msg=Timestamp verification disabled: no tsa trust store is configured in trust policy',
      'level=debug msg=Validating revocation',
      'level=debug msg=Certificate #1 in chain names neither OCSP responders nor CRL distribution points',
      'level=debug msg=No verification impacting errors encountered while checking revocation, status is OK',
    ]);
    const late = await notation(['blob', 'verify', '-d', '-s', 'blob.txt.jws.sig', 'blob.txt'], {
      now: new Date(Date.now() + 2 * 3_600_000),
    });
    expect(late.stderr).toMatch(
      /level=error msg=expiry validation failed\. Failure reason: digital signature has expired on "\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000"\nError: signature verification failed: digital signature has expired on /,
    );
    expect(late.stderr).not.toContain('Validating revocation');
  });

  it.each<[readonly string[], string]>([
    [['blob.txt'], 'filepath of the signature cannot be empty'],
    [['-s', 'blob.txt.jws.sig', '--media-type', '', 'blob.txt'], '--media-type is set but with empty value'],
    [['-s', 'missing.jws.sig', 'blob.txt'], 'open missing.jws.sig: no such file or directory'],
    [['-s', '.', 'blob.txt'], 'read .: is a directory'],
    [['-s', 'blob.txt', 'missing'], 'open missing: no such file or directory'],
    [
      ['-s', 'blob.txt', '.'],
      'signature verification failed: failed to generate descriptor for given artifact. Error: read .: is a directory',
    ],
    [['-s', 'empty.jws.sig', 'blob.txt'], 'signature verification failed: signature cannot be nil or empty'],
    [
      ['-s', 'empty.jws.sig', '-m', 'io.cncf.notary.x=1', 'blob.txt'],
      'signature verification failed: failed to generate descriptor for given artifact. Error: error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary',
    ],
  ])('%j is refused [-BLOB-08 -META-07]', async (args, message) => {
    await policy();
    await stage.write('empty.jws.sig', '');
    expect(await notation(['blob', 'verify', ...args])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: ${message}\n`,
    });
  });
});
