// E07: trust is configured, not guessed. What the first refusal prints is enough to configure it.

import { describe, expect, it } from 'vitest';
import { openWorldFor, type PlaceKind, shelve, writeKey } from './publisher.ts';
import { expectVerdict, nextLines, shellWords } from './refusals.ts';
import { allowBusyMachine, type CommandResult, type World } from './world.ts';

allowBusyMachine();

/** Types what was printed, word for word. */
function type(world: World, line: string): Promise<CommandResult> {
  const [program, ...words] = shellWords(line);
  expect(program).toBe('nv2');
  return world.nv2(...words);
}

describe.concurrent.each<PlaceKind>(['referrers API', 'tag schema', 'layout'])(
  'E07 — first verification in a fresh home, %s',
  (kind) => {
    it('names the root, and its two next lines make the same verification succeed, the first alone does not', async () => {
      await using world = await openWorldFor(kind);
      const shelf = await shelve(world, 'net-monitor', kind);
      const generated = await world.nv2('cert', 'generate-test', 'wabbit-networks');
      expect(generated.status).toBe(0);
      await world.nv2('sign', '-k', 'wabbit-networks', shelf.tagged);

      const verify = (): Promise<CommandResult> => world.nv2('verify', ...shelf.scope, shelf.tagged);
      const first = await verify();
      expectVerdict(first, 12, 'signer not trusted');
      expect(first.stderr).toMatch(
        /why: signed by .*CN=wabbit-networks.* \(sha256:[0-9a-f]{64}\), which is its own root/,
      );
      const steps = nextLines(first);
      expect(steps).toEqual([
        expect.stringMatching(/^nv2 cert add --type ca --store wabbit-networks wabbit-networks\.crt$/),
        expect.stringMatching(/^nv2 policy init .*--trust-store ca:wabbit-networks/),
      ]);

      const added = await type(world, steps[0] ?? '');
      expect(added, added.stderr).toMatchObject({ status: 0 });
      expectVerdict(await verify(), 12, 'signer not trusted');

      const decided = await type(world, steps[1] ?? '');
      expect(decided, decided.stderr).toMatchObject({ status: 0 });
      const last = await verify();
      expect(last, last.stderr).toMatchObject({ status: 0, stdout: `${shelf.pinned}\n` });
    });
  },
);

describe('E07 — trust', () => {
  it('is never taken from a certificate that merely travelled in the signature', async () => {
    await using world = await openWorldFor('referrers API');
    const shelf = await shelve(world, 'net-monitor');
    await writeKey(world, 'wabbit');
    await world.nv2('sign', '-k', 'wabbit.key', shelf.tagged);
    for (let run = 0; run < 2; run += 1)
      expectVerdict(await world.nv2('verify', shelf.tagged), 12, 'signer not trusted');
    expect((await world.nv2('cert', 'list')).stdout).not.toContain('Example');
  });

  it('covers a second repository with the statement that its refusal prints', async () => {
    await using world = await openWorldFor('referrers API');
    await writeKey(world, 'wabbit', { keyIndex: 31 });
    await world.nv2('cert', 'add', '--type', 'ca', '--store', 'wabbit', 'wabbit-root.crt');
    const [first, second] = [await shelve(world, 'first'), await shelve(world, 'second')];
    await world.nv2('policy', 'init', '--scope', first.name, '--trust-store', 'ca:wabbit', '--identity', '*');
    await world.nv2('sign', '-k', 'wabbit.key', second.tagged);
    const refused = await world.nv2('verify', second.tagged);
    expectVerdict(refused, 12, 'signer not trusted');
    expect(refused.stderr).toContain(`no statement of the trust policy covers ${second.name}`);
    const [add, set] = nextLines(refused);
    // The printed line expects the root under the name it prints; a person would save it there.
    const file = shellWords(add ?? '').at(-1) ?? '';
    await world.write(file, await (await import('node:fs/promises')).readFile(`${world.directory}/wabbit-root.crt`));
    for (const line of [add ?? '', set ?? '']) {
      const ran = await type(world, line);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
    }
    expect(await world.nv2('verify', second.tagged)).toMatchObject({ status: 0, stdout: `${second.pinned}\n` });
  });

  it('says 10, not 12, when nothing is signed, before any trust is configured', async () => {
    await using world = await openWorldFor('referrers API');
    const shelf = await shelve(world, 'unsigned');
    expectVerdict(await world.nv2('verify', shelf.tagged), 10, 'no signature found');
  });
});
