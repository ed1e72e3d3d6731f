// What is told while plugins run. Facts are fields; words are the app's business.

export type PluginEvent =
  /** A command is about to run; `request` is the JSON it gets on standard input. */
  | { readonly type: 'plugin-asked'; readonly plugin: string; readonly command: string; readonly request: string }
  /** A command ended with success; `response` is what it wrote on standard output. */
  | { readonly type: 'plugin-answered'; readonly plugin: string; readonly command: string; readonly response: string };

export type PluginEventListener = (event: PluginEvent) => void;
