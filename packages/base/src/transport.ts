// HTTP as plain data. A client sends a request through a Transport; a server is a function of the same type.

/** Header fields in wire order. Names are compared without regard to case; a name may repeat. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** A body that can be sent more than once: every call of `open` starts from the first byte. */
export interface BodySource {
  /** Exact length in bytes; absent means unknown (sent with chunked transfer coding). */
  readonly length?: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface TransportRequest {
  readonly method: string;
  /** Absolute URL when a client sends it; a server sees origin form: path and query. */
  readonly url: string;
  readonly headers: HeaderFields;
  readonly body?: BodySource;
  readonly signal?: AbortSignal;
  /**
   * Asked with each address of the host before it is connected to, and again with the one that is; false refuses it. Not
   * asked where a proxy makes the connection, nor by a transport that makes none.
   */
  readonly allowAddress?: (address: string) => boolean;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: HeaderFields;
  /** Read at most once. Reading to the end, or `discard`, frees the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the response without reading the rest of its body. */
  discard(): void;
}

/** Sends one request and resolves with the response head. Never follows redirects, never retries. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** The first value of a header field, or `undefined`. */
export function findHeader(headers: HeaderFields, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** All values of a header field, in wire order. */
export function findHeaders(headers: HeaderFields, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** A body of known bytes. */
export function bytesBody(bytes: Uint8Array): BodySource {
  return {
    length: bytes.length,
    async *open() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** A response made from bytes, for servers and fakes. */
export function bytesResponse(
  status: number,
  headers: HeaderFields,
  bytes: Uint8Array = new Uint8Array(),
): TransportResponse {
  return { status, headers, body: bytesBody(bytes).open(), discard: () => undefined };
}
