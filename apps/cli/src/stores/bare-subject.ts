// Subjects that are in no store.

import type { Subject } from '../subject.ts';

export type BareSubject = Extract<Subject, { readonly kind: 'file' | 'stdin' }>;

export function isBareSubject(subject: Subject): subject is BareSubject {
  return subject.kind === 'file' || subject.kind === 'stdin';
}
