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
