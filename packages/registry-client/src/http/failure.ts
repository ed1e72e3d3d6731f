// Answers that are failures, as errors: status to code, and the registry's own words quoted (distribution-spec, "Error codes").

import {
  findHeader,
  isNv2Error,
  type JsonValue,
  parseJson,
  quoteText,
  readAll,
  type TransportResponse,
} from '@nv2/base';
import { RegistryError, type RegistryErrorCode } from '../errors.ts';
import { limits } from '../limits.ts';

/** One entry of a registry's error body. */
export interface RegistryComplaint {
  readonly code: string;
  readonly message: string;
}

/** An answer with what a person must learn when it is a failure. */
export interface RegistryResponse extends TransportResponse {
  readonly registry: string;
  /** Scopes that were asked for. */
  readonly scopes: readonly string[];
  /** How often the request was sent before this answer was taken. */
  readonly tries: number;
}

/** Reads the body of a failed answer, bounded; a body that is no error list gives none. */
export async function readComplaints(response: TransportResponse): Promise<readonly RegistryComplaint[]> {
  try {
    const bytes = await readAll(response.body, limits.maxErrorBytes);
    return findComplaints(parseJson(bytes, { maxBytes: limits.maxErrorBytes, maxDepth: 16 }));
  } catch {
    // The status alone has to do: a failing server's page of HTML, or of endless bytes, tells a person nothing.
    return [];
  } finally {
    response.discard();
  }
}

function findComplaints(body: JsonValue): readonly RegistryComplaint[] {
  const errors = member(body, 'errors');
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, limits.maxErrorMessages).map((entry: JsonValue) => {
    const [code, message] = [member(entry, 'code'), member(entry, 'message')];
    return { code: typeof code === 'string' ? code : 'UNKNOWN', message: typeof message === 'string' ? message : '' };
  });
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)[name] // an object, by the three tests above
    : undefined;
}

/** The error for a failed answer. `doing` says what we were at: "fetching manifest v1 of localhost:5000/app". */
export async function responseError(
  response: TransportResponse & Partial<RegistryResponse>,
  doing: string,
): Promise<RegistryError> {
  return complaintError(response, await readComplaints(response), doing);
}

/** As {@link responseError}, for a body that has been read already. */
export function complaintError(
  response: TransportResponse & Partial<RegistryResponse>,
  complaints: readonly RegistryComplaint[],
  doing: string,
): RegistryError {
  const { status, registry, scopes = [], tries = 1 } = response;
  const effort = tries > 1 ? ` after ${tries} tries` : '';
  const told = complaints.map(({ code, message }) => quoteText(message === '' ? code : `${code}: ${message}`, 300));
  const words = told.length > 0 ? `: ${told.join(', ')}` : '';
  const retryAfter = findHeader(response.headers, 'retry-after');
  return new RegistryError(codeFor(status), `${doing}: the registry answered ${status}${effort}${words}`, {
    details: {
      status,
      tries,
      ...(registry === undefined ? {} : { registry }),
      ...(status === 401 || status === 403 ? { scopes } : {}),
      ...(complaints.length > 0 ? { registryCodes: complaints.map(({ code }) => code.slice(0, 64)) } : {}),
      ...(retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter) ? { retryAfterSeconds: Number(retryAfter) } : {}),
    },
  });
}

function codeFor(status: number): RegistryErrorCode {
  switch (status) {
    case 401:
      return 'REGISTRY_UNAUTHORIZED';
    case 403:
      return 'REGISTRY_DENIED';
    case 404:
      return 'REGISTRY_NOT_FOUND';
    case 408:
      return 'REGISTRY_UNAVAILABLE';
    case 409:
    case 412:
      return 'REGISTRY_CONFLICT';
    case 429:
      return 'REGISTRY_RATE_LIMITED';
    default:
      if (status >= 500 && status <= 599) return 'REGISTRY_UNAVAILABLE';
      return status >= 400 && status <= 499 ? 'REGISTRY_REFUSED' : 'REGISTRY_RESPONSE_INVALID';
  }
}

/** Whether a transport says that the same request may succeed in a moment (a reset, a time-out). */
export function isTransient(error: unknown): boolean {
  return isNv2Error(error) && error.kind === 'unavailable' && error.details['transient'] === true;
}

/**
 * Reads a body of at most `maxBytes`.
 *
 * @throws RegistryError `REGISTRY_LIMIT`; before reading when Content-Length already says so
 */
export async function readBounded(response: TransportResponse, maxBytes: number, doing: string): Promise<Uint8Array> {
  const tooLarge = (): RegistryError =>
    new RegistryError('REGISTRY_LIMIT', `${doing}: the answer is larger than ${maxBytes} bytes`);
  try {
    if (Number(findHeader(response.headers, 'content-length') ?? 0) > maxBytes) throw tooLarge();
    return await readAll(response.body, maxBytes);
  } catch (cause) {
    if (isNv2Error(cause, 'BYTES_LIMIT')) throw tooLarge();
    throw cause;
  } finally {
    response.discard();
  }
}
