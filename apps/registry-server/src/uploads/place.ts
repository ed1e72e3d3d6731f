// Where an upload is found, and where its next chunk belongs.

import type { BodySource, HeaderFields } from '@nv2/base';
import { ServerError } from '../errors.ts';
import type { Upload } from '../metadata/uploads.ts';
import type { ByteRange } from '../storage/driver.ts';

/**
 * Location, Range and id of an upload, for every answer about it. The location is relative: no Host header is believed
 * (A24).
 */
export function uploadHeaders(upload: Upload): HeaderFields {
  return [
    ['Location', `/v2/${upload.repository}/blobs/uploads/${upload.id}`],
    // C5: nothing received has no legal form; `0-0` is what clients know.
    ['Range', `0-${Math.max(0, upload.received - 1)}`],
    ['Docker-Upload-UUID', upload.id],
  ];
}

/**
 * G3: a chunk with a range starts where the upload ends and is as long as the range says.
 *
 * @throws ServerError `SERVER_UPLOAD_RANGE` with the true state
 */
export function assertContinues(upload: Upload, body: BodySource | undefined, range: ByteRange | undefined): void {
  if (range === undefined) return;
  const length = range.end - range.start + 1;
  if (range.start === upload.received && (body?.length ?? length) === length) return;
  const found = `bytes ${range.start} to ${range.end}, body of ${body?.length ?? 'unknown'} bytes`;
  throw new ServerError('SERVER_UPLOAD_RANGE', `the upload has ${upload.received} bytes, found ${found}`, {
    headers: uploadHeaders(upload),
  });
}
