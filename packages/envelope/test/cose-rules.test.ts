// Section 4 of the checklist, rule by rule: what is accepted, and its negative twin that differs in one thing.

import { constants, createPrivateKey, sign as signRaw } from 'node:crypto';
import { CborFloat, CborTag, type CborValue, concatBytes, encodeCbor, isCborMap, decodeCbor } from '@nv2/base';
import { type EnvelopeFormat, findFormat } from '@nv2/envelope';
import { testKeyPair, testSigningKey } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import {
  authenticName,
  expiryName,
  type HandMadeCose,
  type Labels,
  makeCose,
  pluginName,
  schemeName,
  signingSeconds,
  timeName,
  toAuthority,
  versionName,
  withLongHead,
} from './hand-made-cose.ts';
import { judge, verified } from './judge.ts';

const cose = findFormat('cose') as EnvelopeFormat;
const time = (seconds: CborValue): CborTag => new CborTag(1, seconds);
const critical =
  (...labels: (string | number)[]) =>
  (map: Labels): unknown =>
    map.set(2, [schemeName, ...labels]);
const set = (label: string | number, value: CborValue, ...labels: (string | number)[]): HandMadeCose => ({
  protect: (map) => {
    map.set(label, value);
    if (label !== 2) critical(...labels)(map);
  },
});
const drop = (label: string | number): HandMadeCose => ({ protect: (map) => map.delete(label) });
const unset = (label: string | number, value: CborValue): HandMadeCose => ({
  unprotect: (map) => map.set(label, value),
});
const authority = (change: (map: Labels) => unknown = () => undefined): HandMadeCose => ({
  protect: (map) => {
    toAuthority(map);
    change(map);
  },
});
const part = (index: number, change: (item: Uint8Array) => Uint8Array): HandMadeCose => ({
  parts: (parts) => parts.splice(index, 1, change(parts[index] ?? new Uint8Array())),
});
const bytes =
  (...values: number[]): (() => Uint8Array) =>
  () =>
    Uint8Array.from(values);
const plainMapSize = 5;
/** Adds a raw pair to the protected map, behind its five. */
const addRaw = (...pair: number[]): HandMadeCose => ({
  protectedBytes: (map) =>
    concatBytes([Uint8Array.of(0xa0 + plainMapSize + 1), map.subarray(1), Uint8Array.from(pair)]),
});

