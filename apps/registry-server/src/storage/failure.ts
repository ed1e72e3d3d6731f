// Errors of the file system as ours.

import { ServerError } from '../errors.ts';

/** @throws ServerError `SERVER_STORAGE_FULL` for a full disk or quota, else `SERVER_STORAGE_FAILED` */
export async function attempt<T>(doing: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
      throw new ServerError('SERVER_STORAGE_FULL', `${doing}: the disk is full`, { cause });
    }
    throw new ServerError('SERVER_STORAGE_FAILED', `${doing}: the file system refused`, { cause });
  }
}
