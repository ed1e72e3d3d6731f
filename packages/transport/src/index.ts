export { type ClosableTransport, createTransport } from './create-transport.ts';
export { TransportError, type TransportErrorCode, transportErrors } from './errors.ts';
export { type NodeRuntime, nodeRuntime } from './node-runtime.ts';
export type { ClientCertificate, TransportOptions } from './options.ts';
export type { Environment } from './proxy-rules.ts';
export { type ListeningServer, type ListenOptions, listen } from './listen.ts';
export { ListenError, listenErrors } from './listen-errors.ts';
export { defaultListenLimits, type ListenLimits } from './listen-limits.ts';