describe('a COSE envelope verifies', () => {
  it.each<[string, HandMadeCose]>([
    [
      'as the plain envelope from which the refused ones differ [+SIG-COSE-02 +SIG-COSE-03 +SIG-COSE-04 +SIG-COSE-05 +SIG-COSE-06 +SIG-COSE-07 +SIG-COSE-08 +SIG-COSE-09 +SIG-COSE-11 +SIG-COSE-14 +SIG-COSE-16 +SIG-COSE-17 +OC-66 +PAY-01 +ATTR-06 +ATTR-11]',
      {},
    ],
    [
      'with any payload, JSON being a matter of the workflow [+PAY-12]',
      { payload: Uint8Array.from(Buffer.from('hello COSE')) },
    ],
    ['under the signing-authority scheme [+SIG-COSE-10 +SIG-COSE-07 +OC-14]', authority()],
    ['with an expiry [+ATTR-05 +ATTR-07 +SIG-COSE-07]', set(expiryName, time(signingSeconds + 1), expiryName)],
    ['with a float for its time [+SIG-COSE-09 +OC-66]', set(timeName, time(new CborFloat(signingSeconds + 0.5)))],
    [
      'with a plugin [+ATTR-12 +ATTR-13]',
      {
        protect: (map) => {
          map.set(pluginName, 'p').set(versionName, '1.0.0');
          critical(pluginName, versionName)(map);
        },
      },
    ],
    ['with an integer as key of an extended attribute [+SIG-COSE-19 +ATTR-09]', set(-70_000, 'x')],
    [
      'with a critical extended attribute, which the workflow then has to process [+SIG-COSE-07 +ATTR-17]',
      set('com.example.a', 'x', 'com.example.a'),
    ],
    [
      'with a critical integer-keyed attribute, which the workflow then has to process [+SIG-COSE-19]',
      set(1000, null, 1000),
    ],
    ['with critical integer-keyed attributes beside the registered labels [+SIG-COSE-07]', set(10, 'x', 10)],
    ['with critical attributes below zero [+SIG-COSE-07]', set(-1, 'x', -1)],
    ['with its protected map in another order [+SIG-COSE-05]', { protectedBytes: reversed }],
    [
      'with integers in longer forms inside the protected map [+SIG-COSE-05]',
      { protectedBytes: (map) => concatBytes([map.subarray(0, 1), Uint8Array.of(0x18, 0x01), map.subarray(2)]) },
    ],
    [
      'with longer lengths of protected header and payload than necessary, which the signature does not cover [+SIG-COSE-05]',
      { parts: (parts) => parts.forEach((item, index) => index !== 1 && parts.splice(index, 1, withLongHead(item))) },
    ],
    [
      'with an x5chain among the protected headers, as an attribute without meaning [+SIG-COSE-12]',
      set(33, [Uint8Array.of(1)]),
    ],
    [
      'with unknown unprotected headers [+SIG-COSE-13 +SIG-COSE-14]',
      {
        unprotect: (map) =>
          map
            .set('x', [1, new Map([[1, 'y']])])
            .set(-1, null)
            .set(4, Uint8Array.of(1)),
      },
    ],
    [
      'with unprotected headers named like protected ones [+ATTR-18]',
      { unprotect: (map) => map.set(1, -38).set(3, 'x').set(expiryName, 0) },
    ],
    ['with a signing agent of a wrong type [+SIG-COSE-13 +ATTR-16]', unset('io.cncf.notary.signingAgent', 1)],
    ['with a timestamp of a wrong type [+SIG-COSE-13]', unset('io.cncf.notary.timestampSignature', 'text')],
    ['with an IV alone [+SIG-COSE-17]', unset(5, Uint8Array.of(1))],
  ])('%s', async (_, change) => {
    expect(judge(cose, await makeCose(change))).toBe('passed');
  });

  it('takes agent and timestamp from the unprotected header, and nothing from wrong types [+SIG-COSE-13 -SIG-COSE-13]', async () => {
    const good = await makeCose({
      unprotect: (map) =>
        map.set('io.cncf.notary.signingAgent', 'a/1').set('io.cncf.notary.timestampSignature', Uint8Array.of(1, 2)),
    });
    expect(verified(cose, good).unsigned).toMatchObject({
      signingAgent: 'a/1',
      timestampSignature: Uint8Array.of(1, 2),
    });
    const wrong = await makeCose({
      unprotect: (map) =>
        map.set('io.cncf.notary.signingAgent', Uint8Array.of(1)).set('io.cncf.notary.timestampSignature', 'AQI='),
    });
    expect(Object.keys(verified(cose, wrong).unsigned)).toEqual(['certificateChain']);
    const empty = await makeCose(unset('io.cncf.notary.timestampSignature', new Uint8Array()));
    expect(Object.keys(verified(cose, empty).unsigned)).toEqual(['certificateChain']);
  });

  it('reads fractions and times before 1970 to the right instant [+SIG-COSE-09]', async () => {
    const of = async (seconds: CborValue): Promise<Date> =>
      verified(cose, await makeCose(set(timeName, time(seconds)))).signed.signingTime;
    expect(await of(new CborFloat(signingSeconds + 0.25))).toEqual(new Date('2026-03-01T12:00:00.250Z'));
    expect(await of(-1)).toEqual(new Date('1969-12-31T23:59:59Z'));
    expect(await of(32_503_680_000)).toEqual(new Date('3000-01-01T00:00:00Z'));
  });

  it('keeps the keys of extended attributes apart by type, and their maps without a prototype [+SIG-COSE-19]', async () => {
    const { extended } = verified(
      cose,
      await makeCose({
        protect: (map) =>
          map
            .set('1000', 'text')
            .set(1000, 'integer')
            .set('m', new Map([['__proto__', 1]]))
            .set('n', new Map([[1, new CborFloat(1.5)]]))
            .set('t', time(1))
            .set(
              'mixed',
              new Map<string | number, CborValue>([
                ['a', 1],
                [1, 2],
              ]),
            )
            .set('list', [new Map([['b', time(2)]]), [new CborFloat(0.5)]]),
      }),
    ).signed;
    const value = (key: string | number): unknown => extended.find((attribute) => attribute.key === key)?.value;
    expect(value('1000')).toBe('text');
    expect(value(1000)).toBe('integer');
    expect(Object.entries(value('m') as object)).toEqual([['__proto__', 1]]);
    expect(value('n')).toEqual(new Map([[1, 1.5]]));
    expect(value('t')).toEqual(new Date(1000));
    expect(value('mixed')).toEqual(
      new Map<unknown, unknown>([
        ['a', 1],
        [1, 2],
      ]),
    );
    expect(value('list')).toEqual([{ b: new Date(2000) }, [0.5]]);
  });
});

