import { encodeCbor } from '@nv2/base';

const noExternalData = new Uint8Array();

/**
 * The bytes a COSE signature covers (RFC 9052 section 4.4): the protected header byte for byte as found, every length
 * in its shortest form (SIG-COSE-05).
 */
export function encodeSigStructure(protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', protectedBytes, noExternalData, payload]);
}
