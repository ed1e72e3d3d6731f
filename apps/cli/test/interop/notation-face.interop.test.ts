// Our `notation` beside the real one at the same registries: same standard output and exit code. The released reference (1.x) differs
// from the version our face stands in for (2.0) in a few words; those differences are stated here, each in one place.

import { mintChain } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, type Lab, openLab, type Ran } from './lab.ts';
import { openPlace, type Place, type PlaceKind, placeKinds } from './places.ts';
import { listKeys, trustOneKey, writePolicy } from './trust.ts';

describeWith(['notation', 'docker-registry'], 'our notation and the real one', () => {
  let lab: Lab;
  const places = new Map<PlaceKind, Place>();
  const place = (kind: PlaceKind): Place => {
    const found = places.get(kind);
    if (found === undefined) throw new Error(`${kind} did not start`);
    return found;
  };

  beforeAll(async () => {
    lab = await openLab();
    const chain = await trustOneKey(lab);
    await listKeys(lab, [
      { name: 'release', chain },
      { name: 'stranger', chain: await mintChain({ keyIndex: 340 }) },
    ]);
    for (const kind of placeKinds) places.set(kind, await openPlace(kind));
  });

  afterAll(async () => {
    for (const one of places.values()) await one[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const both = async (...args: readonly string[]): Promise<{ readonly theirs: Ran; readonly ours: Ran }> => ({
    theirs: await lab.run('notation', ...args),
    ours: await lab.run('face', ...args),
  });

  describe.each(placeKinds)('at %s', (kind) => {
    const useApi = kind === 'our registry' ? ['--force-referrers-tag=false'] : [];

    it('sign with the same first line, exit code and warning', async () => {
      const { tagged, pinned } = await place(kind).shelve('signed');
      const { theirs, ours } = await both('sign', ...useApi, tagged);
      expect(theirs).toEqual({ ...ours, stdout: `Successfully signed ${pinned}\n` });
      const [first, second, ...rest] = ours.stdout.split('\n');
      expect(`${first}\n`).toBe(theirs.stdout);
      // 2.0 says where the signature went.
      expect(second).toMatch(/^Pushed the signature to localhost:\d+\/signed@sha256:[0-9a-f]{64}$/);
      expect(rest).toEqual(['']);
    });

    it('list the same tree', async () => {
      const { tagged, pinned } = await place(kind).shelve('listed');
      await lab.ok('notation', 'sign', ...useApi, pinned);
      await lab.ok('face', 'sign', ...useApi, pinned);
      for (const reference of [pinned, tagged]) {
        const { theirs, ours } = await both('list', reference);
        expect(sortedTree(ours.stdout)).toEqual(sortedTree(theirs.stdout));
        expect(ours.stdout.match(/sha256:/g)).toHaveLength(3);
        expect({ ...ours, stdout: '' }).toEqual({ ...theirs, stdout: '' });
      }
    });

    it('list nothing, in singular and plural', async () => {
      const { pinned } = await place(kind).shelve('unsigned');
      const { theirs, ours } = await both('list', pinned);
      expect(theirs.stdout).toBe(`${pinned} has no associated signature\n`);
      expect(ours).toEqual({ ...theirs, stdout: `${pinned} has no associated signatures\n` });
    });

    it('verify a digest, and refuse what has no signature or none that is trusted', async () => {
      const { pinned } = await place(kind).shelve('verified');
      const nothing = await both('verify', pinned);
      expect(nothing.ours).toEqual(nothing.theirs);
      await lab.ok('notation', 'sign', '-k', 'stranger', ...useApi, pinned);
      const untrusted = await both('verify', pinned);
      expect(untrusted.ours).toEqual(untrusted.theirs);
      expect(untrusted.ours.status).toBe(1);
      await lab.ok('notation', 'sign', ...useApi, '-m', 'build=1234', pinned);
      const verified = await both('verify', pinned);
      expect(verified.ours).toEqual(verified.theirs);
      expect(verified.ours.status).toBe(0);
    });

    it('verify a tag with the same warning; 2.0 puts a blank line before the result', async () => {
      const { tagged, pinned } = await place(kind).shelve('tagged');
      await lab.ok('face', 'sign', ...useApi, pinned);
      const { theirs, ours } = await both('verify', tagged);
      expect(theirs.stdout).toBe(`Successfully verified signature for ${pinned}\n`);
      expect(ours).toEqual({ ...theirs, stdout: `\n${theirs.stdout}` });
    });

    it('fail to find the same references', async () => {
      const { name } = await place(kind).shelve('there');
      for (const reference of [`${name}:v9`, `${name}@sha256:${'0'.repeat(64)}`, `${name}-absent:v1`]) {
        for (const command of ['sign', 'verify', 'list']) {
          const { theirs, ours } = await both(command, reference);
          expect(ours).toEqual(theirs);
          expect(ours.status).toBe(1);
        }
      }
    });
  });

  it.each<readonly [readonly string[]]>([
    [['sign']],
    [['verify']],
    [['list']],
    [['sign', 'localhost:1/app']],
    [['sign', '--nonsense', 'localhost:1/app:v1']],
    [['sign', '-k', 'nobody', 'localhost:1/app:v1']],
    [['sign', '--signature-format', 'pgp', 'localhost:1/app:v1']],
    [['sign', '--id', 'x', 'localhost:1/app:v1']],
    [['sign', '-k', 'release', '--id', 'x', '--plugin', 'y', 'localhost:1/app:v1']],
    [['sign', '-m', 'novalue', 'localhost:1/app:v1']],
    [['verify', '--max-signatures', '0', 'localhost:1/app:v1']],
    [['verify', '--oci-layout', 'app:v1']],
    [['frobnicate']],
  ])('refuse %j in the same words', async (args) => {
    const { theirs, ours } = await both(...args);
    expect(ours).toEqual(theirs);
    expect(ours.status).toBe(1);
  });

  it('say a version that scripts can read in the same line', async () => {
    const { theirs, ours } = await both('version');
    const versionOf = ({ stdout }: Ran): string | undefined =>
      stdout
        .split('\n')
        .find((line) => line.split(':')[0]?.trim().toLowerCase() === 'version')
        ?.split(':')[1]
        ?.trim();
    const semver = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
    expect(versionOf(theirs)).toMatch(semver);
    expect(versionOf(ours)).toMatch(semver);
    expect(ours.stdout.split('\n')[0]).toBe(theirs.stdout.split('\n')[0]);
    expect(ours.status).toBe(0);
  });

  it('judge alike when the policy skips, and when it only logs', async () => {
    const { pinned } = await place('docker-registry').shelve('levels');
    await lab.ok('face', 'sign', '-k', 'stranger', pinned);
    await writePolicy(lab, 'interop', { level: 'audit' });
    const audited = await both('verify', pinned);
    await writePolicy(lab, 'interop');
    expect(audited.theirs.status).toBe(0);
    expect(audited.ours.status).toBe(0);
    const warning = /^Warning: authenticity was set to "log" and failed with error: /m;
    expect(audited.theirs.stderr).toMatch(warning);
    expect(audited.ours.stderr).toMatch(warning);
    expect(audited.ours.stdout.trimStart()).toBe(audited.theirs.stdout.trimStart());
  });
});

/** The signatures in any order, each as a branch. */
function sortedTree(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/[├└]/, '─'))
    .toSorted();
}