describe('a COSE envelope is refused', () => {
  it.each<[string, HandMadeCose, rule: string]>([
    // The message
    ['without its tag [-SIG-COSE-02]', { bytes: (message) => message.subarray(1) }, 'SIG-COSE-02'],
    [
      'with its tag in a longer form [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd8, 18), message.subarray(1)]) },
      'SIG-COSE-02',
    ],
    [
      'as COSE_Sign [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd8, 98), message.subarray(1)]) },
      'SIG-COSE-02',
    ],
    [
      'in a CWT tag [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd8, 61), message]) },
      'SIG-COSE-02',
    ],
    [
      'in the self-describing tag [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd9, 0xd9, 0xf7), message]) },
      'SIG-COSE-02',
    ],
    [
      'with trailing bytes [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([message, Uint8Array.of(0xf6)]) },
      'SIG-COSE-14',
    ],
    [
      'with its array of indefinite length [-SIG-COSE-02 -SIG-COSE-14]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd2, 0x9f), message.subarray(2), Uint8Array.of(0xff)]) },
      'SIG-COSE-02',
    ],
    [
      'with its array length in a longer form [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd2, 0x98, 4), message.subarray(2)]) },
      'SIG-COSE-02',
    ],
    [
      'in the tag of another COSE message [-SIG-COSE-02]',
      { bytes: (message) => concatBytes([Uint8Array.of(0xd1), message.subarray(1)]) },
      'SIG-COSE-02',
    ],
    ['with three elements [-SIG-COSE-03]', { parts: (parts) => parts.pop() }, 'SIG-COSE-02'],
    ['with five elements [-SIG-COSE-03]', { parts: (parts) => parts.push(Uint8Array.of(0x40)) }, 'SIG-COSE-02'],
    ['as nothing [-SIG-COSE-02]', { bytes: bytes() }, 'SIG-COSE-02'],
    ['as text [-SIG-COSE-02]', { bytes: bytes(0x7b, 0x7d) }, 'SIG-COSE-02'],
    ['with a nil payload [-SIG-COSE-03 -PAY-10]', part(2, bytes(0xf6)), 'SIG-COSE-03'],
    ['with an empty payload [-SIG-COSE-03 -PAY-10]', { payload: new Uint8Array() }, 'SIG-COSE-03'],
    ['with a text payload [-SIG-COSE-03]', part(2, bytes(0x61, 0x61)), 'SIG-COSE-03'],
    ['with an empty signature [-SIG-COSE-03]', part(3, bytes(0x40)), 'SIG-COSE-03'],
    ['with a nil signature [-SIG-COSE-03]', part(3, bytes(0xf6)), 'SIG-COSE-03'],
    ['with an array for the unprotected header [-SIG-COSE-03]', part(1, bytes(0x80)), 'SIG-COSE-03'],
    ['with a map for the protected header [-SIG-COSE-04]', part(0, bytes(0xa0)), 'SIG-COSE-04'],
    ['with an empty protected header [-SIG-COSE-04]', { protectedBytes: bytes() }, 'SIG-COSE-08'],
    ['with an array in the protected header [-SIG-COSE-04]', { protectedBytes: bytes(0x80) }, 'SIG-COSE-04'],
    [
      'with two maps in the protected header [-SIG-COSE-04]',
      { protectedBytes: (map) => concatBytes([map, Uint8Array.of(0xa0)]) },
      'SIG-COSE-04',
    ],
    [
      'with a tagged map in the protected header [-SIG-COSE-04]',
      { protectedBytes: (map) => concatBytes([Uint8Array.of(0xc1), map]) },
      'SIG-COSE-04',
    ],
    [
      'with its protected map encoded anew after signing [-SIG-COSE-05 -OC-66]',
      part(0, (item) => encodeCbor(reversed(decodeCbor(item, { maxBytes: 9999 }) as Uint8Array))),
      'VER-10',
    ],
    [
      'with integers of the protected map shortened after signing [-SIG-COSE-05]',
      {
        protectedBytes: (map) => concatBytes([map.subarray(0, 1), Uint8Array.of(0x18, 0x01), map.subarray(2)]),
        ...part(0, () => encodeCbor(encodeCbor(plainCopy()))),
      },
      'VER-10',
    ],
    // Algorithm
    ...[-257, -258, -259, -8, -47, -65_535, 5, 0, -6, -40].map((id): [string, HandMadeCose, string] => [
      `with algorithm ${id} [-SIG-COSE-06 -ALG-01]`,
      set(1, id),
      'SIG-COSE-06',
    ]),
    ['with the algorithm as text [-SIG-COSE-06]', set(1, 'ES256'), 'SIG-COSE-06'],
    ['with the algorithm as a float [-SIG-COSE-06]', set(1, new CborFloat(-7)), 'SIG-COSE-06'],
    ['without algorithm [-SIG-COSE-06]', drop(1), 'SIG-COSE-06'],
    ...[-35, -36, -37].map((id): [string, HandMadeCose, string] => [
      `with algorithm ${id} over a P-256 key [-SIG-COSE-06 -ALG-02]`,
      set(1, id),
      'ALG-02',
    ]),
    // Content type
    ['without content type [-SIG-COSE-08]', drop(3), 'SIG-COSE-08'],
    ['with a number as content type [-SIG-COSE-08]', set(3, 50), 'SIG-COSE-08'],
    ['with another content type [-SIG-COSE-08 -PAY-01 -ATTR-06]', set(3, 'application/json'), 'SIG-COSE-08'],
    // Critical list
    ['without critical list [-SIG-COSE-07]', drop(2), 'SIG-COSE-07'],
    ['with an empty critical list [-SIG-COSE-07]', set(2, []), 'SIG-COSE-07'],
    ['with text for a critical list [-SIG-COSE-07]', set(2, schemeName), 'SIG-COSE-07'],
    ['with bytes in the critical list [-SIG-COSE-07]', set(2, [schemeName, Uint8Array.of(1)]), 'SIG-COSE-07'],
    ['with a float in the critical list [-SIG-COSE-07]', set(2, [schemeName, new CborFloat(1000)]), 'SIG-COSE-07'],
    ...[0, 1, 2, 3, 4, 5, 6, 8].map((label): [string, HandMadeCose, string] => [
      `with label ${label} in the critical list [-SIG-COSE-07 -OC-14]`,
      {
        protect: (map) => {
          if (!map.has(label)) map.set(label, Uint8Array.of(1));
          critical(label)(map);
        },
      },
      'SIG-COSE-07',
    ]),
    ['with a critical label that does not exist [-SIG-COSE-07]', { protect: critical('x') }, 'SIG-COSE-07'],
    [
      'with a critical label that exists only unprotected [-SIG-COSE-07]',
      { protect: critical('x'), ...unset('x', 1) },
      'SIG-COSE-07',
    ],
    ['with a critical label of the other type [-SIG-COSE-07]', set(1000, 'x', '1000'), 'SIG-COSE-07'],
    [
      'with the scheme twice in the critical list [-SIG-COSE-07 -OC-14]',
      { protect: critical(schemeName) },
      'SIG-COSE-07',
    ],
    [
      'with an integer label twice in the critical list [-SIG-COSE-07 -OC-14]',
      set(1000, 'x', 1000, 1000),
      'SIG-COSE-07',
    ],
    [
      'with a scheme that is not critical [-SIG-COSE-07 -ATTR-01]',
      { protect: (map) => map.set('x', 1).set(2, ['x']) },
      'SIG-COSE-07',
    ],
    [
      'with an expiry that is not critical [-SIG-COSE-07 -ATTR-05]',
      set(expiryName, time(signingSeconds + 1)),
      'SIG-COSE-07',
    ],
    ['with an authentic time that is not critical [-SIG-COSE-07 -ATTR-04]', authority(critical()), 'SIG-COSE-07'],
    ['with the signing time in the critical list [-ATTR-03 -ATTR-11]', { protect: critical(timeName) }, 'ATTR-03'],
    ['with the critical list unprotected [-SIG-COSE-16]', unset(2, [schemeName]), 'SIG-COSE-16'],
    ...[7, 9, 11, 12].map((label): [string, HandMadeCose, string] => [
      `with counter-signature label ${label} protected [-SIG-COSE-16]`,
      set(label, Uint8Array.of(1)),
      'SIG-COSE-16',
    ]),
    [
      'with IV and Partial IV protected [-SIG-COSE-17]',
      { protect: (map) => map.set(5, Uint8Array.of(1)).set(6, Uint8Array.of(1)) },
      'SIG-COSE-17',
    ],
    [
      'with IV and Partial IV unprotected [-SIG-COSE-17]',
      { unprotect: (map) => map.set(5, Uint8Array.of(1)).set(6, Uint8Array.of(1)) },
      'SIG-COSE-17',
    ],
    [
      'with IV and Partial IV across the maps [-SIG-COSE-17]',
      { ...set(5, Uint8Array.of(1)), ...unset(6, Uint8Array.of(1)) },
      'SIG-COSE-17',
    ],
    // Scheme and times
    ['with an unknown scheme [-ATTR-01]', set(schemeName, 'notary.x510'), 'ATTR-01'],
    ['with two schemes [-ATTR-02]', set(schemeName, ['notary.x509', 'notary.x509.signingAuthority']), 'ATTR-01'],
    [
      'with an authentic time under notary.x509 [-SIG-COSE-10 -OC-14 -EXP-05]',
      set(authenticName, time(signingSeconds), authenticName),
      'SIG-COSE-10',
    ],
    [
      'with an authentic time under notary.x509 that is not critical [-SIG-COSE-10]',
      set(authenticName, time(signingSeconds)),
      'SIG-COSE-10',
    ],
    [
      'with a signing time under the signing-authority scheme [-SIG-COSE-10 -OC-14 -ATTR-03]',
      authority((map) => map.set(timeName, time(signingSeconds))),
      'SIG-COSE-10',
    ],
    ['without signing time [-SIG-COSE-10 -ATTR-08]', drop(timeName), 'SIG-COSE-10'],
    [
      'without authentic time [-SIG-COSE-10 -ATTR-04]',
      authority((map) => {
        map.delete(authenticName);
        critical()(map);
      }),
      'SIG-COSE-10',
    ],
    ['with an untagged time [-SIG-COSE-09]', set(timeName, signingSeconds), 'SIG-COSE-09'],
    ['with an untagged float for a time [-SIG-COSE-09]', set(timeName, new CborFloat(signingSeconds)), 'SIG-COSE-09'],
    ['with text for a time [-SIG-COSE-09]', set(timeName, '2026-03-01T12:00:00Z'), 'SIG-COSE-09'],
    ['with a text date under tag 0 [-SIG-COSE-09]', addRaw(0x61, 0x78, 0xc0, 0x61, 0x78), 'SIG-COSE-04'],
    ['with text under tag 1 [-SIG-COSE-09]', set(timeName, time('2026-03-01T12:00:00Z')), 'SIG-COSE-09'],
    ['with a tag under tag 1 [-SIG-COSE-09]', set(timeName, time(time(signingSeconds))), 'SIG-COSE-09'],
    ['with NaN under tag 1 [-SIG-COSE-09]', set(timeName, time(new CborFloat(Number.NaN))), 'SIG-COSE-09'],
    [
      'with infinity under tag 1 [-SIG-COSE-09]',
      set(expiryName, time(new CborFloat(Number.POSITIVE_INFINITY)), expiryName),
      'SIG-COSE-09',
    ],
    ['with a time no calendar holds [-SIG-COSE-09]', set(timeName, time(2 ** 50)), 'SIG-COSE-09'],
    [
      'with an expiry equal to the signing time [-ATTR-07]',
      set(expiryName, time(signingSeconds), expiryName),
      'ATTR-07',
    ],
    ["with the reference's zero as signing time [-ATTR-08]", set(timeName, time(-62_135_596_800)), 'ATTR-08'],
    ['with the Unix zero as signing time [-ATTR-08]', set(timeName, time(0)), 'ATTR-08'],
    // Plugins and extended attributes
    ['with a plugin that is not critical [-ATTR-12]', set(pluginName, 'p'), 'ATTR-12'],
    ['with a blank plugin [-ATTR-12]', set(pluginName, '', pluginName), 'ATTR-12'],
    ['with a plugin of bytes [-ATTR-12]', set(pluginName, Uint8Array.of(0x70), pluginName), 'ATTR-12'],
    ['with a plugin version that is no semantic version [-ATTR-13]', set(versionName, '1', versionName), 'ATTR-13'],
    ['with a critical attribute of bytes [-ATTR-17]', set('a', Uint8Array.of(1), 'a'), 'ATTR-17'],
    ['with a critical attribute that is a time [-ATTR-17]', set('a', time(1), 'a'), 'ATTR-17'],
    ['with a critical attribute that is NaN [-ATTR-17]', set('a', new CborFloat(Number.NaN), 'a'), 'ATTR-17'],
    // Chain
    ['without x5chain [-SIG-COSE-11 -ATTR-14]', { unprotect: (map) => map.delete(33) }, 'SIG-COSE-11'],
    ['with an empty x5chain [-SIG-COSE-11 -ATTR-14]', unset(33, []), 'SIG-COSE-11'],
    [
      'with a bare certificate [-SIG-COSE-11]',
      { unprotect: (map) => map.set(33, (map.get(33) as Uint8Array[])[0] ?? null) },
      'SIG-COSE-11',
    ],
    ['with text in x5chain [-SIG-COSE-11]', unset(33, ['MAA=']), 'SIG-COSE-11'],
    [
      'with x5chain only among the protected headers [-SIG-COSE-12]',
      { ...set(33, [Uint8Array.of(1)]), unprotect: (map) => map.delete(33) },
      'SIG-COSE-11',
    ],
    [
      'with a chain in reverse order [-ATTR-14]',
      { unprotect: (map) => map.set(33, [...(map.get(33) as Uint8Array[])].toReversed()) },
      'VER-10',
    ],
    // CBOR
    ['with a duplicate label protected [-SIG-COSE-14 -OC-66]', addRaw(0x01, 0x26), 'SIG-COSE-04'],
    ['with a duplicate label in two lengths [-SIG-COSE-14]', addRaw(0x18, 0x01, 0x26), 'SIG-COSE-04'],
    [
      'with a duplicate label unprotected [-SIG-COSE-14 -OC-66]',
      part(1, (map) => concatBytes([Uint8Array.of(0xa2, 0x18, 0x21, 0x80), map.subarray(1)])),
      'SIG-COSE-14',
    ],
    ['with bytes as a label [-SIG-COSE-14]', addRaw(0x41, 0x01, 0x01), 'SIG-COSE-04'],
    ['with a float as a label [-SIG-COSE-14]', addRaw(0xf9, 0x3c, 0x00, 0x01), 'SIG-COSE-04'],
    ['with indefinite text protected [-SIG-COSE-14 -OC-66]', addRaw(0x61, 0x78, 0x7f, 0x61, 0x61, 0xff), 'SIG-COSE-04'],
    [
      'with an indefinite map unprotected [-SIG-COSE-14]',
      part(1, (map) => concatBytes([Uint8Array.of(0xbf), map.subarray(1), Uint8Array.of(0xff)])),
      'SIG-COSE-14',
    ],
    [
      'with a tag in the unprotected map [-SIG-COSE-14]',
      part(1, (map) => concatBytes([Uint8Array.of(0xa2, 0x61, 0x78, 0xc1, 0x00), map.subarray(1)])),
      'SIG-COSE-14',
    ],
    ['with tag 18 in the protected map [-SIG-COSE-14]', addRaw(0x61, 0x78, 0xd2, 0x80), 'SIG-COSE-04'],
    ['with an integer beyond 53 bits protected', addRaw(0x61, 0x78, 0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0), 'SIG-COSE-04'],
  ])('%s', async (_, change, rule) => {
    expect(judge(cose, await makeCose(change))).toBe(rule);
  });
});

