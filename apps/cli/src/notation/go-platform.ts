// The platform as the reference's runtime names it: `linux/amd64`.

import type { Io } from '../io.ts';

export function goPlatform({ platform }: Pick<Io, 'platform'>): string {
  return `${platform === 'win32' ? 'windows' : platform}/${goArchitecture(process.arch)}`;
}

function goArchitecture(architecture: string): string {
  switch (architecture) {
    case 'x64':
      return 'amd64';
    case 'ia32':
      return '386';
    default:
      return architecture;
  }
}
