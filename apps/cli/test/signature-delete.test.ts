// Asking before signatures are deleted.

import { describe, expect, it } from 'vitest';
import { runHere } from './support/run-cli.ts';
import { openStage } from './support/stage.ts';

describe('nv2 signature delete on a terminal', () => {
  it.each([
    ['y', 10],
    ['Yes', 10],
    ['n', 0],
    ['', 0],
    ['yes please', 0],
    [undefined, 0],
  ])(
    'shows what would go and asks; the answer "%s" leaves an artifact whose verification says %i',
    async (answer, code) => {
      await using stage = await openStage();
      await stage.key('wabbit');
      await stage.image('net-monitor', 'v1');
      const reference = `${stage.registry}/net-monitor:v1`;
      const signed = await runHere(stage, ['sign', '-k', 'wabbit.key', reference]);
      const digest = signed.stdout.trim().split('@')[1] ?? '';
      const answers = answer === undefined ? [] : [answer];
      const ran = await runHere(stage, ['signature', 'delete', '--all', reference], { answers });
      expect(ran).toMatchObject({ status: 0, stdout: code === 0 ? '' : `${digest}\n` });
      expect(ran.stderr.indexOf('1 signature to delete')).toBeGreaterThanOrEqual(0);
      expect(ran.stderr).toContain(code === 0 ? 'nothing was deleted' : '1 signature deleted');
      expect(await runHere(stage, ['verify', '-k', 'wabbit.crt', reference])).toMatchObject({ status: code });
    },
  );
});