describe('a COSE signature is refused', () => {
  const privateKey = (type: Parameters<typeof testKeyPair>[0]): ReturnType<typeof createPrivateKey> =>
    createPrivateKey(testKeyPair(type).pkcs8Pem);
  const pss =
    (saltLength: number) =>
    async (data: Uint8Array): Promise<Uint8Array> =>
      signRaw('sha256', data, { key: privateKey('rsa2048'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

  it('in DER [-SIG-COSE-15 -OC-62]', async () => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> =>
      signRaw('sha256', data, { key: privateKey('p256'), dsaEncoding: 'der' });
    expect(judge(cose, await makeCose({ sign }))).toBe('VER-10');
  });

  it.each([63, 65, 96])('of %d bytes [-SIG-COSE-15]', async (length) => {
    expect(judge(cose, await makeCose({ sign: async () => new Uint8Array(length).fill(1) }))).toBe('VER-10');
  });

  it('with a PSS salt as long as the hash: accepted [+SIG-COSE-15]', async () => {
    expect(judge(cose, await makeCose({ key: await testSigningKey('rsa2048'), sign: pss(32) }))).toBe('passed');
  });

  it.each([0, 20, 64, 222])('with a PSS salt of %d bytes [-SIG-COSE-15]', async (saltLength) => {
    expect(judge(cose, await makeCose({ key: await testSigningKey('rsa2048'), sign: pss(saltLength) }))).toBe('VER-10');
  });

  it('over Sig_structure with external data [-SIG-COSE-05]', async () => {
    const sign = async (
      data: Uint8Array,
      key: Parameters<NonNullable<HandMadeCose['sign']>>[1],
    ): Promise<Uint8Array> => {
      const [context = null, protectedBytes = null, , payload = null] = decodeCbor(data, {
        maxBytes: 9999,
      }) as readonly CborValue[];
      return key.sign(encodeCbor([context, protectedBytes, Uint8Array.of(1), payload]));
    };
    expect(judge(cose, await makeCose({ sign }))).toBe('VER-10');
  });
});

describe('a COSE envelope passes no bound', () => {
  it.each<[string, HandMadeCose]>([
    [
      'with 17 certificates',
      unset(
        33,
        Array.from({ length: 17 }, () => Uint8Array.of(0x30, 0)),
      ),
    ],
    ['with a certificate beyond 64 KiB', unset(33, [new Uint8Array(64 * 1024 + 1)])],
    ['with a timestamp beyond 1 MiB', unset('io.cncf.notary.timestampSignature', new Uint8Array(1024 * 1024 + 1))],
    ['with a protected header beyond 64 KiB', set('a', 'x'.repeat(64 * 1024))],
    [
      'nested deeply in the unprotected header',
      part(1, () => concatBytes([Uint8Array.of(0xa1, 0x01), new Uint8Array(100_000).fill(0x81), Uint8Array.of(0)])),
    ],
    [
      'nested deeply in the protected header',
      {
        protectedBytes: () =>
          concatBytes([Uint8Array.of(0xa1, 0x01), new Uint8Array(1000).fill(0x81), Uint8Array.of(0)]),
      },
    ],
    [
      'with ten thousand items',
      unset(
        'a',
        Array.from({ length: 10_000 }, () => 0),
      ),
    ],
    ['beyond 32 MiB', { bytes: () => new Uint8Array(32 * 1024 * 1024 + 1) }],
  ])('%s', async (_, change) => {
    expect(judge(cose, await makeCose(change))).toBe('limit');
  });

  it('and a header that claims four billion items in a few bytes ends at once', async () => {
    expect(judge(cose, await makeCose(part(1, bytes(0xba, 0xff, 0xff, 0xff, 0xff))))).toBe('SIG-COSE-14');
  });
});

function reversed(map: Uint8Array): Uint8Array {
  const value = decodeCbor(map, { maxBytes: 9999, tags: [1] });
  if (!isCborMap(value)) throw new Error('not a map');
  const pairs = Array.from(value)
    .toReversed()
    .flatMap(([key, item]) => [encodeCbor(key), encodeCbor(item)]);
  return concatBytes([Uint8Array.of(0xa0 + value.size), ...pairs]);
}

function plainCopy(): Labels {
  return new Map<string | number, CborValue>([
    [1, -7],
    [2, [schemeName]],
    [3, 'application/vnd.cncf.notary.payload.v1+json'],
    [schemeName, 'notary.x509'],
    [timeName, time(signingSeconds)],
  ]);
}
