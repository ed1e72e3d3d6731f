import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './bytes.ts';
import { isNv2Error } from './errors.ts';
import { parseJson } from './json.ts';

const parse = (text: string, options = {}): unknown => parseJson(encodeUtf8(text), { maxBytes: 10_000, ...options });

describe('strict JSON', () => {
  it.each([['{"a":1,"a":2}'], ['{"a":1,"\\u0061":2}'], ['{} x'], ['\uFEFF{}'], ['[1,]'], ['01'], ['"\\ud800"'], ['1e999'], ['{"a":1'], ['']])('refuses %j', (text) => {
    expect(() => parse(text)).toSatisfy((run: () => void) => {
      try {
        run();
        return false;
      } catch (error) {
        return isNv2Error(error, 'JSON_MALFORMED');
      }
    });
  });
});
