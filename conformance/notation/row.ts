// A row of the drop-in suite: one behaviour of the reference's command line, as data. Rows stand in rows/<command>.ts.

/** How firmly the reference's own tests hold the behaviour: the whole stream, words of it, or not at all. */
export type Mark = 'E=' | 'E' | 'unasserted';

export interface Row {
  /** The part of the command line (docs/compatibility.md, "How it is checked") and the claim: `8 cert add: files are copied`. */
  readonly name: string;
  readonly mark: Mark;
  /** Version 1.3.2 does not do this: only its successor does, and we. */
  readonly since?: 'main';
  /** What is prepared before anything runs, in order. */
  readonly given?: readonly Step[];
  /** Command lines, in order. All must do what they are expected to. */
  readonly runs: readonly [Run, ...Run[]];
}

/**
 * What may be prepared. Texts may hold `{work}`, `{config}`, `{cache}`, `{libexec}`, `{home}` (directories of the row),
 * `{registry}`, `{old-registry}` (without referrers API), `{auth-registry}` (user `alice`, password `s3cret`), `{repo}` (a
 * repository of the row's own), `{site}` (a server over TLS with packages of plugins; `{site-ca}` is its authority, `{site-sha256}` the
 * checksum of `/plugin.tar.gz`) and whatever a step or a run has put a name to.
 */
export type Step =
  /** A key with its chain (leaf, root) in the key list; `{NAME.crt}` is its root in a file, `{NAME.leaf}` the leaf. */
  | { readonly key: string; readonly isDefault?: true; readonly subject?: string; readonly notAfter?: string }
  /**
   * As `key`, with a chain of three: the signing certificate and the authority above it say where they are asked about, and this is what
   * is answered there. `{leaf.ocsp}`, `{leaf.crl}`, `{intermediate.ocsp}`, `{intermediate.crl}` are the addresses.
   */
  | {
      readonly revocable: string;
      readonly isDefault?: true;
      readonly leaf?: Sources;
      readonly intermediate?: Sources;
    }
  /** The CRL of the signing certificate of the last `revocable` in the cache, valid until then. */
  | { readonly cachedCrlUntil: string }
  /** Files of the time-stamp authority `{tsa}`: `{tsa.crt}` is its root; `{tsa.intermediate}`, `{tsa.chain}`. */
  | { readonly authority: 'tsa' }
  /** A file with the root of a key in a trust store, `ca:e2e`. */
  | { readonly trust: string; readonly of: string }
  | { readonly policy: object; readonly kind?: 'oci' | 'blob' | 'old' }
  /** A file. Relative paths are below `{work}`. */
  | { readonly file: string; readonly text: string; readonly mode?: number }
  | { readonly directory: string; readonly mode?: number }
  | { readonly chmod: string; readonly mode: number }
  | { readonly link: string; readonly to: string }
  | { readonly remove: string }
  /** An image at `{registry}/{repo}:v1`, or elsewhere; `{digest}` is its digest. */
  | { readonly image: string }
  /**
   * An envelope as a signature of the image at `{registry}/{repo}:v1`, whatever it holds; `{NAME}` is the digest of its manifest.
   */
  | { readonly signature: string; readonly envelope: string }
  /** The image `v1` in a layout; `{digest}` is its digest. */
  | { readonly layout: string }
  /** An archive; the end of its name says which: `.zip` or `.tar.gz`. */
  | { readonly archive: string; readonly members: readonly ArchiveMember[] }
  /** A program on the PATH of the row, written for `sh`. */
  | { readonly program: string; readonly script: string };

export interface ArchiveMember {
  readonly name: string;
  readonly text?: string;
  /** Default 0644. */
  readonly mode?: number;
  /** What the archive says of its size, where that is not the truth. */
  readonly declaredSize?: number;
}

/** `silent`: nothing is there. */
export type Says = 'good' | 'revoked' | 'unknown' | 'silent';

export interface Sources {
  readonly ocsp?: Says;
  readonly crl?: Exclude<Says, 'unknown'>;
}

export interface Run {
  /** What is prepared just before. */
  readonly given?: readonly Step[];
  /** A command line: words, and single quotes around what holds spaces or nothing. The program stands for the build. */
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lets this much time pass first: signatures expire by the second. */
  readonly waitMs?: number;
  /** Standard input; nothing unless given. */
  readonly input?: string;
  /** As somebody to whom only the files of the row belong, and these not more than their modes say. */
  readonly asNobody?: true;
  /** 0 unless given. */
  readonly exit?: 0 | 1;
  readonly stdout?: Expected;
  readonly stderr?: Expected;
  /** Content of files after the run. */
  readonly files?: Readonly<Record<string, Expected>>;
  /** Files and directories that are not there after the run. */
  readonly absent?: readonly string[];
  /** Puts names to what the first group of a pattern finds on standard output. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A text: the whole stream. Otherwise words that are there and words that are not. */
export type Expected = string | { readonly has?: readonly string[]; readonly lacks?: readonly string[] };
