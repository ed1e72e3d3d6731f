import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const ociErrors = {
  OCI_DIGEST_INVALID: {
    kind: 'malformed',
    summary: 'text is not a digest of a supported algorithm (sha256, sha384, sha512 with lower-case hexadecimal)',
  },
  OCI_REFERENCE_INVALID: {
    kind: 'usage',
    summary: 'text is not `host[:port]/repository[:tag|@digest]`',
    hint: 'Write the registry host, the repository and a tag or digest, for example `registry.example.com/team/app:v1`.',
  },
  OCI_PLATFORM_INVALID: {
    kind: 'usage',
    summary: 'text is not `os/architecture[/variant]`',
    hint: 'Write for example `linux/amd64` or `linux/arm64/v8`.',
  },
  OCI_DESCRIPTOR_INVALID: {
    kind: 'malformed',
    summary: 'a descriptor lacks mediaType, digest or size, or one is wrong',
  },
  OCI_MANIFEST_INVALID: { kind: 'malformed', summary: 'bytes are not a manifest or index of a supported media type' },
  OCI_MANIFEST_TOO_LARGE: { kind: 'limit', summary: 'a manifest is larger than 4 MiB' },
  OCI_MEDIA_TYPE_UNSUPPORTED: {
    kind: 'malformed',
    summary: 'a manifest has a media type outside the OCI and Docker version 2 families (Docker schema 1 included)',
  },
} as const satisfies ErrorTable;

export class OciError extends Nv2Error<keyof typeof ociErrors> {
  constructor(code: keyof typeof ociErrors, message: string, options?: Nv2ErrorOptions) {
    super(ociErrors, code, message, options);
  }
}
