// Every file of rows, one line each.

import type { Row } from '../row.ts';
import { processRows } from './process.ts';

export const builtinRows: readonly Row[] = [...processRows];
