export { type ClosableTransport, createTransport } from './create-transport.ts';
export { TransportError, type TransportErrorCode, transportErrors } from './errors.ts';
export type { ClientCertificate, TransportOptions } from './options.ts';
export type { Environment } from './proxy-rules.ts';
