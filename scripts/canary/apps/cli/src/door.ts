import { own } from './index.ts';

export const door = own;
