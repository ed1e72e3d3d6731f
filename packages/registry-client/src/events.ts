import type { HeaderFields } from '@nv2/base';
import type { Digest } from '@nv2/oci';

/** What the client reports while it works. Texts are constant, facts are fields; secrets are replaced by `*****`. */
export type RegistryEvent =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: string;
      readonly url: string;
      readonly headers: HeaderFields;
    }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly headers: HeaderFields;
    }
  | {
      readonly kind: 'retry';
      readonly registry: string;
      readonly attempt: number;
      readonly waitMs: number;
      readonly reason: string;
    }
  /** A `Warning` header of the registry, once per registry and text. */
  | { readonly kind: 'warning'; readonly registry: string; readonly text: string }
  /** How the registry keeps referrers, when that becomes known. */
  | { readonly kind: 'referrers-mode'; readonly repository: string; readonly mode: 'api' | 'tag' }
  /** The referrers tag of a subject holds something that is not a listing; it was passed over. */
  | {
      readonly kind: 'referrers-tag-ignored';
      readonly repository: string;
      readonly tag: string;
      readonly reason: string;
    }
  /** One entry of a listing is not a descriptor; it was passed over (one bad referrer must not break all). */
  | {
      readonly kind: 'referrers-entry-ignored';
      readonly repository: string;
      readonly subject: Digest;
      readonly reason: string;
    }
  /** Another writer replaced the referrers tag; the update starts again. */
  | {
      readonly kind: 'referrers-tag-contended';
      readonly repository: string;
      readonly tag: string;
      readonly attempt: number;
    }
  /** SIGN-10: everything succeeded, but a replaced referrers listing could not be removed. */
  | {
      readonly kind: 'outdated-referrers-kept';
      readonly repository: string;
      readonly digest: Digest;
      readonly reason: string;
    }
  | {
      readonly kind: 'resumed';
      readonly repository: string;
      readonly digest: Digest;
      readonly direction: 'download' | 'upload';
      readonly offset: number;
    };

export type RegistryEventListener = (event: RegistryEvent) => void;
