import { encodeBase64, encodeBase64Url, encodeUtf8 } from '@nv2/base';
import { builtinFormats, type EnvelopeContent } from '@nv2/envelope';
import { envelopeFormatContract } from '@nv2/testing';

for (const format of builtinFormats) {
  const isJws = format.name === 'jws';
  envelopeFormatContract(format, {
    hasIntegerKeys: !isJws,
    sealedRanges: (bytes, content) =>
      (isJws ? jwsParts(content) : coseParts(content)).map((part) => rangeOf(part, bytes)),
  });
}

function jwsParts({ signedBytes, signature, unsigned }: EnvelopeContent): readonly Uint8Array[] {
  const [protectedText = '', payloadText = ''] = new TextDecoder().decode(signedBytes).split('.');
  const texts = [
    protectedText,
    payloadText,
    encodeBase64Url(signature),
    ...unsigned.certificateChain.map(encodeBase64),
  ];
  return texts.map(encodeUtf8);
}

function coseParts({ payload, signature, signedBytes, unsigned }: EnvelopeContent): readonly Uint8Array[] {
  // Sig_structure: array head and "Signature1" (12 bytes), protected header with its head, empty string, payload with its head.
  const protectedPart = signedBytes.subarray(12, signedBytes.length - payload.length - 3);
  return [protectedPart, payload, signature, ...unsigned.certificateChain];
}

function rangeOf(part: Uint8Array, whole: Uint8Array): readonly [number, number] {
  const start = Buffer.from(whole).indexOf(part);
  if (start < 0) throw new Error('part not found in the envelope');
  return [start, start + part.length];
}
