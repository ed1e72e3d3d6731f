import { mintChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { findCertificatesOutsideValidity } from './validity.ts';

describe('validity', () => {
  it('includes both ends exactly, and names every certificate outside [+CERT-10 -CERT-10]', async () => {
    const notBefore = new Date('2024-01-01T00:00:00Z');
    const notAfter = new Date('2024-12-31T23:59:59Z');
    const { certificates } = await mintChain({
      tweak: (options, index) => (index === 0 ? { ...options, notBefore, notAfter } : options),
    });
    const [leaf] = certificates;
    const outside = (text: string): readonly unknown[] => findCertificatesOutsideValidity(certificates, new Date(text));
    expect(outside('2024-01-01T00:00:00.000Z')).toEqual([]);
    expect(outside('2024-12-31T23:59:59.000Z')).toEqual([]);
    expect(outside('2023-12-31T23:59:59.999Z')).toEqual([leaf]);
    expect(outside('2024-12-31T23:59:59.001Z')).toEqual([leaf]);
    expect(outside('1999-01-01T00:00:00Z')).toEqual([...certificates]);
    expect(outside('never')).toEqual([...certificates]);
  });
});
