// Each tool refuses what the other signed, once something about it is wrong.

import { encodeBase64Url, encodeUtf8, parseBase64Url } from '@nv2/base';
import { testImage, mintChain, pushArtifact } from '@nv2/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type Lab, openLab, type Program } from './lab.ts';
import { openPlace, type Place, type Shelf } from './places.ts';
import { attachEnvelope, readSignatures } from './signatures.ts';
import { listKeys, trustRoots, writePolicy } from './trust.ts';

const day = 24 * 60 * 60 * 1000;
const programs: readonly Program[] = ['notation', 'nv2', 'face'];
const formats = ['jws', 'cose'] as const;
type Format = (typeof formats)[number];

/** What happens to a good signature on its way; the exit code is ours, the reference has only 1. */
interface Defect {
  readonly name: string;
  readonly exitCode: number;
  readonly alter: (envelope: Uint8Array, format: Format) => Uint8Array;
}

const defects: readonly Defect[] = [
  { name: 'nothing', exitCode: 0, alter: (envelope) => envelope },
  { name: 'another payload', exitCode: 11, alter: alterPayload },
  { name: 'another signature', exitCode: 11, alter: alterSignature },
  { name: 'another header', exitCode: 11, alter: alterHeader },
  { name: 'half of it missing', exitCode: 11, alter: (envelope) => envelope.slice(0, envelope.length / 2) },
];

describeWith(['notation', 'docker-registry'], 'what notation and nv2 refuse', () => {
  let lab: Lab;
  let place: Place;

  beforeAll(async () => {
    lab = await openLab();
    const release = { name: 'release', chain: await mintChain({ keyIndex: 310, length: 3 }) };
    const stranger = { name: 'stranger', chain: await mintChain({ keyIndex: 320 }) };
    await listKeys(lab, [release, stranger]);
    await trustRoots(lab, 'interop', [release]);
    await writePolicy(lab, 'interop');
    place = await openPlace('docker-registry');
  });

  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const expectRefused = async (subject: string, exitCode: number): Promise<void> => {
    for (const verifier of programs) {
      const ran = await lab.run(verifier, 'verify', subject);
      const wanted = verifier === 'nv2' ? exitCode : Math.min(exitCode, 1);
      expect({ verifier, status: ran.status, hasResult: ran.stdout !== '' }).toEqual({
        verifier,
        status: wanted,
        hasResult: exitCode === 0,
      });
    }
  };

  const signers = (['notation', 'nv2'] as const).flatMap((signer) => formats.map((format) => ({ signer, format })));
  for (const { signer, format } of signers) {
    for (const { name, exitCode, alter } of defects) {
      it.concurrent(`${signer}, ${format}, ${name} altered: ${exitCode === 0 ? 'accepted' : 'refused'} by both`, async () => {
        const repository = `altered/${signer}-${format}-${name.replaceAll(' ', '-')}`;
        const { envelope, mediaType } = await signedBy(signer, format, await place.shelve(repository));
        const copy = await shelveAgain(repository);
        await attachEnvelope(copy, alter(envelope, format), mediaType);
        await expectRefused(copy.pinned, exitCode);
      });
    }

    it.concurrent(`${signer}, ${format}: a signature of another artifact is refused by both`, async () => {
      const { envelope, mediaType } = await signedBy(signer, format, await place.shelve(`moved/${signer}-${format}`));
      const other = await place.shelve(`moved-to/${signer}-${format}`);
      await attachEnvelope(other, envelope, mediaType);
      await expectRefused(other.pinned, 11);
    });

    it.concurrent(`${signer}, ${format}: a signer below another root is refused by both`, async () => {
      const shelf = await place.shelve(`stranger/${signer}-${format}`);
      await lab.ok(signer, 'sign', '-k', 'stranger', '--signature-format', format, shelf.pinned);
      await expectRefused(shelf.pinned, 12);
    });
  }

  async function signedBy(
    signer: Program,
    format: Format,
    shelf: Shelf,
  ): Promise<{ readonly envelope: Uint8Array; readonly mediaType: string }> {
    await lab.ok(signer, 'sign', '-k', 'release', '--signature-format', format, shelf.pinned);
    const [signature] = await readSignatures(shelf);
    if (signature === undefined) throw new Error(`${signer} stored no signature`);
    return signature;
  }

  /** The same image in a repository where it has no signature yet. */
  async function shelveAgain(repository: string): Promise<Shelf> {
    const shelf = await place.shelve(`${repository}-copy`);
    const subject = await pushArtifact(shelf.store, testImage({ name: repository }), 'v2');
    return { ...shelf, subject, pinned: `${shelf.name}@${subject.digest}` };
  }
});

