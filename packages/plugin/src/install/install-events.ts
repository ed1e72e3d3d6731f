// What is told while a plugin is installed. Facts are fields; words are the app's business.

export type PluginInstallEvent =
  | { readonly type: 'plugin-download-started'; readonly url: string }
  | { readonly type: 'plugin-download-finished'; readonly bytes: number }
  /** A file of the package is going to be written. */
  | { readonly type: 'plugin-file-unpacked'; readonly file: string }
  /** The only file that can be the executable lacked the permission and was given it (PLUG-62). */
  | { readonly type: 'plugin-made-executable'; readonly file: string };

export type PluginInstallListener = (event: PluginInstallEvent) => void;
