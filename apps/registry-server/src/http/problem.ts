// Errors as answers (distribution-spec, "Error codes"; D1 to D6).

import { isNv2Error, type TransportResponse } from '@nv2/base';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import { jsonAnswer } from './answer.ts';

interface Answer {
  readonly status: number;
  /** As in the specification's list. */
  readonly code: string;
}

const unexpected: Answer = { status: 500, code: 'UNKNOWN' };

/** Status and protocol code of each error. */
const answers: Readonly<Record<ServerErrorCode, Answer>> = {
  SERVER_DIRECTORY_UNUSABLE: unexpected,
  SERVER_DIRECTORY_IN_USE: unexpected,
  SERVER_ADDRESS_REFUSED: unexpected,
  SERVER_DATABASE_FAILED: unexpected,
  SERVER_STORAGE_FAILED: unexpected,
  SERVER_STORAGE_FULL: { status: 507, code: 'UNAVAILABLE' },
  SERVER_CLOSING: { status: 503, code: 'UNAVAILABLE' },
  SERVER_TARGET_INVALID: { status: 400, code: 'UNSUPPORTED' },
  SERVER_ROUTE_UNKNOWN: { status: 404, code: 'UNSUPPORTED' },
  SERVER_METHOD_UNSUPPORTED: { status: 405, code: 'UNSUPPORTED' },
  SERVER_DELETE_DISABLED: { status: 405, code: 'UNSUPPORTED' },
  SERVER_NAME_INVALID: { status: 400, code: 'NAME_INVALID' },
  SERVER_NAME_UNKNOWN: { status: 404, code: 'NAME_UNKNOWN' },
  SERVER_DIGEST_INVALID: { status: 400, code: 'DIGEST_INVALID' },
  SERVER_SIZE_INVALID: { status: 400, code: 'SIZE_INVALID' },
  SERVER_BLOB_UNKNOWN: { status: 404, code: 'BLOB_UNKNOWN' },
  SERVER_BLOB_REFERENCED: { status: 409, code: 'DENIED' },
  SERVER_BLOB_TOO_LARGE: { status: 413, code: 'SIZE_INVALID' },
  SERVER_UPLOAD_UNKNOWN: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
  SERVER_UPLOAD_INVALID: { status: 400, code: 'BLOB_UPLOAD_INVALID' },
  SERVER_UPLOAD_BUSY: { status: 409, code: 'BLOB_UPLOAD_INVALID' },
  SERVER_UPLOAD_RANGE: { status: 416, code: 'RANGE_INVALID' },
  SERVER_TOO_MANY_UPLOADS: { status: 429, code: 'TOOMANYREQUESTS' },
  SERVER_RANGE_INVALID: { status: 416, code: 'RANGE_INVALID' },
  SERVER_MANIFEST_UNKNOWN: { status: 404, code: 'MANIFEST_UNKNOWN' },
  SERVER_MANIFEST_INVALID: { status: 400, code: 'MANIFEST_INVALID' },
  SERVER_MANIFEST_TOO_LARGE: { status: 413, code: 'MANIFEST_INVALID' },
  SERVER_MANIFEST_REFERENCE_UNKNOWN: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
  SERVER_MEDIA_TYPE_UNSUPPORTED: { status: 415, code: 'UNSUPPORTED' },
  SERVER_TOO_MANY_TAGS: { status: 414, code: 'MANIFEST_INVALID' },
  SERVER_PRECONDITION_FAILED: { status: 412, code: 'PRECONDITION_FAILED' },
  SERVER_PAGE_INVALID: { status: 400, code: 'PAGINATION_NUMBER_INVALID' },
};

/** The answer to anything thrown. A defect of ours says nothing but the request id, which the log has too (D6). */
export function toProblem(error: unknown, requestId: string, isRead: boolean): TransportResponse {
  if (!(error instanceof ServerError)) return unexpectedProblem(requestId);
  const { status, code } = answers[error.code];
  if (status === 500) return unexpectedProblem(requestId);
  const missing = error.details['missing'];
  const errors = Array.isArray(missing)
    ? missing.map((digest) => ({ code, message: error.message, detail: { digest } }))
    : [{ code, message: error.message, detail: error.details }];
  return jsonAnswer(statusFor(error.code, status, isRead), { errors }, error.headers);
}

/** Whether the fault is ours and belongs in the log. */
export function isDefect(error: unknown): boolean {
  return !(isNv2Error(error) && error instanceof ServerError) || answers[error.code].status >= 500;
}

// B1: a name that cannot exist is simply not there for a reader.
function statusFor(code: ServerErrorCode, status: number, isRead: boolean): number {
  return code === 'SERVER_NAME_INVALID' && isRead ? 404 : status;
}

function unexpectedProblem(requestId: string): TransportResponse {
  const message = 'the registry failed; its log has the reason under this request id';
  return jsonAnswer(500, { errors: [{ code: 'UNKNOWN', message, detail: { requestId } }] });
}
