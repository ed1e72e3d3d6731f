// Section 3 of the checklist, rule by rule: what is accepted, and its negative twin that differs in one thing.

import { createHmac, constants, createPrivateKey, sign as signRaw } from 'node:crypto';
import { encodeBase64, encodeBase64Url, encodeUtf8, parseBase64Url } from '@nv2/base';
import { findFormat, type EnvelopeFormat } from '@nv2/envelope';
import { mintChain, testKeyPair, testSigningKey } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import {
  authenticName,
  expiryName,
  type HandMadeJws,
  makeJws,
  type Members,
  pluginName,
  schemeName,
  timeName,
  toAuthority,
  versionName,
} from './hand-made-jws.ts';
import { judge, verified } from './judge.ts';

const jws = findFormat('jws') as EnvelopeFormat;
const critical =
  (...names: string[]) =>
  (members: Members): void =>
    void (members['crit'] = [schemeName, ...names]);
const set = (name: string, value: unknown, ...criticalNames: string[]): HandMadeJws => ({
  protect: (members) => {
    members[name] = value;
    critical(...criticalNames)(members);
  },
});
const drop = (name: string): HandMadeJws => ({ protect: (members) => delete members[name] });
const inHeader = (name: string, value: unknown): HandMadeJws => ({ header: (members) => void (members[name] = value) });
const inEnvelope = (name: string, value: unknown): HandMadeJws => ({
  envelope: (members) => void (members[name] = value),
});
const authority = (change: (members: Members) => unknown = () => undefined): HandMadeJws => ({
  protect: (members) => {
    toAuthority(members);
    change(members);
  },
});
const edit = (name: string, change: (text: string) => string): HandMadeJws => ({
  envelope: (members) => void (members[name] = change(String(members[name]))),
});

