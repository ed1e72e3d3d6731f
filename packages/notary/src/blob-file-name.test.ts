import { encodeUtf8 } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { cose, jws } from '../test/scene.ts';
import { parseSignatureFormat, signatureFileName } from './blob-file-name.ts';

describe('the name of a blob signature', () => {
  it('is that of the blob, the format and sig [+BLOB-01]', () => {
    expect([signatureFileName('app.tar', jws), signatureFileName('app.tar', cose)]).toEqual([
      'app.tar.jws.sig',
      'app.tar.cose.sig',
    ]);
  });

  const told: readonly (readonly [name: string, file: Parameters<typeof parseSignatureFormat>[0], format: string])[] = [
    ['the extension [+BLOB-01]', { name: 'app.tar.jws.sig' }, 'jws'],
    ['the extension of a path [+BLOB-01]', { name: '/tmp/v1.0/app.cose.sig' }, 'cose'],
    ['an extension in capitals [+BLOB-02]', { name: 'app.COSE.SIG' }, 'cose'],
    [
      'a stated media type, before the extension [+BLOB-02]',
      { name: 'app.jws.sig', mediaType: 'application/cose' },
      'cose',
    ],
    ['the extension, before the content [+BLOB-02]', { name: 'app.jws.sig', bytes: Uint8Array.of(0xd2, 0x84) }, 'jws'],
    [
      'content that begins like JSON, without extension [+BLOB-02]',
      { name: 'signature', bytes: encodeUtf8(' \n{"payload"') },
      'jws',
    ],
    [
      'content that begins like COSE, without extension [+BLOB-02]',
      { name: 'app.sig', bytes: Uint8Array.of(0xd2, 0x84) },
      'cose',
    ],
  ];
  for (const [name, file, format] of told) {
    it(`tells the format by ${name}`, () => {
      expect(parseSignatureFormat(file).name).toBe(format);
    });
  }

  const untold: readonly (readonly [name: string, file: Parameters<typeof parseSignatureFormat>[0]])[] = [
    [
      'an extension of no known format, whatever the content [-BLOB-02]',
      { name: 'app.pgp.sig', bytes: encodeUtf8('{') },
    ],
    ['only two parts and no content [-BLOB-02]', { name: 'jws.sig' }],
    ['a format in a directory name [-BLOB-01]', { name: 'a.jws.sig/app' }],
    ['another last part [-BLOB-01]', { name: 'app.jws.sign' }],
    ['an unknown stated media type [-BLOB-02]', { name: 'app.jws.sig', mediaType: 'application/json' }],
    ['neither name nor known content', { name: 'app', bytes: encodeUtf8('MII') }],
    ['no content at all', { name: 'app', bytes: new Uint8Array() }],
  ];
  for (const [name, file] of untold) {
    it(`refuses ${name}`, () => {
      expect(() => parseSignatureFormat(file)).toThrow(expect.objectContaining({ code: 'NOTARY_BLOB_FORMAT_UNKNOWN' }));
    });
  }
});
