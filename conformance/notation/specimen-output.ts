// What the reference prints for the specimens, taken from its output.

import { makeSpecimen } from './specimens.ts';

export interface ShownSpecimen {
  readonly envelope: string;
  /** Below the line with its name. */
  readonly tree: string;
  readonly json: string;
}

/** Everything there is to show, in a zone of its own, with a time-stamp. */
export const fullSpecimen: ShownSpecimen = {
  envelope: makeSpecimen({
    signingTime: '2025-01-02T01:02:03.1230-08:00',
    expiry: '2030-12-31T23:59:59+05:45',
    extended: { 'com.example.level': 1_000_000 },
    annotations: { purpose: 'e2e', 10: 'ten', 9: 'nine', Html: '<a href="x">&</a>' },
    signingAgent: 'notation-go/1.3.0+unreleased',
    timestamp: 'good',
  }),
  tree: String.raw`├── signature algorithm: ECDSA-SHA-256
├── signature envelope type: application/jose+json
├── signed attributes
│   ├── content type: application/vnd.cncf.notary.payload.v1+json
│   ├── signing scheme: notary.x509
│   ├── signing time: Thu Jan  2 01:02:03 2025
│   ├── expiry: Tue Dec 31 23:59:59 2030
│   └── com.example.level: 1e+06
├── user defined attributes
│   ├── 10: ten
│   ├── 9: nine
│   ├── Html: <a href="x">&</a>
│   └── purpose: e2e
├── unsigned attributes
│   ├── signing agent: notation-go/1.3.0+unreleased
│   └── timestamp signature
│       ├── timestamp: [Fri Nov 27 23:50:53 2026, Fri Nov 27 23:50:55 2026]
│       └── certificates
│           ├── SHA256 fingerprint: e5c759583a79efb807af6b981f431e09047c20ebce7620008d2af24656136d59
│           │   ├── issued to: CN=Example TSA,O=Example,C=US
│           │   ├── issued by: CN=Example TSA Root,O=Example,C=US
│           │   └── expiry: Fri Jan 26 23:50:54 2046
│           └── SHA256 fingerprint: d8d2fd3eedb85027fb1be78bc4a2e69e903ffd71abf0776d03d834dee375008c
│               ├── issued to: CN=Example TSA Root,O=Example,C=US
│               ├── issued by: CN=Example TSA Root,O=Example,C=US
│               └── expiry: Thu Nov 22 23:50:53 2046
├── certificates
│   ├── SHA256 fingerprint: 5e422dae2c2e3776d2c0eca4732f20b1c65d1150fc39abf0b1418dd42a5d0218
│   │   ├── issued to: CN=e2e\, first,OU=One+OU=Two,O=Notary+O=Second,L=Seattle,ST=WA,C=US,1.2.840.113549.1.9.1=#0c0d61406578616d706c652e636f6d
│   │   ├── issued by: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│   │   └── expiry: Fri Jan 26 23:50:54 2046
│   └── SHA256 fingerprint: 963b7e1d555efc5c207cad84f6576660813b5a837ccce06ff009b72668c23d73
│       ├── issued to: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│       ├── issued by: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│       └── expiry: Thu Nov 22 23:50:54 2046
└── signed artifact
    ├── media type: application/vnd.oci.image.manifest.v1+json
    ├── digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    └── size: 582`,
  json: String.raw`{
  "signatureAlgorithm": "ECDSA-SHA-256",
  "signatureEnvelopeType": "application/jose+json",
  "signedAttributes": {
    "com.example.level": "1e+06",
    "contentType": "application/vnd.cncf.notary.payload.v1+json",
    "expiry": "2030-12-31T23:59:59+05:45",
    "signingScheme": "notary.x509",
    "signingTime": "2025-01-02T01:02:03.123-08:00"
  },
  "userDefinedAttributes": {
    "10": "ten",
    "9": "nine",
    "Html": "\u003ca href=\"x\"\u003e\u0026\u003c/a\u003e",
    "purpose": "e2e"
  },
  "unsignedAttributes": {
    "signingAgent": "notation-go/1.3.0+unreleased",
    "timestampSignature": {
      "timestamp": "[2026-11-27T23:50:53Z, 2026-11-27T23:50:55Z]",
      "certificates": [
        {
          "SHA256Fingerprint": "e5c759583a79efb807af6b981f431e09047c20ebce7620008d2af24656136d59",
          "issuedTo": "CN=Example TSA,O=Example,C=US",
          "issuedBy": "CN=Example TSA Root,O=Example,C=US",
          "expiry": "2046-01-26T23:50:54Z"
        },
        {
          "SHA256Fingerprint": "d8d2fd3eedb85027fb1be78bc4a2e69e903ffd71abf0776d03d834dee375008c",
          "issuedTo": "CN=Example TSA Root,O=Example,C=US",
          "issuedBy": "CN=Example TSA Root,O=Example,C=US",
          "expiry": "2046-11-22T23:50:53Z"
        }
      ]
    }
  },
  "certificates": [
    {
      "SHA256Fingerprint": "5e422dae2c2e3776d2c0eca4732f20b1c65d1150fc39abf0b1418dd42a5d0218",
      "issuedTo": "CN=e2e\\, first,OU=One+OU=Two,O=Notary+O=Second,L=Seattle,ST=WA,C=US,1.2.840.113549.1.9.1=#0c0d61406578616d706c652e636f6d",
      "issuedBy": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "expiry": "2046-01-26T23:50:54Z"
    },
    {
      "SHA256Fingerprint": "963b7e1d555efc5c207cad84f6576660813b5a837ccce06ff009b72668c23d73",
      "issuedTo": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "issuedBy": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "expiry": "2046-11-22T23:50:54Z"
    }
  ],
  "signedArtifact": {
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "digest": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "size": 582
  }
}`,
};

