// Places that may be read and not written: reading commands work, writing ones say what they may not do, and leave nothing.

import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLayout } from '@nv2/oci-layout';
import { pushArtifact, testImage } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/stage.ts';
import { filesBelow, giveAway, runLimited } from './limited.ts';

const asNobody = { asNobody: true } as const;

describe.runIf(process.platform !== 'win32')('a directory that is read-only', () => {
  let stage: Stage;
  const made: string[] = [];
  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.write('manifest.json', testImage().manifest.bytes);
    const layout = await openLayout(join(stage.work, 'source'), { create: true });
    await pushArtifact(layout, testImage(), 'v1');
    await layout[Symbol.asyncDispose]();
    await mkdir(join(stage.work, 'closed'));
    await giveAway(stage.home.path);
    const signed = await runLimited(stage, ['sign', '-k', 'wabbit.key', 'oci-layout:source:v1'], asNobody);
    expect(signed.status, signed.stderr).toBe(0);
    await closeAll();
  });
  afterAll(async () => {
    for (const path of made) await chmod(path, 0o700);
    await stage[Symbol.asyncDispose]();
  });

  /** Everything below home loses its right to be written, and keeps those to be read. */
  async function closeAll(): Promise<void> {
    const entries = await readdir(stage.home.path, { recursive: true, withFileTypes: true });
    const directories = entries.filter((entry) => entry.isDirectory());
    made.push(stage.home.path, ...directories.map((entry) => join(entry.parentPath, entry.name)));
    for (const path of made.toReversed()) await chmod(path, 0o500);
  }

  it('is enough to verify and to look', async () => {
    for (const args of [
      ['verify', '-k', 'wabbit.crt', 'oci-layout:source:v1'],
      ['list', 'oci-layout:source:v1'],
      ['inspect', 'oci-layout:source:v1'],
    ]) {
      const ran = await runLimited(stage, args, asNobody);
      expect(ran.status, ran.stderr).toBe(0);
    }
  });

  it.each([
    ['a signature file', ['sign', '-k', 'wabbit.key', '-o', 'closed/out.sig', 'file:manifest.json']],
    ['a signature in a layout', ['sign', '-k', 'wabbit.key', 'oci-layout:source:v1']],
    ['a new layout', ['copy', 'oci-layout:source:v1', 'oci-layout:closed/new:v1']],
    ['an archive', ['copy', 'oci-layout:source:v1', 'oci-archive:closed/out.tar:v1']],
    ['the key list', ['key', 'add', 'release', 'wabbit.key']],
    ['a trust store', ['cert', 'add', '-t', 'ca', '-s', 'wabbit', 'wabbit-root.crt']],
    ['a test key', ['cert', 'generate-test', '--out', 'closed', 'tester']],
    ['a served registry', ['serve', 'registry', '--dir', 'closed/registry', '--port', '0']],
  ])('stays as it was when a command would write %s', async (_, args) => {
    const before = await filesBelow(stage.home.path);
    const ran = await runLimited(stage, args, asNobody);
    expect(ran.status, ran.stderr).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(/permission|not allowed|denied|cannot (?:write|access)/i);
    expect(ran.stderr).not.toMatch(/ {4}at |unexpected error/);
    expect(await filesBelow(stage.home.path)).toEqual(before);
  });
});
