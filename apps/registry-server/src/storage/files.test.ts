import { builtinStorage } from './builtin.ts';
import { storageDriverContract } from '@nv2/testing';

for (const kind of builtinStorage) storageDriverContract(kind);
