// A request body on its way in: read once, watched for its rate, never left unread on a connection that is kept.

import type { IncomingMessage } from 'node:http';
import type { BodySource } from '@nv2/base';
import { ListenError } from './listen-errors.ts';
import type { ListenLimits } from './listen-limits.ts';
import type { RateWatch } from './listen-watch.ts';

export class IncomingBody implements BodySource {
  readonly length?: number;
  readonly #incoming: IncomingMessage;
  readonly #watch: RateWatch;
  /** Says "100 Continue", if the client waits for it. */
  #sendContinue: (() => void) | undefined;
  #isOpen = false;

  constructor(
    incoming: IncomingMessage,
    watch: RateWatch,
    length: number | undefined,
    sendContinue: (() => void) | undefined,
  ) {
    if (length !== undefined) this.length = length;
    this.#incoming = incoming;
    this.#watch = watch;
    this.#sendContinue = sendContinue;
  }

  /**
   * @throws ListenError `LISTEN_BODY_READ` the second time; the stream throws `LISTEN_BODY_BROKEN` when the client goes
   * away.
   */
  async *open(): AsyncIterable<Uint8Array> {
    if (this.#isOpen) throw new ListenError('LISTEN_BODY_READ', 'reading a request body: it was read before');
    this.#isOpen = true;
    this.#sendContinue?.();
    this.#sendContinue = undefined;
    const watched = this.#watch.add(() => this.#incoming.destroy());
    try {
      // Ending early must not destroy the socket: the answer still goes out on it.
      for await (const chunk of this.#incoming.iterator({ destroyOnReturn: false })) {
        watched.isWaiting = false;
        watched.bytes += chunk.length;
        yield chunk;
        watched.isWaiting = true;
      }
    } catch (cause) {
      throw new ListenError('LISTEN_BODY_BROKEN', 'reading a request body: the connection ended before the body', {
        cause,
      });
    } finally {
      watched.remove();
    }
  }

  /** Whether the connection can be used again after the answer: the rest of the body is short, or there is none. */
  isNearlyRead({ maxDrainBytes }: ListenLimits): boolean {
    if (this.#incoming.complete) return true;
    return (
      this.#sendContinue === undefined && !this.#isOpen && this.length !== undefined && this.length <= maxDrainBytes
    );
  }

  /** Reads and drops what the handler left, up to the limits. */
  drain({ maxDrainBytes, drainMs }: ListenLimits): Promise<void> {
    const incoming = this.#incoming;
    if (incoming.complete || incoming.destroyed || this.#sendContinue !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      let bytes = 0;
      const finish = (): void => {
        clearTimeout(timer);
        incoming.off('data', count).off('end', finish).off('close', finish).pause();
        resolve();
      };
      const count = (chunk: Uint8Array): void => {
        bytes += chunk.length;
        if (bytes > maxDrainBytes) finish();
      };
      const timer = setTimeout(finish, drainMs);
      incoming.on('data', count).once('end', finish).once('close', finish);
    });
  }
}