/** With a time-stamp that is cut short. */
export const brokenSpecimen: ShownSpecimen = {
  envelope: makeSpecimen({ signingTime: '2025-01-21T09:17:46Z', timestamp: 'broken' }),
  tree: String.raw`├── signature algorithm: ECDSA-SHA-256
├── signature envelope type: application/jose+json
├── signed attributes
│   ├── content type: application/vnd.cncf.notary.payload.v1+json
│   ├── signing scheme: notary.x509
│   └── signing time: Tue Jan 21 09:17:46 2025
├── user defined attributes
│   └── (empty)
├── unsigned attributes
│   └── timestamp signature
│       └── error: failed to parse timestamp countersignature: cms: syntax error: invalid signed data: failed to convert from BER to DER: asn1: syntax error: decoding BER length octets: short form length octets value should be less or equal to the subsequent octets length
├── certificates
│   ├── SHA256 fingerprint: 5e422dae2c2e3776d2c0eca4732f20b1c65d1150fc39abf0b1418dd42a5d0218
│   │   ├── issued to: CN=e2e\, first,OU=One+OU=Two,O=Notary+O=Second,L=Seattle,ST=WA,C=US,1.2.840.113549.1.9.1=#0c0d61406578616d706c652e636f6d
│   │   ├── issued by: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│   │   └── expiry: Fri Jan 26 23:50:54 2046
│   └── SHA256 fingerprint: 963b7e1d555efc5c207cad84f6576660813b5a837ccce06ff009b72668c23d73
│       ├── issued to: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│       ├── issued by: CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US
│       └── expiry: Thu Nov 22 23:50:54 2046
└── signed artifact
    ├── media type: application/vnd.oci.image.manifest.v1+json
    ├── digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    └── size: 582`,
  json: String.raw`{
  "signatureAlgorithm": "ECDSA-SHA-256",
  "signatureEnvelopeType": "application/jose+json",
  "signedAttributes": {
    "contentType": "application/vnd.cncf.notary.payload.v1+json",
    "signingScheme": "notary.x509",
    "signingTime": "2025-01-21T09:17:46Z"
  },
  "userDefinedAttributes": null,
  "unsignedAttributes": {
    "timestampSignature": {
      "error": "failed to parse timestamp countersignature: cms: syntax error: invalid signed data: failed to convert from BER to DER: asn1: syntax error: decoding BER length octets: short form length octets value should be less or equal to the subsequent octets length"
    }
  },
  "certificates": [
    {
      "SHA256Fingerprint": "5e422dae2c2e3776d2c0eca4732f20b1c65d1150fc39abf0b1418dd42a5d0218",
      "issuedTo": "CN=e2e\\, first,OU=One+OU=Two,O=Notary+O=Second,L=Seattle,ST=WA,C=US,1.2.840.113549.1.9.1=#0c0d61406578616d706c652e636f6d",
      "issuedBy": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "expiry": "2046-01-26T23:50:54Z"
    },
    {
      "SHA256Fingerprint": "963b7e1d555efc5c207cad84f6576660813b5a837ccce06ff009b72668c23d73",
      "issuedTo": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "issuedBy": "CN=Example Root,O=Notary,L=Seattle,ST=WA,C=US",
      "expiry": "2046-11-22T23:50:54Z"
    }
  ],
  "signedArtifact": {
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "digest": "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "size": 582
  }
}`,
};

/** The lines of a tree below another one. */
export function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}
