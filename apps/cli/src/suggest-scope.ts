import type { Subject } from './subject.ts';

/** What a policy would call the subject: a layout has no repository, so it gets a local name. */
export function suggestScope(subject: Subject, place: string): string {
  if (subject.kind === 'registry') return place;
  const words = place.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `local/${words.at(-1) ?? 'artifact'}`;
}
