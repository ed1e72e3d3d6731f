// `openssl ts` as the time-stamp authority: its tokens in our signatures, our tokens before its eyes, and the reference's signatures
// with the same authority here, and ours there.

import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { bytesResponse, readAll, type Transport } from '@nv2/base';
import { parseEnvelope } from '@nv2/envelope';
import { mintChain, toPem } from '@nv2/testing';
import { listen } from '@nv2/transport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, findProgram, type Lab, openLab } from './lab.ts';
import { openPlace, type Place } from './places.ts';
import { listKeys, trustRoots } from './trust.ts';

const serial = 'tsa-serial';
const configuration = `[tsa]
default_tsa = config
[config]
serial = ${serial}
signer_cert = tsa.crt
certs = tsa-chain.crt
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
`;

interface OpensslTsa extends AsyncDisposable {
  readonly url: string;
}

/** A small HTTP server in front of `openssl ts -reply`. */
async function openOpensslTsa(lab: Lab): Promise<OpensslTsa> {
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  const answer = async (query: Uint8Array): Promise<Uint8Array> => {
    count += 1;
    const [ask, reply] = [`${count}.tsq`, `${count}.tsr`];
    await lab.write(ask, query);
    await lab.ok('openssl', 'ts', '-reply', '-config', 'tsa.cnf', '-queryfile', ask, '-out', reply);
    return readFile(`${lab.directory}/${reply}`);
  };
  const handler: Transport = async (request) => {
    const query = request.body === undefined ? new Uint8Array() : await readAll(request.body.open(), 1 << 16);
    // One at a time: the program keeps its serial number in a file.
    const answered = last.then(() => answer(query));
    last = answered.catch(() => undefined);
    return bytesResponse(200, [['Content-Type', 'application/timestamp-reply']], await answered);
  };
  const server = await listen(handler, { host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${server.port}/`, [Symbol.asyncDispose]: () => server.close() };
}

describeWith(['openssl'], 'openssl as a time-stamp authority', () => {
  let lab: Lab;
  let place: Place;
  let tsa: OpensslTsa;
  const flags = (): readonly string[] => ['--timestamp-url', tsa.url, '--timestamp-root-cert', 'tsa-root.crt'];
  const policy = (verifyTimestamp: string, tsaStores = ['tsa:openssl']): Promise<string> =>
    lab.write(
      '.config/notation/trustpolicy.json',
      JSON.stringify({
        version: '1.0',
        trustPolicies: [
          {
            name: 'interop',
            registryScopes: ['*'],
            signatureVerification: { level: 'strict', verifyTimestamp },
            trustStores: ['ca:interop', ...tsaStores],
            trustedIdentities: ['*'],
          },
        ],
      }),
      0o600,
    );

  beforeAll(async () => {
    lab = await openLab();
    place = await openPlace('our registry');
    const authority = await mintChain({ keyType: 'rsa2048', length: 3, purpose: 'timestamping', keyIndex: 400 });
    const [leaf, intermediate] = authority.certificates;
    await lab.write('tsa.cnf', configuration);
    await lab.write(serial, '01\n');
    await lab.write('tsa.key', authority.key.pkcs8Pem, 0o600);
    await lab.write('tsa.crt', toPem('CERTIFICATE', leaf.der));
    await lab.write('tsa-chain.crt', toPem('CERTIFICATE', intermediate?.der ?? new Uint8Array()));
    await lab.write('tsa-root.crt', toPem('CERTIFICATE', authority.root.der));
    await lab.write('.config/notation/truststore/x509/tsa/openssl/root.crt', toPem('CERTIFICATE', authority.root.der));
    const chain = await mintChain({ length: 3, keyIndex: 401 });
    await listKeys(lab, [{ name: 'release', chain }]);
    await trustRoots(lab, 'interop', [{ name: 'release', chain }]);
    tsa = await openOpensslTsa(lab);
  });
  afterAll(async () => {
    await tsa[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  it.each(['jws', 'cose'] as const)(
    'stamps our signature in %s, and openssl verifies the token that we embed [+TSA-04 +TSA-12 +TSA-02]',
    async (format) => {
      await policy('always');
      const { pinned } = await place.shelve(`openssl-${format}`);
      const file = `sig.${format}`;
      await lab.ok('nv2', 'sign', '--signature-format', format, ...flags(), '-o', file, '--push', pinned);
      const verified = await lab.run('nv2', 'verify', pinned);
      expect(verified).toMatchObject({ status: 0, stderr: expect.stringContaining('time-stamped: between') });
      const envelope = parseEnvelope(
        await readFile(`${lab.directory}/${file}`),
        format === 'jws' ? 'application/jose+json' : 'application/cose',
      );
      await lab.write('token.der', envelope.unsigned.timestampSignature ?? new Uint8Array());
      await lab.write('signature.bin', envelope.signature);
      const check = ['ts', '-verify', '-token_in', '-in', 'token.der', '-CAfile', 'tsa-root.crt', '-data'];
      const { status, stdout, stderr } = await lab.run('openssl', ...check, 'signature.bin');
      expect({ status, text: stdout + stderr }).toEqual({
        status: 0,
        text: expect.stringContaining('Verification: OK'),
      });
      expect((await lab.run('openssl', ...check, file)).status).not.toBe(0);
    },
  );

  const isReferenceThere = findProgram('notation') !== undefined;
  const signers = ['nv2', 'face', ...(isReferenceThere ? (['notation'] as const) : [])] as const;

  it(`lets a signature count after its certificate has expired: ${signers.join(', ')}, each by each [+TSA-23 +TSA-30]`, async () => {
    await policy('afterCertExpiry');
    const seconds = 25;
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + seconds * 1000);
    const chain = await mintChain({
      length: 2,
      keyIndex: 402,
      tweak: (options, index) => (index === 0 ? { ...options, notAfter } : options),
    });
    const named = { name: 'brief', chain };
    await listKeys(lab, [named]);
    await trustRoots(lab, 'interop', [named]);
    const shelves = [];
    for (const signer of signers) {
      const { pinned } = await place.shelve(`brief-${signer}`);
      await lab.ok(signer, 'sign', ...flags(), pinned);
      shelves.push({ signer, pinned });
    }
    const bare = await place.shelve('brief-bare');
    await lab.ok('nv2', 'sign', bare.pinned);
    await setTimeout(Math.max(0, notAfter.getTime() + 1500 - Date.now()));
    for (const { pinned } of shelves) {
      for (const verifier of signers) expect(await lab.run(verifier, 'verify', pinned)).toMatchObject({ status: 0 });
    }
    for (const verifier of signers) expect((await lab.run(verifier, 'verify', bare.pinned)).status).not.toBe(0);
  }, 120_000);

  it('refuses a hash that it does not know, which fails our signing [-SIGN-08 -TSA-08]', async () => {
    await lab.write('tsa.cnf', configuration.replace('sha256, sha384, sha512', 'sha384'));
    const { pinned } = await place.shelve('unknown-hash');
    const chain = await mintChain({ length: 2, keyIndex: 403 });
    await listKeys(lab, [{ name: 'p256', chain }]);
    const ran = await lab.run('nv2', 'sign', ...flags(), pinned);
    await lab.write('tsa.cnf', configuration);
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain('badAlg');
  });
});
