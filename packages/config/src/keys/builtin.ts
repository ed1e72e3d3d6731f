import { pemKeyProvider } from './pem.ts';
import type { KeyProvider } from './provider.ts';

export const builtinKeyProviders: readonly KeyProvider[] = [pemKeyProvider];
