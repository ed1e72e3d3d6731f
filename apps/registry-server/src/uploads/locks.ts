// One writer per upload (G7): a second request is refused, never interleaved.

import { ServerError } from '../errors.ts';

export class Locks {
  readonly #held = new Set<string>();

  /** @throws ServerError `SERVER_UPLOAD_BUSY` at once while another holds it */
  async hold<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (this.#held.has(id)) {
      const headers = [['Retry-After', '1']] as const;
      throw new ServerError('SERVER_UPLOAD_BUSY', 'another request is writing to this upload', { headers });
    }
    this.#held.add(id);
    try {
      return await work();
    } finally {
      this.#held.delete(id);
    }
  }

  isHeld(id: string): boolean {
    return this.#held.has(id);
  }
}
