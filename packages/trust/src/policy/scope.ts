// Registry scopes (docs/spec-map.md section 13.4). A document may name repositories exactly, or `*` alone; nothing in between.

const maxScopeChars = 512; // host of 253 characters, port, repository of 255
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;

/**
 * Whether `text` is `host[:port]/path` (TP-23): no scheme, tag, digest or wildcard.
 *
 * Split first, then tested piece by piece, so that no pattern can be made to backtrack (OC-67). Narrower than what
 * `parseReference` takes: IPv6 literals are no scopes.
 */
export function isScope(text: string): boolean {
  if (text.length > maxScopeChars) return false;
  const [authority = '', ...path] = text.split('/');
  const [host = '', port, ...more] = authority.split(':');
  const isPort = port === undefined || /^[0-9]{1,5}$/.test(port);
  const isHost = host.split('.').every((part) => label.test(part));
  return more.length === 0 && isHost && isPort && path.length > 0 && path.every(isComponent);
}

// Alphanumeric runs joined by one `.`, one `_`, two `_`, or any number of `-`.
function isComponent(text: string): boolean {
  const [before, ...joints] = text.split(/[a-z0-9]+/);
  const after = joints.pop(); // undefined when there is no run at all
  return before === '' && after === '' && joints.every((joint) => /^(?:\.|__?|-+)$/.test(joint));
}
