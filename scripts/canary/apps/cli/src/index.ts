import * as stray from 'tinybench';
import { Command } from 'commander';

export const own = [stray, Command];
