// Sending a response: back-pressure, exact length, and a clean cut when something breaks.

import type { ServerResponse } from 'node:http';
import { findHeader, type TransportResponse } from '@nv2/base';
import type { IncomingBody } from './listen-body.ts';
import type { ListenLimits } from './listen-limits.ts';

export interface RespondRequest {
  readonly outgoing: ServerResponse;
  readonly response: TransportResponse;
  readonly isHead: boolean;
  /** The request's body, which may be partly unread. */
  readonly requestBody: IncomingBody | undefined;
  readonly isClosing: boolean;
  readonly limits: ListenLimits;
}

/** Sends a response and leaves the connection either clean or closed. Never throws. */
export async function respond({
  outgoing,
  response,
  isHead,
  requestBody,
  isClosing,
  limits,
}: RespondRequest): Promise<void> {
  const mustClose = isClosing || requestBody?.isNearlyRead(limits) === false;
  try {
    const headers: string[] = [];
    for (const [name, value] of response.headers) headers.push(name, value);
    if (mustClose) headers.push('Connection', 'close');
    outgoing.writeHead(response.status, headers);
    if (isHead || response.status === 204 || response.status === 304) {
      response.discard();
      outgoing.flushHeaders();
    } else {
      await sendBody(outgoing, response, limits);
    }
    // The answer is out. What is still arriving is read for a moment, or the client would see a reset instead of it.
    if (requestBody !== undefined) await requestBody.drain(limits);
    outgoing.end();
  } catch {
    // The client has part of an answer: cutting the connection is the only way left to say that it is not whole.
    outgoing.destroy();
  }
}

async function sendBody(outgoing: ServerResponse, response: TransportResponse, limits: ListenLimits): Promise<void> {
  const declared = findHeader(response.headers, 'content-length');
  let length = 0;
  for await (const chunk of response.body) {
    // Breaking off tells the source to stop: files are closed, upstream requests ended.
    if (outgoing.destroyed) return;
    length += chunk.length;
    if (!outgoing.write(chunk)) await drained(outgoing, limits.sendStallMs);
  }
  if (declared !== undefined && Number(declared) !== length)
    throw new RangeError('response body has another length than declared');
}

/** Resolves when the client took what was written, or is gone. */
function drained(outgoing: ServerResponse, stallMs: number): Promise<void> {
  if (outgoing.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      outgoing.off('drain', finish).off('close', finish).setTimeout(0);
      resolve();
    };
    outgoing
      .on('drain', finish)
      .on('close', finish)
      .setTimeout(stallMs, () => outgoing.destroy());
  });
}