describe('a JWS envelope verifies', () => {
  it.each<[string, HandMadeJws]>([
    [
      'as the plain envelope from which the refused ones differ [+SIG-JWS-02 +SIG-JWS-03 +SIG-JWS-04 +SIG-JWS-05 +SIG-JWS-06 +SIG-JWS-07 +SIG-JWS-08 +SIG-JWS-09 +SIG-JWS-23 +PAY-01 +ATTR-06 +ATTR-11]',
      {},
    ],
    ['with white space between its members', { text: (text) => text.replaceAll('":', '" :\n') }],
    [
      'with its members in another order',
      { text: (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed())) },
    ],
    ['under the signing-authority scheme [+SIG-JWS-13 +SIG-JWS-09]', authority()],
    ['with an expiry [+ATTR-05 +ATTR-07 +SIG-JWS-09]', set(expiryName, '2026-03-01T12:00:01Z', expiryName)],
    ['with an offset in its time [+SIG-JWS-12]', set(timeName, '2026-03-01T04:00:00-08:00')],
    ['with a fraction in its time [+SIG-JWS-12]', set(timeName, '2026-03-01T12:00:00.123456789Z')],
    [
      'with a plugin [+ATTR-12 +ATTR-13]',
      {
        protect: (members) => {
          Object.assign(members, { [pluginName]: 'p', [versionName]: '1.0.0-a' });
          critical(pluginName, versionName)(members);
        },
      },
    ],
    ['with a minimum version but no plugin', set(versionName, '1.0.0', versionName)],
    [
      'with an extended attribute nobody marked critical [+ATTR-09 +SIG-JWS-20]',
      set('com.example.a', { nested: [1, true] }),
    ],
    [
      'with a critical extended attribute, which the workflow then has to process [+SIG-JWS-11 +SIG-JWS-10 +ATTR-17]',
      set('com.example.a', 'x', 'com.example.a'),
    ],
    ['with x5c among the protected headers, as an attribute without meaning [+SIG-JWS-21]', set('x5c', ['AAAA'])],
    ['with unknown unprotected headers [+SIG-JWS-17]', inHeader('com.example.a', { deep: [1] })],
    [
      'with unprotected headers named like protected ones [+SIG-JWS-21 +SIG-JWS-17]',
      {
        header: (members) =>
          Object.assign(members, { alg: 'none', crit: ['x'], cty: 'x', [expiryName]: '1970-01-01T00:00:00Z' }),
      },
    ],
    ['with an old signing agent [+SIG-JWS-16]', inHeader('io.cncf.notary.SigningAgent', 'Notation/0.1')],
    ['with a signing agent of a wrong type [+SIG-JWS-16 +ATTR-16]', inHeader('io.cncf.notary.signingAgent', { a: 1 })],
    ['with a timestamp under its real name [+SIG-JWS-15]', inHeader('io.cncf.notary.timestampSignature', 'MAA=')],
    [
      'with a broken timestamp under the signing-authority scheme, where it is ignored [+ATTR-15]',
      { ...authority(), ...inHeader('io.cncf.notary.timestampSignature', 1) },
    ],
  ])('%s', async (_, change) => {
    expect(judge(jws, await makeJws(change))).toBe('passed');
  });

  it('takes chain, agent and timestamp from the unprotected header only [+SIG-JWS-14 +SIG-JWS-15 +SIG-JWS-16]', async () => {
    const key = await testSigningKey('p256', 1);
    const bytes = await makeJws({
      key,
      header: (members) =>
        Object.assign(members, {
          'io.cncf.notary.signingAgent': 'a/1',
          'io.cncf.notary.timestampSignature': 'AQI=',
          timestamp: 'AQM=',
        }),
    });
    const { unsigned } = verified(jws, bytes);
    expect(unsigned.certificateChain).toHaveLength(1);
    expect(unsigned.signingAgent).toBe('a/1');
    expect([...(unsigned.timestampSignature ?? [])]).toEqual([1, 2]);
  });

  it('never takes the timestamp from the names that are editorial slips [-SIG-JWS-15]', async () => {
    const bytes = await makeJws({
      header: (members) => Object.assign(members, { timestamp: 'AQM=', 'io.cncf.notary.timestamp': 'AQM=' }),
    });
    expect(verified(jws, bytes).unsigned.timestampSignature).toBeUndefined();
  });

  it('takes an empty timestamp for none', async () => {
    const bytes = await makeJws(inHeader('io.cncf.notary.timestampSignature', ''));
    expect(Object.keys(verified(jws, bytes).unsigned)).not.toContain('timestampSignature');
  });

  it('never takes the agent from the old name [-SIG-JWS-16]', async () => {
    const bytes = await makeJws(inHeader('io.cncf.notary.SigningAgent', 'Notation/0.1'));
    expect(verified(jws, bytes).unsigned.signingAgent).toBeUndefined();
  });

  it('takes nothing from unprotected headers of other names, least of all what must be signed [-SIG-JWS-17 -SIG-JWS-21]', async () => {
    const header = { [expiryName]: '2026-03-01T12:00:01Z', [pluginName]: 'p', 'com.example.a': 1 };
    const { signed, unsigned } = verified(jws, await makeJws({ header: (members) => Object.assign(members, header) }));
    expect(Object.keys(signed)).toEqual(['contentType', 'signingScheme', 'signingTime', 'extended']);
    expect(signed.extended).toEqual([]);
    expect(Object.keys(unsigned)).toEqual(['certificateChain']);
  });

  it('reads times with any offset to the same instant [+SIG-JWS-12 +EXP-05]', async () => {
    const bytes = await makeJws(set(timeName, '2026-03-01T17:45:00.000+05:45'));
    expect(verified(jws, bytes).signed.signingTime).toEqual(new Date('2026-03-01T12:00:00Z'));
  });

  it('keeps times as they are spelled, for those who show them', async () => {
    const bytes = await makeJws({
      protect: (members) => {
        members[timeName] = '2026-03-01T17:45:00.000+05:45';
        members[expiryName] = '2026-03-02t12:00:00z';
        members['crit'] = [schemeName, expiryName];
      },
    });
    expect(verified(jws, bytes).writtenTimes).toEqual({
      signingTime: '2026-03-01T17:45:00.000+05:45',
      expiry: '2026-03-02t12:00:00z',
    });
    const authority = verified(jws, await makeJws({ protect: toAuthority }));
    expect(authority.writtenTimes).toEqual({ signingTime: '2026-03-01T12:00:00Z' });
  });
});

