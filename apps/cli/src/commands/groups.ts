/** One line for each word that only groups commands. */
export const commandGroups: Readonly<Record<string, string>> = {
  blob: 'files, signed in a file beside them',
  key: 'keys to sign with',
  cert: 'certificates to trust, and keys for trying things out',
  policy: 'what it takes to be trusted, and where',
  plugin: 'programs that hold keys or judge signatures',
  signature: 'signatures that are stored beside an artifact',
  serve: 'run a service',
};
