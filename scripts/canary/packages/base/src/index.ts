// Upward import (layers), past the front door, into a cycle, and from a test-only package.
import { secret } from '../../notary/src/hidden.ts';
import { fake } from '../../testing/src/index.ts';
import { readFileSync } from 'node:fs';

export const canary = [secret, fake, readFileSync];
