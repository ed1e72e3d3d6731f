// What the client tells while it works, and what it never tells.

import { bytesResponse } from '@nv2/base';
import { fakeRegistry, pushArtifact, testImage, withHeaders } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { testSession } from './connect.ts';

describe('events', () => {
  it('count every request with its answer, in order', async () => {
    const { repository, events } = testSession(fakeRegistry().transport);
    await repository.findManifest('v1');
    await repository.hasBlob(testImage().blobs[0]!.descriptor);
    const heads = events.flatMap((event) =>
      event.kind === 'request' || event.kind === 'response' ? [[event.kind, event.id, event.method]] : [],
    );
    expect(heads).toEqual([
      ['request', 1, 'GET'],
      ['response', 1, 'GET'],
      ['request', 2, 'HEAD'],
      ['response', 2, 'HEAD'],
    ]);
  });

  it('hold no secret of a whole push with sign-in', async () => {
    const fake = fakeRegistry({ auth: { kind: 'bearer', username: 'alice', password: 'hush-hush' } });
    const credentials = () => Promise.resolve({ kind: 'basic', username: 'alice', password: 'hush-hush' } as const);
    const { repository, events } = testSession(fake.transport, { credentials });
    await pushArtifact(repository, testImage(), 'v1');
    const told = JSON.stringify(events);
    for (const secret of ['hush-hush', btoa('alice:hush-hush'), 'token-1', 'token-2', 'state=secret'])
      expect(told).not.toContain(secret);
    expect(told).toContain('*****');
  });

  it('tell a warning of the registry once', async () => {
    const fake = fakeRegistry();
    fake.intercept = async (_, next) => withHeaders(await next(), { Warning: '299 - "move away"' });
    const { repository, events } = testSession(fake.transport);
    await repository.findManifest('v1');
    await repository.findManifest('v2');
    expect(events.filter(({ kind }) => kind === 'warning')).toEqual([
      { kind: 'warning', registry: 'registry.test', text: 'move away' },
    ]);
  });

  it('tell a bounded number of different warnings', async () => {
    let count = 0;
    const { repository, events } = testSession(async () =>
      bytesResponse(404, [['Warning', `299 - "number ${(count += 1)}"`]]),
    );
    for (let i = 0; i < 50; i++) await repository.findManifest('v1');
    expect(events.filter(({ kind }) => kind === 'warning')).toHaveLength(32);
  });

  it('are not needed', async () => {
    const { transport } = fakeRegistry();
    const { session } = testSession(transport);
    expect(session.repository('registry.test', 'a').name).toBe('registry.test/a');
    expect(() => session.repository('registry.test', 'UPPER')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_REFUSED' }),
    );
  });
});
