// A request as the handler sees it, made in one pass over the header fields.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderFields, TransportRequest } from '@nv2/base';
import { IncomingBody } from './listen-body.ts';
import type { ListenLimits } from './listen-limits.ts';
import type { RateWatch } from './listen-watch.ts';

export interface Arrival {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Whether the client waits for "100 Continue" before it sends its body. */
  readonly expectsContinue: boolean;
  readonly watch: RateWatch;
  readonly limits: ListenLimits;
}

/** Fields that few handlers use are made when asked for. */
export class IncomingRequest implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderFields;
  readonly body?: IncomingBody;
  /** The status with which the request is refused before the handler sees it. */
  readonly refusal: number | undefined;
  readonly #outgoing: ServerResponse;
  #controller: AbortController | undefined;

  constructor({ incoming, outgoing, expectsContinue, watch, limits }: Arrival) {
    const { fields, hosts, length, isChunked } = readFields(incoming.rawHeaders);
    const target = findOriginForm(incoming.url ?? '', hosts[0]);
    this.method = incoming.method ?? '';
    this.url = target ?? '';
    this.headers = fields;
    this.refusal = findRefusal(incoming, target, hosts, limits);
    this.#outgoing = outgoing;
    if (isChunked || (length ?? 0) > 0) {
      const sendContinue = expectsContinue ? (): void => outgoing.writeContinue() : undefined;
      this.body = new IncomingBody(incoming, watch, length, sendContinue);
    }
  }

  /** Aborts when the client goes away before the answer is complete. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.#outgoing.once('close', () => {
        if (!this.#outgoing.writableFinished) controller.abort();
      });
    }
    return this.#controller.signal;
  }
}

interface Fields {
  readonly fields: HeaderFields;
  readonly hosts: readonly string[];
  readonly length: number | undefined;
  readonly isChunked: boolean;
}

/**
 * The parser has checked syntax and that length and coding do not contradict; `incoming.headers` would cost a second
 * object.
 */
function readFields(raw: readonly string[]): Fields {
  const fields: (readonly [string, string])[] = [];
  const hosts: string[] = [];
  let length: number | undefined;
  let isChunked = false;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    fields.push([name, value]);
    // By length first: most fields are none of these.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts.push(value);
    else if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') isChunked = true;
  }
  return { fields, hosts, length, isChunked };
}

/** The target in origin form. Proxies' absolute form is taken only for the host that the Host field names. */
function findOriginForm(url: string, expectedHost: string | undefined): string | undefined {
  if (url.startsWith('/') || url === '*') return url;
  const [, host, rest = '/'] = /^https?:\/\/([^/?#]+)(\/.*)?$/i.exec(url) ?? [];
  return host !== undefined && host.toLowerCase() === expectedHost?.toLowerCase() ? rest : undefined;
}

function findRefusal(
  { rawHeaders, httpVersion }: IncomingMessage,
  target: string | undefined,
  hosts: readonly string[],
  { maxHeaders, maxTargetChars }: ListenLimits,
): number | undefined {
  if (rawHeaders.length / 2 > maxHeaders) return 431;
  const isHostClear = hosts.length === 1 || (hosts.length === 0 && httpVersion === '1.0');
  if (target === undefined || !isHostClear) return 400;
  return target.length > maxTargetChars ? 414 : undefined;
}
