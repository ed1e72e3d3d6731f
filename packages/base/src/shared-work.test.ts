import { describe, expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';

/** Work that ends when it is told to, and remembers how often it was begun. */
function slowWork() {
  const begun: { readonly signal: AbortSignal; end(result: string): void; fail(error: Error): void }[] = [];
  const work = (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      begun.push({ signal, end: resolve, fail: reject });
    });
  return { begun, work };
}

describe('shared work', () => {
  it('is done once for all who ask while it is under way, and again for who asks later', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const all = [1, 2, 3].map(() => shared.do('a', work));
    begun[0]?.end('first');
    expect(await Promise.all(all)).toEqual(['first', 'first', 'first']);
    expect(begun).toHaveLength(1);
    const later = shared.do('a', work);
    begun[1]?.end('second');
    expect(await later).toBe('second');
  });

  it('is told apart by its key', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const both = [shared.do('a', work), shared.do('b', work)];
    begun[0]?.end('a');
    begun[1]?.end('b');
    expect(await Promise.all(both)).toEqual(['a', 'b']);
  });

  it('fails for all who wait, and not for who asks later', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const all = [shared.do('a', work), shared.do('a', work, new AbortController().signal)];
    begun[0]?.fail(new Error('no'));
    for (const one of await Promise.allSettled(all)) expect(one).toMatchObject({ reason: { message: 'no' } });
    const later = shared.do('a', work);
    begun[1]?.end('yes');
    expect(await later).toBe('yes');
  });

  it('goes on for the others when one gives up', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const first = new AbortController();
    const [impatient, patient] = [
      shared.do('a', work, first.signal),
      shared.do('a', work, new AbortController().signal),
    ];
    first.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    expect(begun[0]?.signal.aborted).toBe(false);
    begun[0]?.end('done');
    expect(await patient).toBe('done');
  });

  it('goes on for who cannot give up', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const controller = new AbortController();
    const patient = shared.do('a', work);
    const impatient = shared.do('a', work, controller.signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    begun[0]?.end('done');
    expect(await patient).toBe('done');
  });

  it('stops when the last one gives up, and begins anew for who asks then', async () => {
    const shared = new SharedWork<string>();
    const { begun, work } = slowWork();
    const controllers = [new AbortController(), new AbortController()] as const;
    const waiting = controllers.map(({ signal }) => shared.do('a', work, signal));
    controllers[0].abort(new Error('first'));
    controllers[1].abort(new Error('second'));
    const next = shared.do('a', work);
    const ends = await Promise.allSettled(waiting);
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as Error).message)).toEqual(['first', 'second']);
    expect(begun[0]?.signal).toMatchObject({ aborted: true, reason: { message: 'second' } });
    expect(begun).toHaveLength(2);
    begun[1]?.end('again');
    expect(await next).toBe('again');
  });

  it('ends for who gives up while it is begun', async () => {
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const work = (signal: AbortSignal): Promise<string> => {
      inner = signal;
      controller.abort(new Error('meanwhile'));
      return Promise.reject(new Error('of the work'));
    };
    await expect(new SharedWork<string>().do('a', work, controller.signal)).rejects.toThrow('meanwhile');
    expect(inner?.aborted).toBe(true);
  });

  it('is not begun for who has given up before', async () => {
    const { begun, work } = slowWork();
    await expect(new SharedWork<string>().do('a', work, AbortSignal.abort(new Error('before')))).rejects.toThrow(
      'before',
    );
    expect(begun).toHaveLength(0);
  });

  it('leaves no listener on a signal that lives longer', async () => {
    const { begun, work } = slowWork();
    const { signal } = new AbortController();
    const kept = new Set<unknown>();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => (kept.add(args[1]), add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (kept.delete(args[1]), remove(...args));
    const waiting = new SharedWork<string>().do('a', work, signal);
    expect(kept.size).toBe(1);
    begun[0]?.end('done');
    await waiting;
    expect(kept.size).toBe(0);
  });
});
