// Semantic Versioning 2.0.0: syntax (sections 2, 9 and 10) and precedence (section 11).

const numeric = '(?:0|[1-9][0-9]*)';
const preRelease = `(?:${numeric}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const build = '[0-9A-Za-z-]+';
const form = new RegExp(
  `^${numeric}\\.${numeric}\\.${numeric}(?:-${preRelease}(?:\\.${preRelease})*)?(?:\\+${build}(?:\\.${build})*)?$`,
);

/** Longer than any real version; keeps the expression away from hostile text. */
const maxChars = 256;

/** Whether text is a version such as `1.0.0-alpha.1+build.5`. */
export function isSemanticVersion(text: string): boolean {
  return text.length <= maxChars && form.test(text);
}

/**
 * Which of two versions comes first: below 0, 0, or above 0. A pre-release precedes its release; build metadata does not count
 * (PLUG-49). Numbers are compared as digits, so none is too large.
 *
 * @throws TypeError for text that is no version; see {@link isSemanticVersion}
 */
export function compareSemanticVersions(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  for (const [index, number] of left.core.entries()) {
    const order = compareNumbers(number, right.core[index] ?? '');
    if (order !== 0) return order;
  }
  if (left.preRelease.length === 0 || right.preRelease.length === 0) {
    return Number(left.preRelease.length === 0) - Number(right.preRelease.length === 0);
  }
  for (const [index, identifier] of left.preRelease.entries()) {
    const other = right.preRelease[index];
    // All that both have are equal: more of them come later.
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return left.preRelease.length < right.preRelease.length ? -1 : 0;
}

function split(version: string): { readonly core: readonly string[]; readonly preRelease: readonly string[] } {
  if (!isSemanticVersion(version)) throw new TypeError('not a semantic version');
  const [precedence = ''] = version.split('+');
  const dash = precedence.indexOf('-');
  const core = dash < 0 ? precedence : precedence.slice(0, dash);
  return { core: core.split('.'), preRelease: dash < 0 ? [] : precedence.slice(dash + 1).split('.') };
}

function compareIdentifiers(a: string, b: string): number {
  const isNumber = /^[0-9]+$/;
  if (isNumber.test(a) && isNumber.test(b)) return compareNumbers(a, b);
  // Numbers come before text.
  if (isNumber.test(a) !== isNumber.test(b)) return isNumber.test(a) ? -1 : 1;
  return compareText(a, b);
}

function compareNumbers(a: string, b: string): number {
  return a.length === b.length ? compareText(a, b) : a.length - b.length;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
