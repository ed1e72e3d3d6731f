// CRC-32 as in zip (ITU-T V.42): not every supported Node has it built in.

export interface Crc32 {
  update(bytes: Uint8Array): void;
  /** Unsigned. */
  value(): number;
}

export function createCrc32(): Crc32 {
  let state = 0xffff_ffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) state = (table[(state ^ byte) & 0xff] ?? 0) ^ (state >>> 8);
    },
    value: () => (state ^ 0xffff_ffff) >>> 0,
  };
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb8_8320;
  return value >>> 0;
});
