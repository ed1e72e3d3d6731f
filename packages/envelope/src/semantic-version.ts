// Semantic Versioning 2.0.0, syntax only (sections 2, 9 and 10).

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