describe('a JWS envelope is refused', () => {
  const flattened = (text: string): Members => JSON.parse(text);
  it.each<[string, HandMadeJws, rule: string]>([
    // Serialization
    [
      'in compact form [-SIG-JWS-02]',
      { text: (text) => ['protected', 'payload', 'signature'].map((name) => flattened(text)[name]).join('.') },
      'SIG-JWS-02',
    ],
    [
      'in general form [-SIG-JWS-02]',
      { text: (text) => JSON.stringify({ payload: flattened(text)['payload'], signatures: [flattened(text)] }) },
      'SIG-JWS-02',
    ],
    ['as an array [-SIG-JWS-02]', { text: (text) => `[${text}]` }, 'SIG-JWS-02'],
    ['as null [-SIG-JWS-02]', { text: () => 'null' }, 'SIG-JWS-02'],
    ['as nothing [-SIG-JWS-02]', { text: () => '' }, 'SIG-JWS-02'],
    ['with something after it [-SIG-JWS-02]', { text: (text) => `${text}{}` }, 'SIG-JWS-02'],
    ['without payload [-SIG-JWS-02]', inEnvelope('payload', undefined), 'SIG-JWS-02'],
    ['without signature [-SIG-JWS-02]', inEnvelope('signature', undefined), 'SIG-JWS-02'],
    ['without protected header [-SIG-JWS-02]', inEnvelope('protected', undefined), 'SIG-JWS-02'],
    ['without unprotected header [-SIG-JWS-02]', inEnvelope('header', undefined), 'SIG-JWS-02'],
    ['with an array for a header [-SIG-JWS-02]', inEnvelope('header', []), 'SIG-JWS-02'],
    ['with a detached payload [-PAY-10]', inEnvelope('payload', ''), 'PAY-10'],
    ['with an empty payload, properly signed [-PAY-10]', { payload: '' }, 'PAY-10'],
    ['with a member beyond the four [-SIG-JWS-03]', inEnvelope('extra', 1), 'SIG-JWS-03'],
    [
      'with __proto__ as a fifth member [-SIG-JWS-03 -OC-61]',
      { text: (text) => text.replace('{', '{"__proto__":{},') },
      'SIG-JWS-03',
    ],
    [
      'with a duplicate payload [-SIG-JWS-03 -OC-61]',
      { text: (text) => text.replace('{', '{"payload":"e30",') },
      'SIG-JWS-02',
    ],
    [
      'with a payload in two cases [-SIG-JWS-03]',
      { text: (text) => text.replace('{', '{"Payload":"e30",') },
      'SIG-JWS-02',
    ],
    [
      'with a signature written with the long s [-SIG-JWS-03]',
      { text: (text) => text.replace('{', '{"\u017fignature":"e30",') },
      'SIG-JWS-02',
    ],
    [
      'with a member in another case alone [-SIG-JWS-03]',
      { text: (text) => text.replace('"payload"', '"Payload"') },
      'SIG-JWS-03',
    ],
    [
      'with a duplicate chain [-SIG-JWS-03]',
      { text: (text) => text.replace('"header":{', '"header":{"x5c":[],') },
      'SIG-JWS-02',
    ],
    ['with a chain in two cases [-SIG-JWS-03]', inHeader('X5C', []), 'SIG-JWS-02'],
    // Encoding
    ['with padding [-SIG-JWS-04]', edit('signature', (text) => `${text}==`), 'SIG-JWS-04'],
    ['with a line feed in base64url [-SIG-JWS-04]', edit('payload', (text) => `${text}\n`), 'SIG-JWS-04'],
    ['with letters of standard base64 [-SIG-JWS-04]', edit('signature', () => '+'.repeat(86)), 'SIG-JWS-04'],
    ['with unused bits set [-SIG-JWS-04 -OC-11]', edit('signature', (text) => setUnusedBit(text)), 'SIG-JWS-04'],
    ['with a dot in the payload [-SIG-JWS-23]', edit('payload', (text) => `${text}.${text}`), 'SIG-JWS-04'],
    ['with a dot in the protected header [-SIG-JWS-23]', edit('protected', (text) => `${text}.e30`), 'SIG-JWS-04'],
    [
      'with the payload encoded anew [-SIG-JWS-05]',
      edit('payload', (text) => encodeBase64Url(encodeUtf8(`${Buffer.from(text, 'base64url').toString()} `))),
      'VER-10',
    ],
    [
      'with the protected header encoded anew [-SIG-JWS-05]',
      edit('protected', (text) => encodeBase64Url(encodeUtf8(`${Buffer.from(text, 'base64url').toString()} `))),
      'VER-10',
    ],
    // Protected header as JSON
    ['with a protected header that is an array [-SIG-JWS-20]', { protectedText: (text) => `[${text}]` }, 'SIG-JWS-20'],
    ['with a protected header that is no JSON [-SIG-JWS-20]', { protectedText: () => 'x' }, 'SIG-JWS-20'],
    ['with two protected headers [-SIG-JWS-20]', { protectedText: (text) => text + text }, 'SIG-JWS-20'],
    [
      'with a duplicate alg [-SIG-JWS-20 -OC-61]',
      { protectedText: (text) => text.replace('{', '{"alg":"ES256",') },
      'SIG-JWS-20',
    ],
    [
      'with a duplicate alg behind an escape [-SIG-JWS-20]',
      { protectedText: (text) => text.replace('{', '{"\\u0061lg":"ES256",') },
      'SIG-JWS-20',
    ],
    ['with alg in two cases [-SIG-JWS-20 -OC-11]', set('ALG', 'ES256'), 'SIG-JWS-20'],
    [
      'with an expiry in another case, which some readers would honour [-SIG-JWS-20]',
      set('io.cncf.notary.Expiry', '2020-01-01T00:00:00Z'),
      'SIG-JWS-20',
    ],
    [
      'with a scheme written with the long s [-SIG-JWS-20]',
      set('io.cncf.notary.\u017figningTime', '2020-01-01T00:00:00Z'),
      'SIG-JWS-20',
    ],
    // Algorithm
    ...[
      'none',
      'None',
      '',
      'HS256',
      'HS384',
      'HS512',
      'RS256',
      'RS384',
      'RS512',
      'EdDSA',
      'ES256K',
      'es256',
      'ES224',
      'PS1',
    ].map((alg): [string, HandMadeJws, string] => [
      `with alg ${JSON.stringify(alg)} [-SIG-JWS-06 -ALG-01]`,
      set('alg', alg),
      'SIG-JWS-06',
    ]),
    ['without alg [-SIG-JWS-06]', drop('alg'), 'SIG-JWS-06'],
    ['with alg as a list [-SIG-JWS-06]', set('alg', ['ES256']), 'SIG-JWS-06'],
    ...['ES384', 'ES512', 'PS256'].map((alg): [string, HandMadeJws, string] => [
      `with alg ${alg} over a P-256 key [-SIG-JWS-07 -ALG-02]`,
      set('alg', alg),
      'ALG-02',
    ]),
    // Content type
    ['without cty [-SIG-JWS-08]', drop('cty'), 'SIG-JWS-08'],
    [
      'with another cty [-SIG-JWS-08 -PAY-01 -ATTR-06]',
      set('cty', 'application/vnd.cncf.notary.payload.v2+json'),
      'SIG-JWS-08',
    ],
    ['with cty in another case [-SIG-JWS-08]', set('cty', 'Application/vnd.cncf.notary.payload.v1+json'), 'SIG-JWS-08'],
    ['with cty as a list [-SIG-JWS-08]', set('cty', ['application/vnd.cncf.notary.payload.v1+json']), 'SIG-JWS-08'],
    // Critical list
    ['without crit [-SIG-JWS-09]', drop('crit'), 'SIG-JWS-09'],
    ['with an empty crit [-SIG-JWS-09]', { protect: (members) => void (members['crit'] = []) }, 'SIG-JWS-09'],
    [
      'with crit as a string [-SIG-JWS-09]',
      { protect: (members) => void (members['crit'] = schemeName) },
      'SIG-JWS-09',
    ],
    [
      'with a number in crit [-SIG-JWS-09]',
      { protect: (members) => void (members['crit'] = [schemeName, 1]) },
      'SIG-JWS-09',
    ],
    [
      'with a scheme that is not critical [-SIG-JWS-09 -ATTR-01]',
      { protect: (members) => Object.assign(members, { a: 1, crit: ['a'] }) },
      'SIG-JWS-09',
    ],
    [
      'with an expiry that is not critical [-SIG-JWS-09 -ATTR-05]',
      set(expiryName, '2030-01-01T00:00:00Z'),
      'SIG-JWS-09',
    ],
    [
      'with an authentic time that is not critical [-SIG-JWS-09 -ATTR-04]',
      authority((members) => critical()(members)),
      'SIG-JWS-09',
    ],
    ...['alg', 'cty', 'crit', 'x5c', 'kid', 'b64'].map((name): [string, HandMadeJws, string] => [
      `with ${name} in crit [-SIG-JWS-10]`,
      {
        protect: (members) => {
          members[name] ??= false;
          critical(name)(members);
        },
      },
      'SIG-JWS-10',
    ]),
    ['with the signing time in crit [-SIG-JWS-10 -ATTR-03 -ATTR-11]', { protect: critical(timeName) }, 'ATTR-03'],
    ['with a critical name that does not exist [-SIG-JWS-11]', { protect: critical('com.example.a') }, 'SIG-JWS-11'],
    [
      'with a critical name that exists only unprotected [-SIG-JWS-11 -SIG-JWS-21]',
      { protect: critical('com.example.a'), ...inHeader('com.example.a', 1) },
      'SIG-JWS-11',
    ],
    ['with the scheme twice in crit [-SIG-JWS-11]', { protect: critical(schemeName) }, 'SIG-JWS-11'],
    ['with an extended name twice in crit [-SIG-JWS-11]', set('a', 'x', 'a', 'a'), 'SIG-JWS-11'],
    // Scheme
    [
      'without scheme [-ATTR-01]',
      {
        protect: (members) => {
          delete members[schemeName];
          members['a'] = 1;
          members['crit'] = ['a'];
        },
      },
      'SIG-JWS-09',
    ],
    ['with an unknown scheme [-ATTR-01]', set(schemeName, 'notary.x509.other'), 'ATTR-01'],
    ['with a scheme in another case [-ATTR-01]', set(schemeName, 'Notary.X509'), 'ATTR-01'],
    ['with two schemes [-ATTR-02]', set(schemeName, ['notary.x509', 'notary.x509.signingAuthority']), 'ATTR-01'],
    [
      'with the scheme in the unprotected header only [-SIG-JWS-21]',
      { ...drop(schemeName), ...inHeader(schemeName, 'notary.x509') },
      'SIG-JWS-11',
    ],
    // Times
    [
      'with an authentic time under notary.x509 [-SIG-JWS-13 -EXP-05]',
      set(authenticName, '2026-03-01T12:00:00Z', authenticName),
      'SIG-JWS-13',
    ],
    ['without signing time [-SIG-JWS-13 -ATTR-08]', drop(timeName), 'SIG-JWS-13'],
    [
      'with a signing time under the signing-authority scheme [-SIG-JWS-13 -ATTR-03]',
      authority((members) => void (members[timeName] = '2026-03-01T12:00:00Z')),
      'SIG-JWS-13',
    ],
    [
      'without authentic time under the signing-authority scheme [-SIG-JWS-13 -ATTR-04]',
      authority((members) => {
        delete members[authenticName];
        critical()(members);
      }),
      'SIG-JWS-13',
    ],
    ...[
      '',
      'yesterday',
      '2026-03-01',
      '2026-03-01T12:00:00',
      '2026-02-29T12:00:00Z',
      '2026-03-01T24:00:00Z',
      '2026-03-01 12:00:00Z',
      'Sun, 01 Mar 2026 12:00:00 GMT',
      '1772366400',
    ].map((time): [string, HandMadeJws, string] => [
      `with the signing time ${JSON.stringify(time)} [-SIG-JWS-12]`,
      set(timeName, time),
      'SIG-JWS-12',
    ]),
    ['with a number as signing time [-SIG-JWS-12]', set(timeName, 1_772_366_400), 'SIG-JWS-12'],
    ['with null as expiry [-SIG-JWS-12]', set(expiryName, null, expiryName), 'SIG-JWS-12'],
    [
      'with an expiry equal to the signing time [-ATTR-07]',
      set(expiryName, '2026-03-01T13:00:00+01:00', expiryName),
      'ATTR-07',
    ],
    [
      'with an expiry before the signing time [-ATTR-07]',
      set(expiryName, '2026-03-01T11:59:59Z', expiryName),
      'ATTR-07',
    ],
    [
      'with an expiry before the authentic time [-ATTR-07]',
      authority((members) => {
        members[expiryName] = '2026-03-01T11:59:59Z';
        critical(authenticName, expiryName)(members);
      }),
      'ATTR-07',
    ],
    ["with the reference's zero as signing time [-ATTR-08]", set(timeName, '0001-01-01T00:00:00Z'), 'ATTR-08'],
    [
      'with the Unix zero as authentic time [-ATTR-08]',
      authority((members) => void (members[authenticName] = '1970-01-01T00:00:00Z')),
      'ATTR-08',
    ],
    // Plugins and extended attributes
    ['with a plugin that is not critical [-ATTR-12]', set(pluginName, 'p'), 'ATTR-12'],
    ['with a blank plugin [-ATTR-12]', set(pluginName, ' \t', pluginName), 'ATTR-12'],
    ['with a plugin that is a number [-ATTR-12]', set(pluginName, 1, pluginName), 'ATTR-12'],
    ['with a plugin version that is not critical [-ATTR-13]', set(versionName, '1.0.0'), 'ATTR-13'],
    ['with a blank plugin version [-ATTR-13]', set(versionName, '', versionName), 'ATTR-13'],
    [
      'with a plugin version that is no semantic version [-ATTR-13]',
      set(versionName, 'v1.0.0', versionName),
      'ATTR-13',
    ],
    ['with a critical list [-ATTR-17]', set('a', [1], 'a'), 'ATTR-17'],
    ['with a critical object [-ATTR-17]', set('a', {}, 'a'), 'ATTR-17'],
    ['with a critical truth value [-ATTR-17]', set('a', true, 'a'), 'ATTR-17'],
    // Chain and timestamp
    ['without x5c [-SIG-JWS-14 -ATTR-14]', { header: (members) => delete members['x5c'] }, 'SIG-JWS-14'],
    ['with an empty x5c [-SIG-JWS-14 -ATTR-14]', inHeader('x5c', []), 'SIG-JWS-14'],
    [
      'with x5c as a string [-SIG-JWS-14]',
      { header: (members) => void ([members['x5c']] = members['x5c'] as string[]) },
      'SIG-JWS-14',
    ],
    [
      'with x5c in base64url [-SIG-JWS-14]',
      {
        header: (members) =>
          void (members['x5c'] = (members['x5c'] as string[]).map((text) =>
            text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
          )),
      },
      'SIG-JWS-14',
    ],
    [
      'with a line feed in x5c [-SIG-JWS-14]',
      { header: (members) => void (members['x5c'] = (members['x5c'] as string[]).map((text) => `${text}\n`)) },
      'SIG-JWS-14',
    ],
    ['with a number in x5c [-SIG-JWS-14]', inHeader('x5c', [1]), 'SIG-JWS-14'],
    ['with an empty certificate [-SIG-JWS-14]', inHeader('x5c', ['']), 'ATTR-14'],
    [
      'with x5c only among the protected headers [-SIG-JWS-21 -SIG-JWS-14]',
      { header: (members) => delete members['x5c'], ...set('x5c', ['AAAA']) },
      'SIG-JWS-14',
    ],
    [
      'with a chain without its root [-ATTR-14]',
      { header: (members) => void (members['x5c'] as string[]).pop() },
      'CERT-04',
    ],
    [
      'with a chain in reverse order [-ATTR-14]',
      { header: (members) => void (members['x5c'] = (members['x5c'] as string[]).toReversed()) },
      'VER-10',
    ],
    [
      'with a certificate that cannot be read [-ATTR-14]',
      { header: (members) => void (members['x5c'] as string[]).push('AAAA') },
      'CERT-01',
    ],
    [
      'with a timestamp that is no base64 [-SIG-JWS-15]',
      inHeader('io.cncf.notary.timestampSignature', 'AQ'),
      'SIG-JWS-15',
    ],
    [
      'with a timestamp that is no string [-SIG-JWS-15]',
      inHeader('io.cncf.notary.timestampSignature', 1),
      'SIG-JWS-15',
    ],
  ])('%s', async (_, change, rule) => {
    expect(judge(jws, await makeJws(change))).toBe(rule);
  });
});

