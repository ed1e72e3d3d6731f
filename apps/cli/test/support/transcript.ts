// Transcripts: commands with their output and exit code in one text file.
//
//   % image net-monitor v1        prepares something
//   % package FILE NAME VERSION   a package of the plugin NAME
//   $ nv2 verify …                 a command; single quotes keep words together
//   | line                         its standard output
//   ! line                         its standard error
//   = 10                           its exit code, when it is not 0
//
// What differs from run to run is replaced: [REGISTRY], [WORK], [CONFIG], [TIME], [VERSION], and digests by number.

import { testPluginPackage } from '@nv2/testing';
import { version } from '../../src/version.ts';
import { type Face, runChild } from './run-cli.ts';
import { openStage, type Stage } from './stage.ts';

/** Runs what the file says and returns the file as it should be. */
export async function playTranscript(source: string): Promise<string> {
  const isOld = source.includes('% without the referrers API');
  await using stage = await openStage({ referrersApi: !isOld });
  const normalize = createNormalizer(stage);
  const lines: string[] = [];
  for (const line of source.split('\n')) {
    if (line.startsWith('| ') || line.startsWith('! ') || line.startsWith('= ') || line === '|' || line === '!')
      continue;
    lines.push(line);
    if (line.startsWith('% ')) await prepare(stage, line.slice(2).split(' '));
    if (!line.startsWith('$ ')) continue;
    const [face = '', ...args] = splitWords(line.slice(2)).map((word) => normalize.restore(word));
    const ran = await runChild(stage, args, { face: face as Face });
    lines.push(...prefixed('|', normalize.hide(ran.stdout)), ...prefixed('!', normalize.hide(ran.stderr)));
    if (ran.status !== 0) lines.push(`= ${ran.status}`);
  }
  return lines.join('\n');
}

async function prepare(stage: Stage, [verb = '', ...args]: readonly string[]): Promise<void> {
  const [first = '', second = '', third = ''] = args;
  if (verb === 'image') await stage.image(first, second);
  else if (verb === 'key') await stage.key(first);
  else if (verb === 'file') await stage.write(first, `${args.slice(1).join(' ')}\n`);
  else if (verb === 'package') await stage.write(first, testPluginPackage(formOf(first), second, third));
  else if (verb !== 'without') throw new Error(`transcript: cannot prepare ${verb}`);
}

function formOf(path: string): 'zip' | 'tar.gz' {
  return path.endsWith('.zip') ? 'zip' : 'tar.gz';
}

function prefixed(mark: string, text: string): readonly string[] {
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark} ${line}`.trimEnd());
}

/** Words as a shell reads them, single quotes being the only quoting. */
function splitWords(line: string): readonly string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
}

interface Normalizer {
  hide(text: string): string;
  restore(word: string): string;
}

function createNormalizer(stage: Stage): Normalizer {
  const names: string[] = [];
  const number = (hex: string): string => {
    if (!names.includes(hex)) names.push(hex);
    return `[${names.indexOf(hex) + 1}]`;
  };
  const { notationConfig } = stage.home.directories;
  return {
    hide: (text) =>
      text
        .replaceAll(stage.work, '[WORK]')
        .replaceAll(notationConfig, '[CONFIG]')
        .replaceAll(stage.registry, '[REGISTRY]')
        .replaceAll(/\b[0-9a-f]{64}\b/g, number)
        .replaceAll(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '[TIME]')
        // The stand-alone executable brings a runtime of its own.
        .replaceAll(/(?<=Node\.js )\d+\.\d+\.\d+/g, '[NODE]')
        .replaceAll(`${process.platform}/${process.arch}`, '[PLATFORM]')
        .replaceAll(/OS\/Arch: +.*/g, 'OS/Arch:     [PLATFORM]')
        .replaceAll(version, '[VERSION]')
        // Certificates differ by a byte or two from run to run, and columns are as wide as temporary paths.
        .replaceAll(/sent \([1-9]\d* bytes\)/g, 'sent ([BYTES])')
        .replaceAll(/(?<=\S) {2,}(?=(?:KIND|KEY|CERTIFICATE|FORMAT|local|\[WORK\]|jws|cose)\b|\[WORK\])/g, '  '),
    restore: (word) =>
      word
        .replaceAll('[REGISTRY]', stage.registry)
        .replaceAll('[WORK]', stage.work)
        .replaceAll(/\[(\d+)\]/g, (whole, digits: string) => names[Number(digits) - 1] ?? whole),
  };
}
