import type { StorageKind } from './driver.ts';
import { fileStorage } from './files.ts';

export const builtinStorage: readonly StorageKind[] = [fileStorage];