it('an empty payload is refused on reading already, not only by the integrity check [-PAY-10]', async () => {
  const bytes = await makeJws({ payload: '' });
  expect(() => jws.parse(bytes)).toThrow(
    expect.objectContaining({ code: 'ENVELOPE_MALFORMED', details: { rule: 'PAY-10' } }),
  );
});

describe('a JWS signature is refused', () => {
  const privateKey = (type: Parameters<typeof testKeyPair>[0]): ReturnType<typeof createPrivateKey> =>
    createPrivateKey(testKeyPair(type).pkcs8Pem);

  it('in DER [-SIG-JWS-18 -OC-62]', async () => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> =>
      signRaw('sha256', data, { key: privateKey('p256'), dsaEncoding: 'der' });
    expect(judge(jws, await makeJws({ sign }))).toBe('VER-10');
  });

  it.each([63, 65, 96, 0])('of %d bytes [-SIG-JWS-18]', async (length) => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> => {
      const good = signRaw('sha256', data, { key: privateKey('p256'), dsaEncoding: 'ieee-p1363' });
      return Uint8Array.from({ length }, (_, index) => good[index] ?? 0);
    };
    expect(judge(jws, await makeJws({ sign }))).toBe('VER-10');
  });

  it('made by another key of the same kind [-ALG-05]', async () => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> =>
      signRaw('sha256', data, { key: createPrivateKey(testKeyPair('p256', 7).pkcs8Pem), dsaEncoding: 'ieee-p1363' });
    expect(judge(jws, await makeJws({ sign }))).toBe('VER-10');
  });

  it('that is an HMAC keyed with the public key [-SIG-JWS-06]', async () => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> =>
      createHmac('sha256', testKeyPair('p256').spki).update(data).digest();
    expect(judge(jws, await makeJws({ sign, ...set('alg', 'HS256') }))).toBe('SIG-JWS-06');
    expect(judge(jws, await makeJws({ sign }))).toBe('VER-10');
  });

  const pss =
    (saltLength: number) =>
    async (data: Uint8Array): Promise<Uint8Array> =>
      signRaw('sha256', data, { key: privateKey('rsa2048'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });

  it('with a PSS salt as long as the hash: accepted [+SIG-JWS-19 +OC-11]', async () => {
    expect(judge(jws, await makeJws({ key: await testSigningKey('rsa2048'), sign: pss(32) }))).toBe('passed');
  });

  it.each([0, 20, 31, 33, 64, 222])('with a PSS salt of %d bytes [-SIG-JWS-19 -OC-11]', async (saltLength) => {
    expect(judge(jws, await makeJws({ key: await testSigningKey('rsa2048'), sign: pss(saltLength) }))).toBe('VER-10');
  });

  it('with PKCS#1 v1.5 padding under the name of PSS [-SIG-JWS-19 -ALG-01]', async () => {
    const sign = async (data: Uint8Array): Promise<Uint8Array> => signRaw('sha256', data, privateKey('rsa2048'));
    expect(judge(jws, await makeJws({ key: await testSigningKey('rsa2048'), sign }))).toBe('VER-10');
  });

  it('of zeros [-SIG-JWS-18]', async () => {
    expect(judge(jws, await makeJws({ sign: async () => new Uint8Array(64) }))).toBe('VER-10');
  });
});

