// What the parts of the fake registry share: its options, requests as it sees them, and its way to say no.

import { bytesResponse, encodeUtf8, type HeaderFields, type TransportResponse } from '@nv2/base';

/** How the fake registry wants its clients to sign in. */
export interface FakeAuth {
  readonly kind: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Accepted as refresh token; default none. */
  readonly identityToken?: string;
  /** Whether the token service grants pull to nobody in particular. Default false. */
  readonly allowsAnonymousPull?: boolean;
  /** Default 300. */
  readonly expiresInSeconds?: number;
  /** Default `auth.test`. */
  readonly host?: string;
}

export interface FakeRegistryOptions {
  /** Default `registry.test`. */
  readonly host?: string;
  /** Default true. Without it referrers requests get a plain 404 and pushes no OCI-Subject. */
  readonly referrersApi?: boolean;
  /** Whether the referrers API filters by artifact type and says so. Default true. */
  readonly filtersReferrers?: boolean;
  /** Entries of one page of tags or referrers. Default all. */
  readonly pageSize?: number;
  /** Whether manifests carry an ETag and If-Match and If-None-Match are honoured on PUT. Default false. */
  readonly conditionalWrites?: boolean;
  readonly auth?: FakeAuth;
  readonly intercept?: FakeIntercept;
}

/** A request as the registry saw it, body included. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
}

/** Decides about one request. `next` gives the registry's honest answer. */
export type FakeIntercept = (
  request: FakeRequest,
  next: () => Promise<TransportResponse>,
) => Promise<TransportResponse>;

/** An answer with a registry's error body. */
export function fakeError(status: number, code: string, headers: HeaderFields = [], message = ''): TransportResponse {
  const body = encodeUtf8(JSON.stringify({ errors: [{ code, message }] }));
  return bytesResponse(status, [['Content-Type', 'application/json'], ...headers], body);
}
