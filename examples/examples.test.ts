import { chmod, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { encodeUtf8 } from '@nv2/base';
import { jwsFormat } from '@nv2/envelope';
import { createSignature, verifyEnvelope } from '@nv2/notary';
import { digestOf } from '@nv2/oci';
import { parseCertificates } from '@nv2/pki';
import { temporaryDirectory } from '@nv2/testing';
import { memoryTrustStore, type OciTrustPolicy, parseTrustPolicy, type TrustStore } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import { remoteKey } from './custom-key.ts';
import { logEvents } from './events.ts';
import { type Lab, openLab } from './lab.ts';
import { createVerificationService } from './service.ts';
import { signBuild } from './sign-in-ci.ts';
import { secretTrustStore } from './trust-store.ts';
import { verifyArtifact } from './verify.ts';

const bytes = encodeUtf8('abc');
const subject = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
const signingAgent = 'example/1.0.0';

function storeOf({ root }: Lab): TrustStore {
  return memoryTrustStore([{ type: 'ca', name: 'example', certificates: parseCertificates(root) }]);
}

function policyOf({ policy }: Lab): OciTrustPolicy {
  return parseTrustPolicy(policy, { kind: 'oci' });
}

async function signInBuild({ chain, reference }: Lab): Promise<string> {
  await using directory = await temporaryDirectory();
  const secrets = { keyPath: `${directory.path}/build.key`, certPath: `${directory.path}/build.crt` };
  await writeFile(secrets.keyPath, chain.key.pkcs8Pem);
  await chmod(secrets.keyPath, 0o600);
  await writeFile(secrets.certPath, chain.pem);
  return await signBuild(reference, secrets);
}

describe('the examples', () => {
  it('sign in a build and verify, and refuse what nobody has signed', async () => {
    await using lab = await openLab();
    const verdict = async (): Promise<string> =>
      (await verifyArtifact(lab.reference, policyOf(lab), storeOf(lab))).verdict;
    expect(await verdict()).toBe('untrusted');
    expect(await signInBuild(lab)).toMatch(/\/team\/app@sha256:[0-9a-f]{64}$/);
    expect(await verdict()).toBe('trusted');
  });

  it('answer as a service: 200 for what is trusted, 403 for what is not, 502 where there is no verdict', async () => {
    await using lab = await openLab();
    const service = createVerificationService({ policy: lab.policy, roots: lab.root });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    try {
      // A server on a TCP port has an address with a port.
      const { port } = service.address() as AddressInfo;
      const ask = async (ref: string): Promise<{ readonly status: number; readonly body: unknown }> => {
        const response = await fetch(`http://127.0.0.1:${port}/?ref=${encodeURIComponent(ref)}`);
        return { status: response.status, body: await response.json() };
      };
      expect(await ask(lab.reference)).toMatchObject({ status: 403, body: { verdict: 'untrusted' } });
      await signInBuild(lab);
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(lab.reference)));
      for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { verdict: 'trusted' } });
      // An artifact that does not exist has no verdict.
      expect(await ask(`${lab.host}/team/app:v2`)).toMatchObject({ status: 502, body: { error: expect.any(String) } });
      expect(await ask('no reference')).toMatchObject({ status: 502, body: { error: expect.any(String) } });
    } finally {
      await new Promise((resolve) => service.close(resolve));
    }
  });

  it('sign with a key that only a service has', async () => {
    await using lab = await openLab();
    const asked: string[] = [];
    const key = remoteKey('release', encodeUtf8(lab.chain.pem), async ({ keyId, data }) => {
      asked.push(keyId);
      return lab.chain.signingKey.sign(data);
    });
    const signing = { key, format: jwsFormat, at: new Date(), signingAgent };
    const { envelope, mediaType } = await createSignature({ ...signing, subject });
    const trust = { kind: 'certificates', anchors: parseCertificates(lab.root) } as const;
    const outcome = await verifyEnvelope({ envelope, mediaType, subject, trust, at: new Date() });
    expect(outcome.verdict).toBe('trusted');
    expect(asked).toEqual(['release']);
    // A service that signs with another key gives no signature.
    const wrong = remoteKey('release', encodeUtf8(lab.chain.pem), async () => new Uint8Array(64));
    await expect(createSignature({ ...signing, key: wrong, subject })).rejects.toThrow('does not verify');
  });

  it('take certificates from a secret, which must be fit for a trust store', async () => {
    await using lab = await openLab();
    const secrets = new Map([
      ['ca-example', lab.root],
      ['ca-leaf', encodeUtf8(lab.chain.pem.slice(0, lab.chain.pem.indexOf('-----END') + 30))],
    ]);
    const store = secretTrustStore(async (name) => secrets.get(name));
    expect(await store.certificates('ca', 'example')).toHaveLength(1);
    await expect(store.certificates('ca', 'other')).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
    await expect(store.certificates('ca', 'leaf')).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
    await signInBuild(lab);
    expect((await verifyArtifact(lab.reference, policyOf(lab), store)).verdict).toBe('trusted');
  });

  it('tell a log what a verification looks at', async () => {
    await using lab = await openLab();
    await signInBuild(lab);
    const lines: string[] = [];
    const outcome = await verifyArtifact(
      lab.reference,
      policyOf(lab),
      storeOf(lab),
      logEvents((line) => lines.push(line)),
    );
    expect(outcome.verdict).toBe('trusted');
    expect(lines).toContain('1 signatures');
    expect(lines).toContain('authenticity: passed');
    expect(lines.at(-1)).toMatch(/^signature sha256:[0-9a-f]{64}: trusted$/);
  });

  it('run side by side without knowing of each other', async () => {
    await using lab = await openLab();
    await using other = await openLab();
    await signInBuild(lab);
    await signInBuild(other);
    const empty = memoryTrustStore([]);
    const runs = Array.from({ length: 24 }, (_, index) => {
      const where = index % 2 === 0 ? lab : other;
      return verifyArtifact(where.reference, policyOf(where), index % 3 === 0 ? empty : storeOf(where));
    });
    const verdicts = (await Promise.all(runs)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(runs.map((_, index) => (index % 3 === 0 ? 'untrusted' : 'trusted')));
  });
});
