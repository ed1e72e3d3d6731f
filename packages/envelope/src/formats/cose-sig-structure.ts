import { encodeCbor, encodeCborHead, joinBytes } from '@nv2/base';

// An array of four, the context string; external data, of which there is none.
const start = Uint8Array.of(0x84, ...encodeCbor('Signature1'));
const noExternalData = encodeCborHead(0);

/**
 * The bytes a COSE signature covers (RFC 9052 section 4.4): the protected header byte for byte as found, every length
 * in its shortest form (SIG-COSE-05).
 */
export function encodeSigStructure(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const protectedHead = encodeCborHead(protectedBytes.length);
  const payloadHead = encodeCborHead(payload.length);
  return joinBytes([start, protectedHead, protectedBytes, noExternalData, payloadHead, payload]);
}
