import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

describe('what is printed', () => {
  it('has no secret in it', () => {
    const redactor = createRedactor();
    redactor.hide('hunter2');
    redactor.hide('abc');
    redactor.hide(undefined);
    expect(redactor.redact('hunter2 abc hunter2')).toBe('***** abc *****');
  });

  it('does not steer a terminal, and keeps its lines', () => {
    const redactor = createRedactor();
    expect(redactor.redact('a\u001b[2J\u009b1A\u0000\r\u202eb')).toBe('a\uFFFD[2J\uFFFD1A\uFFFD\uFFFD\uFFFDb');
    expect(redactor.redact('a\n\tb\u00e9\u{1f600}')).toBe('a\n\tb\u00e9\u{1f600}');
  });
});
