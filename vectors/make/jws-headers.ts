// Protected headers of JWS envelopes that break one rule.

import {
  authenticName,
  expiryName,
  pluginName,
  schemeName,
  timeName,
  versionName,
} from '../../packages/envelope/test/hand-made-jws.ts';
import {
  altered,
  authority,
  critical,
  criticalAttribute,
  drop,
  malformed,
  pluginRequired,
  type Row,
  set,
} from './jws-changes.ts';

export const attributes: readonly Row[] = [
  ['an expiry past', '-EXP-01', set(expiryName, '2026-10-31T23:59:59Z', expiryName), 'untrusted expiry expired'],
  [
    'an expiry at this second',
    '-EXP-01 -OC-30',
    set(expiryName, '2026-11-01T00:00:00Z', expiryName),
    'untrusted expiry expired',
  ],
  [
    'an expiry at the signing time',
    '-ATTR-07',
    set(expiryName, '2026-03-01T13:00:00+01:00', expiryName),
    altered('ATTR-07'),
  ],
  [
    'a critical attribute that nobody knows',
    '-ATTR-10 -OC-01',
    set('com.example.a', 'x', 'com.example.a'),
    criticalAttribute,
  ],
  ['a critical attribute that is a list', '-ATTR-17', set('a', [1], 'a'), malformed('ATTR-17')],
  ['a verification plugin', '-PLUG-01', set(pluginName, 'com.example.plugin', pluginName), pluginRequired],
  [
    'a verification plugin in any version from 1.0.0',
    '-ATTR-13',
    {
      protect: (members) => {
        Object.assign(members, { [pluginName]: 'com.example.plugin', [versionName]: '1.0.0' });
        critical(pluginName, versionName)(members);
      },
    },
    pluginRequired,
  ],
  ['a plugin that is not critical', '-ATTR-12', set(pluginName, 'p'), malformed('ATTR-12')],
  ['a blank plugin', '-ATTR-12', set(pluginName, ' ', pluginName), malformed('ATTR-12')],
  ['a plugin version that is none', '-ATTR-13', set(versionName, 'v1', versionName), malformed('ATTR-13')],
  [
    'no scheme',
    '-ATTR-01',
    {
      protect: (members) => {
        delete members[schemeName];
        Object.assign(members, { a: 1, crit: ['a'] });
      },
    },
    malformed('SIG-JWS-09'),
  ],
  ['an unknown scheme', '-ATTR-01', set(schemeName, 'notary.x510'), malformed('ATTR-01')],
  ['two schemes', '-ATTR-02', set(schemeName, ['notary.x509', 'notary.x509.signingAuthority']), malformed('ATTR-01')],
  [
    'both times',
    '-SIG-JWS-13 -ATTR-04',
    set(authenticName, '2026-03-01T12:00:00Z', authenticName),
    malformed('SIG-JWS-13'),
  ],
  [
    'both times under the signing-authority scheme',
    '-SIG-JWS-13 -ATTR-03',
    authority((members) => void (members[timeName] = '2026-03-01T12:00:00Z')),
    malformed('SIG-JWS-13'),
  ],
  ['no signing time', '-SIG-JWS-13 -ATTR-08', drop(timeName), malformed('SIG-JWS-13')],
  ['zero for a signing time', '-ATTR-08', set(timeName, '0001-01-01T00:00:00Z'), altered('ATTR-08')],
  ...['', '2026-03-01', '2026-03-01T12:00:00', '2026-02-29T12:00:00Z', '2026-03-01 12:00:00Z', '1772366400'].map(
    (time): Row => [
      `the signing time ${JSON.stringify(time)}`,
      '-SIG-JWS-12',
      set(timeName, time),
      malformed('SIG-JWS-12'),
    ],
  ),
];

export const headers: readonly Row[] = [
  ...['none', 'HS256', 'RS256', 'EdDSA', 'ES256K', 'es256', ''].map(
    (alg): Row => [`algorithm ${JSON.stringify(alg)}`, '-SIG-JWS-06', set('alg', alg), malformed('SIG-JWS-06')],
  ),
  ...['ES384', 'ES512', 'PS256'].map(
    (alg): Row => [`algorithm ${alg} over a P-256 key`, '-SIG-JWS-07 -ALG-02', set('alg', alg), altered('ALG-02')],
  ),
  ['another content type', '-SIG-JWS-08 -PAY-01', set('cty', 'application/json'), malformed('SIG-JWS-08')],
  ['no content type', '-SIG-JWS-08', drop('cty'), malformed('SIG-JWS-08')],
  ['no crit', '-SIG-JWS-09', drop('crit'), malformed('SIG-JWS-09')],
  ['an empty crit', '-SIG-JWS-09', set('crit', []), malformed('SIG-JWS-09')],
  [
    'an expiry that is not critical',
    '-SIG-JWS-09 -ATTR-05',
    set(expiryName, '2099-01-01T00:00:00Z'),
    malformed('SIG-JWS-09'),
  ],
  ['an authentic time that is not critical', '-SIG-JWS-09', authority(critical()), malformed('SIG-JWS-09')],
  ...['alg', 'cty', 'crit', 'x5c', 'b64'].map(
    (name): Row => [
      `${name} in crit`,
      '-SIG-JWS-10',
      {
        protect: (members) => {
          members[name] ??= false;
          critical(name)(members);
        },
      },
      malformed('SIG-JWS-10'),
    ],
  ),
  ['the signing time in crit', '-SIG-JWS-10 -ATTR-03', { protect: critical(timeName) }, malformed('ATTR-03')],
  ['a critical name that does not exist', '-SIG-JWS-11', { protect: critical('a') }, malformed('SIG-JWS-11')],
  ['the scheme twice in crit', '-SIG-JWS-11', { protect: critical(schemeName) }, malformed('SIG-JWS-11')],
  ['an extended name twice in crit', '-SIG-JWS-11', set('a', 'x', 'a', 'a'), malformed('SIG-JWS-11')],
  [
    'a duplicate alg',
    '-SIG-JWS-20 -OC-61',
    { protectedText: (json) => json.replace('{', '{"alg":"ES256",') },
    malformed('SIG-JWS-20'),
  ],
  [
    'a duplicate alg behind an escape',
    '-SIG-JWS-20',
    { protectedText: (json) => json.replace('{', '{"\\u0061lg":"ES256",') },
    malformed('SIG-JWS-20'),
  ],
  ['alg in two cases', '-SIG-JWS-20 -OC-11', set('ALG', 'ES256'), malformed('SIG-JWS-20')],
  [
    'an expiry in another case',
    '-SIG-JWS-20 -OC-11',
    set('io.cncf.notary.Expiry', '2020-01-01T00:00:00Z'),
    malformed('SIG-JWS-20'),
  ],
];