describe('a JWS envelope passes no bound', () => {
  it.each<[string, HandMadeJws]>([
    ['with 17 certificates', { header: (members) => void (members['x5c'] = Array.from({ length: 17 }, () => 'MAA=')) }],
    [
      'with a million certificates',
      { header: (members) => void (members['x5c'] = Array.from({ length: 1_000_000 }, () => 'MAA=')) },
    ],
    ['with a certificate beyond 64 KiB', inHeader('x5c', [encodeBase64(new Uint8Array(64 * 1024 + 1))])],
    [
      'with a timestamp beyond 1 MiB',
      inHeader('io.cncf.notary.timestampSignature', encodeBase64(new Uint8Array(1024 * 1024 + 1))),
    ],
    ['with a protected header beyond 64 KiB', set('a', 'x'.repeat(64 * 1024))],
    [
      'nested deeply in the unprotected header',
      { text: (text) => text.replace('"header":{', `"header":{"a":${'['.repeat(100_000)}`) },
    ],
    [
      'nested deeply in the protected header',
      { protectedText: (text) => text.replace('{', `{"a":${'['.repeat(1000)}`) },
    ],
    [
      'with ten thousand values',
      inHeader(
        'a',
        Array.from({ length: 10_000 }, () => 0),
      ),
    ],
    ['beyond 32 MiB', { text: () => ' '.repeat(32 * 1024 * 1024 + 1) }],
  ])('%s', async (_, change) => {
    expect(judge(jws, await makeJws(change))).toBe('limit');
  });

  it('with 16 certificates is still judged by its chain', async () => {
    const { certificates } = await mintChain({ length: 16 });
    const bytes = await makeJws({
      header: (members) => void (members['x5c'] = certificates.map(({ der }) => encodeBase64(der))),
    });
    expect(judge(jws, bytes)).toBe('passed');
  });

  it('with a signing agent beyond 1024 characters, which is as good as absent [+ATTR-16 -ATTR-16]', async () => {
    const agent = async (length: number): Promise<string | undefined> =>
      verified(jws, await makeJws(inHeader('io.cncf.notary.signingAgent', 'x'.repeat(length)))).unsigned.signingAgent;
    expect(await agent(1024)).toHaveLength(1024);
    expect(await agent(1025)).toBeUndefined();
  });
});

