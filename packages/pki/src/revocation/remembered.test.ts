// What a checker was told before it answers at once, and judges for the instant all the same.

import { type RevocationWorld, type RevocationWorldOptions, revocationWorld } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import type { RevocationChecker, RevocationOutcome } from './check-revocation.ts';
import { createRevocationChecker, type RevocationCheckerOptions } from './create-checker.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const byOcsp: RevocationWorldOptions['extensions'] = (place) => ({ ocspUrls: [`http://ocsp.example/${place}`] });
const byCrl: RevocationWorldOptions['extensions'] = (place) => ({ crlUrls: [`http://crl.example/${place}`] });

interface Scene {
  readonly world: RevocationWorld;
  readonly check: RevocationChecker;
  /** The answer for an instant that many milliseconds later, and whether it came at once. */
  readonly ask: (afterMs: number) => Promise<readonly [RevocationOutcome['status'], 'at once' | 'later']>;
}

async function openScene(
  extensions: RevocationWorldOptions['extensions'] = byOcsp,
  options: RevocationCheckerOptions = {},
): Promise<Scene> {
  const world = await revocationWorld({ length: 3, ...(extensions && { extensions }) });
  for (const place of [0, 1]) {
    world.serve(`http://ocsp.example/${place}`, world.ocsp(place));
    world.serve(`http://crl.example/${place}`, world.crl(place));
  }
  const check = createRevocationChecker({ transport: world.transport, ...options });
  return {
    world,
    check,
    async ask(afterMs) {
      const at = new Date(world.at.getTime() + afterMs);
      const answer = check({ chain: world.chain, purpose: 'code-signing', at });
      return [(await answer).status, answer instanceof Promise ? 'later' : 'at once'];
    },
  };
}

describe('what a checker was told before', () => {
  it.each([
    ['OCSP answers', byOcsp],
    ['CRLs', byCrl],
  ])('is answered at once from %s, and nobody is asked again [+REV-34]', async (_, extensions) => {
    const { world, ask } = await openScene(extensions);
    expect(await ask(0)).toEqual(['passed', 'later']);
    const { length } = world.requests;
    expect(length).toBe(2);
    expect(await ask(minuteMs)).toEqual(['passed', 'at once']);
    expect(world.requests).toHaveLength(length);
  });

  it('is no answer once it is out of date [-REV-16 -REV-23]', async () => {
    for (const extensions of [byOcsp, byCrl]) {
      const { ask } = await openScene(extensions);
      await ask(0);
      expect(await ask(7 * dayMs)).toEqual(['unknown', 'later']);
    }
  });

  it('is asked about again after an hour, and before the first answer by the clock [-REV-36]', async () => {
    const { world, ask } = await openScene();
    await ask(0);
    for (const afterMs of [61 * minuteMs, -minuteMs]) {
      const { length } = world.requests;
      expect(await ask(afterMs)).toEqual(['passed', 'later']);
      expect(world.requests.length).toBeGreaterThan(length);
    }
  });

  it('stays revoked', async () => {
    const { world, ask } = await openScene();
    world.serve('http://ocsp.example/1', world.ocsp(1, { status: 'revoked', revokedAt: world.at }));
    expect(await ask(0)).toEqual(['revoked', 'later']);
    expect(await ask(minuteMs)).toEqual(['revoked', 'at once']);
  });

  it('is not used by who wants a nonce back, and tells the same events as a first answer', async () => {
    const withNonce = await openScene(byOcsp, { createNonce: () => new Uint8Array(32) });
    await withNonce.ask(0);
    expect((await withNonce.ask(minuteMs))[1]).toBe('later');

    const types: string[] = [];
    const { ask } = await openScene(byOcsp, { onEvent: ({ type }) => void types.push(type) });
    await ask(0);
    const first = types.splice(0);
    await ask(minuteMs);
    expect(types.toSorted()).toEqual(first.toSorted());
  });

  it('says nothing about another certificate', async () => {
    const { world, check } = await openScene();
    await check({ chain: world.chain, purpose: 'code-signing', at: world.at });
    const other = await revocationWorld({ length: 3, keyIndex: 7, extensions: byOcsp });
    const answer = check({ chain: other.chain, purpose: 'code-signing', at: world.at });
    expect(answer).toBeInstanceOf(Promise);
    expect((await answer).status).toBe('unknown');
  });
});
