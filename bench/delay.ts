// A registry that is further away: every request waits before it is passed on.

import { Agent, createServer, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DelayingProxy extends AsyncDisposable {
  readonly port: number;
}

/** Listens on a free loopback port and passes every request on to `port` after `delayMs`. */
export async function delayingProxy(port: number, delayMs: number): Promise<DelayingProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    void sleep(delayMs).then(() => {
      const { method = 'GET', url = '/', headers } = incoming;
      const passed = request({ host: '127.0.0.1', port, method, path: url, headers, agent }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.once('error', () => outgoing.destroy());
      incoming.pipe(passed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('bench: no free loopback port');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
