// Scopes of the Docker token protocol: `repository:team/app:pull,push`.

/**
 * Merges scopes per resource; actions sorted, `*` absorbs the others; the result is sorted, so that equal sets are
 * equal texts. What is not of the form `type:name:actions` is kept as it is.
 */
export function mergeScopes(scopes: readonly string[]): readonly string[] {
  const merged = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const { resource, actions } = splitScope(scope);
    const all = merged.get(resource) ?? new Set();
    for (const action of actions) all.add(action);
    merged.set(resource, all);
  }
  return [...merged].map(([resource, actions]) => joinScope(resource, actions)).toSorted();
}

/** Whether a grant of `have` (merged) includes everything `want` names. */
export function coversScopes(have: readonly string[], want: readonly string[]): boolean {
  return mergeScopes([...have, ...want]).join(' ') === have.join(' ');
}

export function repositoryScope(repository: string, ...actions: readonly ('pull' | 'push' | 'delete')[]): string {
  return joinScope(`repository:${repository}`, new Set(actions));
}

function splitScope(scope: string): { resource: string; actions: readonly string[] } {
  const first = scope.indexOf(':');
  const last = scope.lastIndexOf(':');
  if (first <= 0 || last === first) return { resource: scope, actions: [] };
  const actions = scope
    .slice(last + 1)
    .split(',')
    .filter((action) => action !== '');
  // Without its last colon, what asks for nothing would be read as another scope the next time.
  return actions.length === 0 ? { resource: scope, actions } : { resource: scope.slice(0, last), actions };
}

function joinScope(resource: string, actions: ReadonlySet<string>): string {
  if (actions.size === 0) return resource;
  return `${resource}:${actions.has('*') ? '*' : [...actions].toSorted().join(',')}`;
}
