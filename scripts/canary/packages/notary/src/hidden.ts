import { canary } from '../../base/src/index.ts';

export const secret = (): unknown => canary;
