/** The version of the package, compared with package.json by a test. */
export const version = '0.1.0';
