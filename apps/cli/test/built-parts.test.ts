// The built program loads parts of Node and of other packages when a command comes to them. Each is there, under its own names.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLayout } from '@nv2/oci-layout';
import { pushArtifact, testImage } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { runChild } from './support/run-cli.ts';
import { openStage } from './support/stage.ts';

describe('a part that the built program loads late', () => {
  it('is TLS: a registry that is not there is refused by the connection', async () => {
    await using stage = await openStage();
    await stage.key('wabbit');
    const args = ['verify', '-k', 'wabbit.crt', '--ca-file', 'wabbit-root.crt', 'localhost:1/net-monitor:v1'];
    const ran = await runChild(stage, args);
    expect(ran.stderr).toMatch(/GET https:\/\/localhost:1.*connection refused/);
    expect(ran.status).toBe(20);
  });

  it('is the certificate library: a test key can be made', async () => {
    await using stage = await openStage();
    const ran = await runChild(stage, ['cert', 'generate-test', 'tester']);
    expect(ran.status, ran.stderr).toBe(0);
  });

  it('is what clears up behind an archive', async () => {
    await using stage = await openStage();
    const layout = await openLayout(join(stage.work, 'source'), { create: true });
    await pushArtifact(layout, testImage(), 'v1');
    const ran = await runChild(stage, ['copy', 'oci-layout:source:v1', 'oci-archive:out.tar:v1']);
    expect(ran.status, ran.stderr).toBe(0);
    expect((await readdir(stage.work)).toSorted()).toEqual(['out.tar', 'source']);
  });
});
