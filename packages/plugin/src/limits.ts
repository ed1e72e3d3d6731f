// Bounds of what this package reads and waits for, each with its reason.

export const limits = {
  /** PLUG-11: each of standard output and standard error. */
  maxOutputBytes: 64 * 1024 * 1024,
  /** Values in one JSON answer. An answer is some dozen; a chain or a list of attributes never comes near. */
  maxOutputValues: 100_000,
  /** Nesting in one JSON answer; the protocol needs four levels. */
  maxOutputDepth: 32,
  /** A key service may be far away, and a token may wait for a person who touches it. */
  commandTimeoutMs: 120_000,
  /** `get-plugin-metadata` asks nobody; what remains is starting a program on a busy machine. */
  metadataTimeoutMs: 30_000,
  /** After the end of a plugin, how long a child of it may hold its output open. What the plugin wrote is there already. */
  drainMs: 2_000,
  /** Another thread that is just starting a program can hold the plugin's file open for an instant (ETXTBSY). */
  busyRetries: 5,
  busyRetryMs: 40,
  /** Of texts that end up in a message. */
  maxErrorCodeChars: 80,
  maxErrorMessageChars: 500,
  maxErrorMetadata: 10,
  /** A plugin name: it becomes a directory and, with a prefix, a file. */
  maxNameChars: 128,
  /** Directories that are looked at in the plugin directory. */
  maxPlugins: 1000,
  /** Plugins asked at once when all are listed: each is a process. */
  listConcurrency: 4,
  /** PLUG-61: a package, and its files unpacked, must have fewer bytes. */
  maxPackageBytes: 256 * 1024 * 1024,
  /** What a tar may have beside the bytes of its files: headers, padding, and members that are left out. */
  maxTarOverheadBytes: 16 * 1024 * 1024,
  /** Files of one plugin: its executable, libraries and licences. Each is synced to the disk, which costs milliseconds. */
  maxPackageFiles: 256,
  /** Of a file in a package; the file systems we know take no longer ones. */
  maxFileNameBytes: 255,
  /** PLUG-68 */
  downloadTimeoutMs: 10 * 60 * 1000,
  /** Release pages redirect once or twice. */
  maxRedirects: 10,
  /** Bytes read from a file at once. */
  chunkBytes: 64 * 1024,
} as const;
