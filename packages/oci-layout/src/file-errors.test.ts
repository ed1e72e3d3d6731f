import { describe, expect, it } from 'vitest';
import { errorCode, fileStep, isAbsent } from './file-errors.ts';

const failing = (code: string): Promise<never> =>
  Promise.reject(Object.assign(new Error(`${code}: said the system`), { code }));

describe('what the operating system refuses', () => {
  it.each([
    ['EACCES', 'LAYOUT_DENIED'],
    ['EPERM', 'LAYOUT_DENIED'],
    ['EROFS', 'LAYOUT_DENIED'],
    ['ENOSPC', 'LAYOUT_FULL'],
    ['EDQUOT', 'LAYOUT_FULL'],
    ['EFBIG', 'LAYOUT_FULL'],
    ['EIO', 'LAYOUT_IO'],
    ['EMFILE', 'LAYOUT_IO'],
  ])('%s becomes %s with its cause', async (code, expected) => {
    const attempt = fileStep('writing /layout/index.json', () => failing(code));
    await expect(attempt).rejects.toMatchObject({
      code: expected,
      message: `writing /layout/index.json failed (${code})`,
      cause: { message: `${code}: said the system` },
    });
  });

  it('is told from what is absent', async () => {
    await expect(failing('ENOENT')).rejects.toSatisfy(isAbsent);
    await expect(failing('ENOTDIR')).rejects.toSatisfy(isAbsent);
    await expect(failing('EACCES')).rejects.not.toSatisfy(isAbsent);
    expect(errorCode('a string')).toBeUndefined();
    expect(errorCode(new Error('no code'))).toBeUndefined();
  });

  it('does not let foreign control characters into messages', async () => {
    await expect(fileStep('opening \u001b[2Jlayout', () => failing('EIO'))).rejects.toMatchObject({
      message: 'opening \uFFFD[2Jlayout failed (EIO)',
    });
  });
});
