export { type PluginFailure, PluginError, pluginErrors } from './errors.ts';
export type { PluginEvent, PluginEventListener } from './events.ts';
export {
  type PluginCapability,
  type PluginMetadata,
  type ReadMetadataOptions,
  readPluginMetadata,
} from './metadata.ts';
export { readPluginFile, readPluginNames } from './plugin-directory.ts';
export { openPluginSigner, type OpenPluginSignerOptions } from './plugin-signer.ts';
export {
  openPlugins,
  type OpenPluginsOptions,
  type Plugin,
  type PluginCallOptions,
  type Plugins,
} from './plugins.ts';
export { executableName, findPluginName, findPluginOfFile, parsePluginName, type PluginName } from './plugin-name.ts';
export {
  type Environment,
  type PluginCall,
  type PluginCommand,
  runPlugin,
  type RunPluginOptions,
} from './run-plugin.ts';
export { parsePackageUrl } from './install/download.ts';
export {
  type InstallPluginOptions,
  installPlugin,
  type PluginInstallation,
  type PluginSource,
} from './install/install-plugin.ts';
export { PluginInstallError, pluginInstallErrors } from './install/install-errors.ts';
export type { PluginInstallEvent, PluginInstallListener } from './install/install-events.ts';
export { type ListedPlugin, listPlugins } from './install/list-plugins.ts';
export { hasPlugin, uninstallPlugin } from './install/uninstall-plugin.ts';
export { verificationPlugins, type VerificationPluginOptions } from './verification-plugins.ts';
export {
  type KeySpec,
  type KitEnvelope,
  type KitEnvelopeRequest,
  type KitKeyRequest,
  type KitOpinion,
  type KitSignature,
  type KitSignatureRequest,
  type KitVerification,
  type PluginDefinition,
  type PluginErrorCode,
  PluginFault,
} from './kit/definition.ts';
export { servePlugin } from './kit/serve-plugin.ts';
