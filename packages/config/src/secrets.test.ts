import { describe, expect, it } from 'vitest';
import { secretVariables, takeSecrets } from './secrets.ts';

describe('secrets of the environment', () => {
  it('are read once and gone afterwards [+DIR-02]', () => {
    const env: Record<string, string | undefined> = {
      NV2_USERNAME: 'u',
      NV2_PASSWORD: 'p',
      NV2_KEY_PASSPHRASE: 'k',
      NOTATION_USERNAME: 'nu',
      NOTATION_PASSWORD: 'np',
      HOME: '/h',
    };
    expect(takeSecrets(env)).toEqual({
      nv2: { username: 'u', password: 'p' },
      notation: { username: 'nu', password: 'np' },
      keyPassphrase: 'k',
    });
    expect(env).toEqual({ HOME: '/h' });
    expect(takeSecrets(env)).toEqual({ nv2: {}, notation: {} });
  });

  it('that are empty count as unset and are removed as well [+DIR-02]', () => {
    const env: Record<string, string | undefined> = Object.fromEntries(secretVariables.map((name) => [name, '']));
    expect(takeSecrets(env)).toEqual({ nv2: {}, notation: {} });
    expect(env).toEqual({});
  });

  it('are never mixed into one pair from two sources [-DIR-02]', () => {
    expect(takeSecrets({ NV2_USERNAME: 'u', NOTATION_PASSWORD: 'np' })).toEqual({
      nv2: { username: 'u' },
      notation: { password: 'np' },
    });
  });
});
