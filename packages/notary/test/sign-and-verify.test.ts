import { describe, expect, it } from 'vitest';
import { toReport } from '../src/index.ts';
import { cose, jws, openScene, signIn, verifyIn } from './scene.ts';

describe('an artifact signed and verified in one store', () => {
  for (const format of [jws, cose]) {
    it(`is trusted under a strict policy with a ${format.name} signature [+VER-22 +VER-10]`, async () => {
      const scene = await openScene();
      await signIn(scene, { format });
      const outcome = await verifyIn(scene);
      expect(toReport(outcome)).toMatchObject({ verdict: 'trusted', code: 'trusted' });
    });
  }
});