describeWith(['notation', 'docker-registry'], 'certificates and identities that notation and nv2 refuse', () => {
  const somebodyElse = { identities: ['x509.subject: C=US, ST=WA, O=Somebody Else'] };
  const cases = [
    { name: 'a signer whom the policy does not name', after: (lab: Lab) => writePolicy(lab, 'interop', somebodyElse) },
    { name: 'a certificate that has expired since', lifetime: 3000, after: (_: Lab, end: number) => until(end + 1000) },
  ];
  for (const { name, lifetime = day, after } of cases) {
    it.concurrent(`${name}: refused by both`, async () => {
      await using lab = await openLab();
      await using place = await openPlace('docker-registry');
      const notAfter = new Date(Math.ceil(Date.now() / 1000) * 1000 + lifetime);
      const release = { name: 'release', chain: await mintChain({ keyIndex: 330, notAfter }) };
      await listKeys(lab, [release]);
      await trustRoots(lab, 'interop', [release]);
      await writePolicy(lab, 'interop');
      const signed = [];
      for (const signer of ['notation', 'nv2'] as const) {
        const { pinned } = await place.shelve(`refused/${signer}`);
        await lab.ok(signer, 'sign', pinned);
        signed.push(pinned);
      }
      await after(lab, notAfter.getTime());
      for (const subject of signed) {
        for (const verifier of programs) {
          const ran = await lab.run(verifier, 'verify', subject);
          expect(ran.status).not.toBe(0);
          expect(ran.stdout).toBe('');
        }
      }
    });
  }
});

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(time - Date.now(), 0)));
}

interface JwsEnvelope {
  payload: string;
  protected: string;
  signature: string;
}

function alterJws(envelope: Uint8Array, alter: (jws: JwsEnvelope) => Partial<JwsEnvelope>): Uint8Array {
  // Just made by a tool that writes these members.
  const jws = JSON.parse(new TextDecoder().decode(envelope)) as JwsEnvelope;
  return encodeUtf8(JSON.stringify({ ...jws, ...alter(jws) }));
}

const replaceText = (encoded: string, from: string, to: string): string =>
  encodeBase64Url(encodeUtf8(new TextDecoder().decode(parseBase64Url(encoded)).replace(from, to)));

function alterPayload(envelope: Uint8Array, format: Format): Uint8Array {
  if (format === 'jws')
    return alterJws(envelope, ({ payload }) => ({ payload: replaceText(payload, 'sha256:', 'sha256:0') }));
  return replaceBytes(envelope, 'targetArtifact', 'targetArtifacT');
}

function alterSignature(envelope: Uint8Array, format: Format): Uint8Array {
  if (format === 'jws') {
    return alterJws(envelope, ({ signature }) => ({
      signature: (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1),
    }));
  }
  const altered = envelope.slice();
  altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
  return altered;
}

/** The algorithm of a JWS; the name of the signing scheme in COSE. */
function alterHeader(envelope: Uint8Array, format: Format): Uint8Array {
  if (format === 'jws')
    return alterJws(envelope, (jws) => ({ protected: replaceText(jws.protected, 'ES256', 'ES384') }));
  return replaceBytes(envelope, 'io.cncf.notary.signingScheme', 'io.cncf.notary.signingSchemE');
}

function replaceBytes(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.includes(from)) throw new Error(`the envelope does not contain ${from}`);
  return new Uint8Array(Buffer.from(text.replace(from, to), 'latin1'));
}
