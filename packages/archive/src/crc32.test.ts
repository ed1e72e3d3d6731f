import { crc32 } from 'node:zlib';
import { encodeUtf8 } from '@nv2/base';
import { array, assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCrc32 } from './crc32.ts';

describe('the checksum of zip', () => {
  it('is that of the standard', () => {
    const crc = createCrc32();
    expect(crc.value()).toBe(0);
    crc.update(encodeUtf8('123456789'));
    expect(crc.value()).toBe(0xcbf43926);
  });

  it('is that of zlib, however the bytes come', () => {
    assert(
      property(array(uint8Array({ maxLength: 50 }), { maxLength: 10 }), (parts) => {
        const crc = createCrc32();
        for (const part of parts) crc.update(part);
        expect(crc.value()).toBe(parts.reduce((value, part) => crc32(part, value), 0));
      }),
    );
  });
});
