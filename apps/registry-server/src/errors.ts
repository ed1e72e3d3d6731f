import { type ErrorTable, type HeaderFields, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const serverErrors = {
  SERVER_DIRECTORY_UNUSABLE: {
    kind: 'unavailable',
    summary: 'the registry directory cannot be created or written',
    hint: 'Choose a directory that the server may write, on a disk that is not mounted read-only.',
  },
  SERVER_DIRECTORY_IN_USE: {
    kind: 'conflict',
    summary: 'another registry process serves this directory',
    hint: 'Stop the other process, or give this one its own directory.',
  },
  SERVER_ADDRESS_REFUSED: {
    kind: 'denied',
    summary: 'the address is reachable from other machines and nobody has to sign in',
    hint: 'Listen on 127.0.0.1, or say explicitly that anyone may write.',
  },
  SERVER_DATABASE_FAILED: { kind: 'internal', summary: 'the metadata database refused an operation' },
  SERVER_STORAGE_FAILED: { kind: 'internal', summary: 'the blob storage failed to read or write' },
  SERVER_STORAGE_FULL: { kind: 'limit', summary: 'the disk is full' },
  SERVER_CLOSING: { kind: 'unavailable', summary: 'the registry is shutting down' },
  SERVER_TARGET_INVALID: {
    kind: 'malformed',
    summary: 'the request target has encoded slashes, dot segments or control characters',
  },
  SERVER_ROUTE_UNKNOWN: { kind: 'not-found', summary: 'nothing answers at this path' },
  SERVER_METHOD_UNSUPPORTED: { kind: 'usage', summary: 'the path is known but not with this method' },
  SERVER_DELETE_DISABLED: { kind: 'denied', summary: 'deleting is switched off' },
  SERVER_NAME_INVALID: { kind: 'malformed', summary: 'not a repository name' },
  SERVER_NAME_UNKNOWN: { kind: 'not-found', summary: 'no such repository' },
  SERVER_DIGEST_INVALID: {
    kind: 'malformed',
    summary: 'not a digest, of an unsupported algorithm, or not the digest of the bytes',
  },
  SERVER_SIZE_INVALID: { kind: 'malformed', summary: 'a body is shorter or longer than announced' },
  SERVER_BLOB_UNKNOWN: { kind: 'not-found', summary: 'the repository does not hold this blob' },
  SERVER_BLOB_REFERENCED: { kind: 'conflict', summary: 'a manifest of the repository still refers to the blob' },
  SERVER_BLOB_TOO_LARGE: { kind: 'limit', summary: 'a blob is larger than the registry takes' },
  SERVER_UPLOAD_UNKNOWN: { kind: 'not-found', summary: 'no such upload in this repository' },
  SERVER_UPLOAD_INVALID: { kind: 'malformed', summary: 'an upload request cannot be understood' },
  SERVER_UPLOAD_BUSY: { kind: 'conflict', summary: 'another request is writing to this upload' },
  SERVER_UPLOAD_RANGE: { kind: 'conflict', summary: 'a chunk does not continue where the upload stands' },
  SERVER_TOO_MANY_UPLOADS: { kind: 'limit', summary: 'too many uploads are open' },
  SERVER_RANGE_INVALID: { kind: 'malformed', summary: 'a requested range lies outside the blob' },
  SERVER_MANIFEST_UNKNOWN: { kind: 'not-found', summary: 'the repository has no manifest of this tag or digest' },
  SERVER_MANIFEST_INVALID: {
    kind: 'malformed',
    summary: 'a pushed manifest, its media type or its tag breaks the rules',
  },
  SERVER_MANIFEST_TOO_LARGE: { kind: 'limit', summary: 'a manifest is larger than the registry takes' },
  SERVER_MANIFEST_REFERENCE_UNKNOWN: {
    kind: 'not-found',
    summary: 'a manifest refers to content the repository does not hold',
  },
  SERVER_MEDIA_TYPE_UNSUPPORTED: {
    kind: 'malformed',
    summary: 'a manifest of a media type the registry does not take',
  },
  SERVER_TOO_MANY_TAGS: { kind: 'limit', summary: 'more tags in one request than the registry takes' },
  SERVER_PRECONDITION_FAILED: { kind: 'conflict', summary: 'If-Match or If-None-Match does not hold' },
  SERVER_PAGE_INVALID: { kind: 'malformed', summary: 'a page size is not a number from 0 upward' },
} as const satisfies ErrorTable;

export type ServerErrorCode = keyof typeof serverErrors;

export interface ServerErrorOptions extends Nv2ErrorOptions {
  /** Header fields that belong to the HTTP answer, such as Location and Range of a 416. */
  readonly headers?: HeaderFields;
}

/** Everything this package throws; `http/problem.ts` turns it into an answer. */
export class ServerError extends Nv2Error<ServerErrorCode> {
  readonly headers: HeaderFields;

  constructor(code: ServerErrorCode, message: string, options: ServerErrorOptions = {}) {
    super(serverErrors, code, message, options);
    this.headers = options.headers ?? [];
  }
}
