export { temporaryDirectory } from './temporary-directory.ts';
export { type ForeignRegistry, startForeignRegistry } from './foreign-registry.ts';
export { findPeer, type Peer, type PeerName, peerVariable } from './peers.ts';
export {
  type MintChainOptions,
  mintChain,
  type SigningKeyType,
  type TestChain,
  testSigningKey,
  toSigningKey,
} from './pki.ts';
export { encodeDer, encodeDerOid } from '@nv2/base';
export { encodeName, type TestName, type TestNameAttribute, toPem } from './pki-der.ts';
export { type TestKeyPair, testKeyPair, type TestKeyType } from './pki-keys.ts';
export {
  caExtensions,
  leafExtensions,
  mintCertificate,
  mintCertificateDer,
  type MintOptions,
  type TestExtensions,
  testNotAfter,
  testNotBefore,
} from './pki-mint.ts';
export { type CheckContractOptions, checkContract } from './contracts/check.ts';
export { revocationContract } from './contracts/revocation.ts';
export {
  encodeCrl,
  encodeOcspResponse,
  encodePoint,
  type TestAuthority,
  type TestCrlEntry,
  type TestCrlOptions,
  type TestExtension,
  type TestOcspOptions,
  type TestOcspStatement,
  type TestScope,
} from './revocation-der.ts';
export {
  redirectTo,
  type RevocationWorld,
  type RevocationWorldOptions,
  revocationWorld,
  type Served,
} from './revocation-world.ts';
export { type ContentStoreContractOptions, contentStoreContract } from './contracts/content-store.ts';
export type { StoreUnderTest } from './contracts/store-under-test.ts';
export {
  pushArtifact,
  pushIndex,
  type TestArtifact,
  type TestBlob,
  type TestImageOptions,
  type TestIndex,
  type TestReferrerOptions,
  tarArchive,
  testBlob,
  testImage,
  testIndex,
  testReferrer,
} from './images.ts';
export { keyProviderContract, type KeyProviderUnderTest } from './contracts/key-provider.ts';
export { type TemporaryHome, temporaryHome } from './home.ts';
export { type EnvelopeFormatContractOptions, envelopeFormatContract } from './contracts/envelope-format.ts';
export { brokenAfter, type FakeRegistry, fakeRegistry, withHeaders } from './fake-registry.ts';
export {
  type FakeAuth,
  type FakeIntercept,
  type FakeRegistryOptions,
  type FakeRequest,
  fakeError,
} from './fake-registry-wire.ts';
export type { FakeContent, FakeManifest } from './fake-registry-repository.ts';
export {
  type ListeningRegistry,
  listeningRegistry,
  type TestRegistry,
  type TestRegistryOptions,
  testRegistry,
} from './registry.ts';
export { storageDriverContract } from './contracts/storage-driver.ts';
export {
  type TestTarMember,
  type TestZipEntry,
  type TestZipOptions,
  testTar,
  testTarMember,
  testZip,
} from './archives.ts';
export {
  type ListeningTsa,
  listeningTsa,
  testTsa,
  type TestTsa,
  type TestTsaOptions,
  type TestTsaRequest,
} from './tsa.ts';
export {
  encodeHashAlgorithm,
  encodeStatement,
  encodeSigningCertificate,
  encodeTestToken,
  type TestAttribute,
  testAttributeOids,
  type TestSignedData,
  type TestSigner,
  type TestStatement,
  type TestTokenOptions,
} from './tsa-token.ts';
export { testPluginPackage, testPluginScript } from './plugins.ts';
export {
  type OpensslAnswer,
  opensslAnswer,
  opensslAuthorityFiles,
  opensslIssue,
  opensslResponder,
  opensslRoot,
} from './openssl-authority.ts';
