// Every file of rows, one line each.

import type { Row } from '../row.ts';
import { certificateRows } from './certificate.ts';
import { certificateTestKeyRows } from './certificate-test-key.ts';
import { keyRows } from './key.ts';
import { processRows } from './process.ts';

export const builtinRows: readonly Row[] = [...processRows, ...keyRows, ...certificateRows, ...certificateTestKeyRows];
