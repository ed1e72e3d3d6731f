'use strict';

/**
 * Who may import whom: the one table behind the picture in ARCHITECTURE.md and the check in `npm run check`.
 * A row names a package or app and what it may import besides itself and `base`.
 * Adding a word to a row needs a sentence in the pull request.
 */
const rows = {
  // values
  'packages/base': [],
  'packages/oci': [],
  'packages/archive': [],
  // domain
  'packages/pki': [],
  'packages/content': ['oci'],
  'packages/envelope': ['pki'],
  'packages/trust': ['oci', 'pki'],
  // workflow
  'packages/notary': ['oci', 'content', 'pki', 'envelope', 'trust'],
  // edges
  'packages/config': ['oci', 'pki', 'trust'],
  'packages/oci-layout': ['oci', 'content', 'archive'],
  'packages/plugin': ['pki', 'envelope', 'notary', 'archive'],
  'packages/registry-client': ['oci', 'content'],
  'packages/transport': [],
  // apps
  'apps/registry-server': [
    'oci',
    'content',
    'pki',
    'envelope',
    'trust',
    'notary',
    'config',
    'oci-layout',
    'registry-client',
    'transport',
  ],
  'apps/cli': [
    'oci',
    'content',
    'pki',
    'envelope',
    'trust',
    'notary',
    'config',
    'oci-layout',
    'plugin',
    'registry-client',
    'transport',
    'registry-server',
  ],
  'apps/notation': ['cli'],
  // tests only
  'packages/testing': [
    'oci',
    'content',
    'pki',
    'envelope',
    'trust',
    'notary',
    'config',
    'oci-layout',
    'plugin',
    'registry-client',
    'transport',
    'registry-server',
  ],
};

/** Layers whose code never touches the world directly: no `node:*` import. `base` has one exempt file. */
const pure = ['base', 'oci', 'archive', 'pki', 'content', 'envelope', 'trust', 'notary', 'registry-client'];

/** The one file that may import node:crypto (and Buffer codecs). */
const cryptoFile = 'packages/base/src/crypto.ts';

/** Third-party packages, each imported by exactly one file. */
const thirdParty = {
  commander: 'apps/cli/src/argv.ts',
  picocolors: 'apps/cli/src/output/style.ts',
  valibot: 'packages/config/src/schema.ts',
  '@peculiar/x509': 'apps/cli/src/make-certificate.ts',
  'reflect-metadata': 'apps/cli/src/make-certificate.ts',
  '@peculiar/asn1-tsp': 'packages/testing/src/tsa.ts',
  '@peculiar/asn1-schema': 'packages/testing/src/tsa.ts',
  libsql: 'apps/registry-server/src/metadata/libsql.ts',
  'modern-tar': 'packages/archive/src/tar.ts',
  'http-proxy-agent': 'packages/transport/src/proxy.ts',
  'https-proxy-agent': 'packages/transport/src/proxy.ts',
};

module.exports = { rows, pure, cryptoFile, thirdParty };
