// One vector: what to judge and the one line that must come out. Paths are relative to the folder of the index.

export type VectorCase = { readonly name: string; readonly source: string; readonly expect: string } & VectorInput;

export type VectorInput =
  | EnvelopeInput
  | BlobInput
  | RevocationInput
  | {
      readonly kind: 'chain';
      readonly certificates: readonly string[];
      readonly purpose?: 'timestamping';
      readonly at?: string;
    }
  | { readonly kind: 'certificate-file'; readonly file: string }
  | { readonly kind: 'identity'; readonly certificate: string; readonly identities: readonly string[] }
  | { readonly kind: 'trust-policy'; readonly file: string; readonly policy?: 'blob'; readonly repository?: string }
  | {
      readonly kind: 'trust-store';
      readonly directory: string;
      readonly store: 'ca' | 'signingAuthority' | 'tsa';
      /** Put beside the files of the directory first. */
      readonly plant?: 'symlink' | 'subdirectory';
    }
  | { readonly kind: 'store-member'; readonly file: string; readonly store: 'ca' | 'signingAuthority' | 'tsa' }
  | { readonly kind: 'signing-keys'; readonly file: string; readonly use?: string }
  | { readonly kind: 'settings'; readonly file: string }
  | { readonly kind: 'plugin-package'; readonly file: string }
  | {
      readonly kind: 'timestamp-token';
      readonly file: string;
      readonly roots: readonly string[];
      /** What it should be about. Default: nothing. */
      readonly data?: string;
    }
  | { readonly kind: 'timestamp-response'; readonly file: string }
  | { readonly kind: 'layout'; readonly directory: string; readonly tag: string }
  | { readonly kind: 'writer'; readonly file: string; readonly format: 'jws' | 'cose' }
  | {
      readonly kind: 'signature-manifest';
      readonly file: string;
      readonly subject: SubjectFile;
      /** The envelope that its one layer must describe. */
      readonly envelope: string;
    };

/** A chain, leaf first, and what is at hand about its revocation. */
export interface RevocationInput {
  readonly kind: 'revocation';
  readonly certificates: readonly string[];
  readonly data: readonly string[];
  readonly at: string;
  /** When the signature was made, authentically. */
  readonly signedAt?: string;
}

/** A manifest file with its media type. */
export interface SubjectFile {
  readonly file: string;
  readonly mediaType: string;
}

/** How a signature is judged. Defaults: level strict, any identity, the subject that the payload claims. */
interface Judgement {
  /** Certificate files, or `own`: the root in the envelope itself, for what is judged beside the question of trust. */
  readonly anchors: readonly string[] | 'own';
  /** Type of the store that holds the anchors. Default `ca`. */
  readonly store?: 'ca' | 'signingAuthority';
  readonly identities?: readonly string[];
  readonly level?: 'strict' | 'permissive' | 'audit';
  /** Anchors of a `tsa` store; naming any makes the policy demand a time-stamp. */
  readonly tsa?: readonly string[];
  /** Nobody is asked about revocation, and nobody is revoked. Default: not asked, so that what names a source is in doubt. */
  readonly revocation?: 'nobody-revoked';
  readonly verifyTimestamp?: 'always' | 'afterCertExpiry';
  /** The instant of verification. */
  readonly at: string;
  readonly userMetadata?: Readonly<Record<string, string>>;
}

export interface EnvelopeInput extends Judgement {
  readonly kind: 'envelope';
  readonly file: string;
  /** Default by the file's content: JSON is JWS. */
  readonly mediaType?: string;
  /** What the signature must be about. */
  readonly subject?: SubjectFile;
}

export interface BlobInput extends Judgement {
  readonly kind: 'blob';
  readonly file: string;
  readonly blob: string | { readonly text: string };
  readonly mediaType?: string;
}