describe('a refusal of a JWS envelope', () => {
  it.each<[string, HandMadeJws, string]>([
    [
      'quotes a text, with what a terminal would obey made visible',
      set(schemeName, 'x\n509'),
      'signing scheme "x\uFFFD509" is not one of',
    ],
    ['names the type of anything else', set(schemeName, 7), 'signing scheme (number) is not one of the Notary Project'],
    [
      'says that something is missing',
      { protect: (members) => void ((members[schemeName] = undefined), (members['crit'] = [schemeName])) },
      `critical list names "${schemeName}", which the protected header lacks`,
    ],
    ['quotes a time that is none', set(timeName, 'noon'), `${timeName} is not a time: "noon"`],
    ['names the type of a time that is none', set(timeName, true), `${timeName} is not a time: (boolean)`],
    [
      'names what the critical list lacks',
      { protect: (members) => void (members['crit'] = [timeName]) },
      `critical list names ${timeName}`,
    ],
    [
      'names the scheme that is not critical',
      set(expiryName, '2027-03-01T12:00:00Z'),
      `critical list lacks ${expiryName}`,
    ],
  ])('%s', async (_, change, message) => {
    const bytes = await makeJws(change);
    expect(() => jws.parse(bytes)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  });
});

function setUnusedBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const changed = text.slice(0, -1) + (alphabet[alphabet.indexOf(text.slice(-1)) + 1] ?? 'B');
  if (Buffer.compare(Buffer.from(changed, 'base64url'), parseBase64Url(text)) !== 0)
    throw new Error('the bit was not unused');
  return changed;
}
