// The drop-in face against the texts of the reference.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ran, runHere, type RunSettings } from './support/run-cli.ts';
import { openStage, type Stage } from './support/stage.ts';

const guide = 'https://notaryproject.dev/docs/quickstart/#create-a-trust-policy';

describe('notation', () => {
  let stage: Stage;
  let digest: string;
  const notation = (args: readonly string[], settings: RunSettings = {}): Promise<Ran> =>
    runHere(stage, args, { face: 'notation', ...settings });
  const byTag = (): string => `${stage.registry}/net-monitor:v1`;
  const byDigest = (): string => `${stage.registry}/net-monitor@${digest}`;
  const policy = (statement: object): Promise<string> => {
    const document = {
      version: '1.0',
      trustPolicies: [
        {
          name: 'p',
          registryScopes: ['*'],
          signatureVerification: { level: 'strict' },
          trustStores: ['ca:release'],
          trustedIdentities: ['*'],
          ...statement,
        },
      ],
    };
    return stage.write('policy.json', JSON.stringify(document)).then(() => usePolicy());
  };
  const usePolicy = async (): Promise<string> => {
    const { copyFileSync } = await import('node:fs');
    copyFileSync(`${stage.work}/policy.json`, `${stage.home.directories.notationConfig}/trustpolicy.oci.json`);
    return '';
  };

  beforeAll(async () => {
    stage = await openStage();
    digest = await stage.image('net-monitor', 'v1');
    await stage.image('unsigned', 'v1');
    await stage.key('release');
    await runHere(stage, ['key', 'add', '--default', 'release', 'release.key']);
    await runHere(stage, ['cert', 'add', '-t', 'ca', '-s', 'release', 'release-root.crt']);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  it('without a policy says where to learn about one', async () => {
    expect(await notation(['verify', byDigest()])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: trust policy is not present. To create a trust policy, see: ${guide}\n`,
    });
  });

  it('signs with two lines on standard output, and warns about a tag [+SIGN-01]', async () => {
    const ran = await notation(['sign', '-m', 'purpose=e2e', byTag()]);
    expect(ran.stdout).toMatch(
      new RegExp(
        `^Successfully signed ${byDigest()}\nPushed the signature to ${stage.registry}/net-monitor@sha256:[0-9a-f]{64}\n$`,
      ),
    );
    expect(ran.stderr).toBe(
      'Warning: Always sign the artifact using digest(@sha256:...) rather than a tag(:v1) because tags are mutable and a tag reference can point to a different artifact than the one signed.\n',
    );
  });

  it('verifies a digest with exactly one line, then the metadata', async () => {
    await policy({});
    expect(await notation(['verify', byDigest()])).toEqual({
      status: 0,
      stdout: `Successfully verified signature for ${byDigest()}\n\nThe artifact was signed with the following user metadata.\n\nKEY       VALUE   \npurpose   e2e     \n`,
      stderr: '',
    });
  });

  it('puts a blank line before the result when it warned about a tag', async () => {
    const ran = await notation(['verify', byTag()]);
    expect(ran.stdout).toMatch(/^\nSuccessfully verified/);
    expect(ran.stderr).toContain(
      'because resolved digest may not point to the same signed artifact, as tags are mutable.',
    );
  });

  it('warns about a tag when listing too, and says what it did not find', async () => {
    const listed = await notation(['list', byTag()]);
    expect(listed.stderr).toBe(
      'Warning: Always list the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest may not point to the same signed artifact, as tags are mutable.\n',
    );
    expect((await notation(['list', byDigest()])).stderr).toBe('');
    for (const command of ['sign', 'verify', 'list']) {
      expect(await notation([command, `${stage.registry}/net-monitor:v9`])).toEqual({
        status: 1,
        stdout: '',
        stderr: `Error: failed to get manifest descriptor: ${stage.registry}/net-monitor:v9: not found\n`,
      });
    }
  });

  it('identifies itself as the reference with ours as build metadata', async () => {
    const inspected = await runHere(stage, ['inspect', byDigest()]);
    expect(inspected.stdout).toMatch(/signingAgent: notation-go\/2\.0\.0-alpha\.1 nv2\/\d/);
    expect((await notation(['version'])).stdout).toMatch(/^Version: {5}2\.0\.0-alpha\.1\+nv2\.\d+\.\d+\.\d+$/m);
  });

  it('writes no inline envelope', async () => {
    const store = stage.repository('net-monitor');
    const subject = await store.findManifestDescriptor('v1');
    for await (const referrer of store.referrers(subject!)) {
      const manifest = await store.findManifest(referrer.digest);
      expect(JSON.parse(new TextDecoder().decode(manifest?.bytes)).layers[0]).not.toHaveProperty('data');
    }
  });

  it.each<readonly [readonly string[], string]>([
    [['sign'], 'missing reference to the artifact: use `notation sign --help` to see what parameters are required'],
    [
      ['sign', '--signature-format', 'x', 'localhost:1/a:v1'],
      'signature format "x" not supported\nSupported signature envelope formats are "jws" and "cose"',
    ],
    [['sign', '-k', 'nobody', 'localhost:1/a:v1'], 'signing key nobody not found'],
    [['sign', '-k', 'release.key', 'localhost:1/a:v1'], 'signing key release.key not found'],
    [['sign', '-e', '-1h', 'localhost:1/a:v1'], 'expiry duration cannot be a negative value'],
    [['sign', '-e', '1ms', 'localhost:1/a:v1'], 'expiry duration supports minimum granularity of seconds'],
    [
      ['sign', '-m', 'a', 'localhost:1/a:v1'],
      'could not parse flag user-metadata: key-value pair requires "=" as separator',
    ],
    [
      ['sign', '--timestamp-url', '', '--timestamp-root-cert', 'x', 'localhost:1/a:v1'],
      'timestamping: tsa url cannot be empty',
    ],
    [
      ['sign', '--timestamp-url', 'x', 'localhost:1/a:v1'],
      'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]',
    ],
    [
      ['sign', '--id', 'x', 'localhost:1/a:v1'],
      'if any flags in the group [id plugin] are set they must all be set; missing [plugin]',
    ],
    [
      ['sign', '--id', 'x', '--plugin', 'p', '-k', 'k', 'localhost:1/a:v1'],
      'if any flags in the group [key id] are set none of the others can be; [id key] were all set',
    ],
    [
      ['verify', 'localhost:1/a'],
      '"localhost:1/a": invalid reference: no tag or digest. Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>',
    ],
    [['verify', '--max-signatures', '-5', 'localhost:1/a:v1'], 'max-signatures value -5 must be a positive number'],
    [
      ['list', '--oci-layout', 'x:v1'],
      'flag(s) --oci-layout in "notation list" is experimental and not enabled by default. To use, please set NOTATION_EXPERIMENTAL=1 environment variable',
    ],
    [['verify', '--nope', 'x'], 'unknown flag: --nope'],
  ])('%j fails in the words of the reference', async (args, message) => {
    expect(await notation(args)).toEqual({ status: 1, stdout: '', stderr: `Error: ${message}\n` });
  });

  it('gates layouts behind the experimental variable, then warns and asks for the scope', async () => {
    const env = { NOTATION_EXPERIMENTAL: '1' };
    const ran = await notation(['verify', '--oci-layout', 'x:v1'], { env });
    expect(ran.stderr).toBe(
      'Warning: This feature is experimental and may not be fully tested or completed and may be deprecated. Report any issues to "https://github/notaryproject/notation"\nError: if any flags in the group [oci-layout scope] are set they must all be set; missing [scope]\n',
    );
    await runHere(stage, ['copy', byTag(), 'oci-layout:carried:v1']);
    const verified = await notation(['verify', '--oci-layout', '--scope', 'local/e2e', `carried@${digest}`], { env });
    expect(verified).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`Successfully verified signature for carried@${digest}\n`),
    });
    const listed = await notation(['ls', '--oci-layout', 'carried:v1'], { env });
    expect(listed.stdout).toMatch(
      /^carried@sha256:[0-9a-f]{64}\n└── application\/vnd\.cncf\.notary\.signature\n {4}└── sha256:[0-9a-f]{64}\n$/,
    );
  });

  it.each<readonly [object, string]>([
    [
      { registryScopes: [] },
      'oci trust policy statement "p" has zero registry scopes, it must specify registry scopes with at least one value',
    ],
    [
      { registryScopes: ['*', 'a.b/c'] },
      `oci trust policy statement "p" uses wildcard registry scope '*', a wildcard scope cannot be used in conjunction with other scope values`,
    ],
    [
      { trustStores: [] },
      'oci trust policy: trust policy statement "p" is either missing trust stores or trusted identities, both must be specified',
    ],
    [
      { trustStores: ['ca'] },
      'oci trust policy: trust policy statement "p" has malformed trust store value "ca". The required format is <TrustStoreType>:<TrustStoreName>',
    ],
    [
      { trustStores: ['ca:'] },
      'oci trust policy: trust policy statement "p" uses an unsupported trust store name "" in trust store value "ca:". Named store name needs to follow [a-zA-Z0-9_.-]+ format',
    ],
    [
      { trustedIdentities: ['x'] },
      'oci trust policy: trust policy statement "p" has trusted identity "x" missing separator',
    ],
    [{ trustedIdentities: [''] }, 'oci trust policy: trust policy statement "p" has an empty trusted identity'],
  ])('words the invalid policy %j before it asks a registry', async (statement, message) => {
    await policy(statement);
    expect(await notation(['verify', 'localhost:1/a:v1'])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: ${message}\n`,
    });
  });

  it('words outcomes: none, no statement, nobody trusted, no store, skipped, audited', async () => {
    await policy({});
    const unsigned = await notation(['verify', `${stage.registry}/unsigned:v1`]);
    expect(unsigned.stderr).toMatch(
      /Error: signature verification failed: no signature is associated with ".*\/unsigned@sha256:.*", make sure the artifact was signed successfully\n$/,
    );
    await policy({ registryScopes: ['a.b/c'] });
    expect((await notation(['verify', byDigest()])).stderr).toContain(
      `Error: signature verification failed: artifact "${byDigest()}" has no applicable oci trust policy statement.`,
    );
    await policy({ trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'] });
    expect((await notation(['verify', byDigest()])).stderr).toBe(
      `Error: signature verification failed for all the signatures associated with ${byDigest()}\n`,
    );
    await policy({ trustStores: ['ca:nowhere'] });
    expect((await notation(['verify', byDigest()])).stderr).toBe(
      `Error: the trust store "nowhere" of type "ca" does not exist. Use command 'notation cert add' to create and add trusted certificates to the trust store\n`,
    );
    await policy({ signatureVerification: { level: 'skip' }, trustStores: undefined, trustedIdentities: undefined });
    expect((await notation(['verify', byDigest()])).stdout).toBe(
      `Trust policy is configured to skip signature verification for ${byDigest()}\n`,
    );
    await policy({
      signatureVerification: { level: 'audit' },
      trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'],
    });
    const audited = await notation(['verify', byDigest()]);
    expect(audited.stderr).toMatch(/^Warning: authenticity was set to "log" and failed with error: /);
    expect(audited.stdout).toMatch(/^\nSuccessfully verified signature for /);
  });

  it('accepts flags of 1.x and a flag before the command', async () => {
    await policy({});
    expect((await notation(['verify', '-v', '--allow-referrers-api', byDigest()])).stderr).toBe(
      "Warning: flag '--allow-referrers-api' is deprecated and will be removed in future versions.\n",
    );
    expect((await notation(['--signature-format', 'cose', 'sign', byDigest()])).status).toBe(0);
    expect((await notation(['sign', '--force-referrers-tag=false', byDigest()])).status).toBe(0);
    const { stderr } = await notation(['list', '--max-signatures', '1', byDigest()]);
    expect(stderr).toBe('Warning: exceeded configured limit of max signatures 1 to examine\n');
  });

  it('logs the steps of a verification with -d', async () => {
    const { stderr } = await notation(['verify', '-d', byDigest()]);
    for (const line of [
      'Check verification level',
      `Verify signature against artifact ${digest}`,
      'Validating cert chain',
      'Validating expiry',
      'Validating revocation',
    ]) {
      expect(stderr).toContain(`level=debug msg=${line}`);
    }
  });

  it('prints help on standard output and refuses unknown commands', async () => {
    expect(await notation([])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Available Commands'),
      stderr: '',
    });
    expect(await notation(['verify', '--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(await notation(['help', 'sign'])).toMatchObject({ status: 0 });
    expect(await notation(['xyzzy'])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: unknown command "xyzzy" for "notation"\nRun 'notation --help' for usage.\n`,
    });
    expect((await notation(['--version'])).stderr).toBe('Error: unknown flag: --version\n');
  });
});
