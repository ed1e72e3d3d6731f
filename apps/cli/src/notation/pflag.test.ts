import { describe, expect, it } from 'vitest';
import { type NotationFlag, parseFlags } from './pflag.ts';

const flags: readonly NotationFlag[] = [
  { name: 'debug', short: 'd', kind: 'bool', help: '' },
  { name: 'yes', short: 'y', kind: 'bool', help: '' },
  { name: 'output', short: 'o', kind: 'string', help: '' },
  { name: 'metadata', short: 'm', kind: 'strings', help: '' },
  { name: 'max', kind: 'int', help: '' },
  { name: 'expiry', short: 'e', kind: 'duration', help: '' },
];

describe('flags as the reference reads them', () => {
  it.each([
    [['--output', 'json', 'ref'], { output: ['json'] }, ['ref']],
    [['ref', '--output=json'], { output: ['json'] }, ['ref']],
    [['-dy', 'ref'], { debug: ['true'], yes: ['true'] }, ['ref']],
    [['-ofmt'], { output: ['fmt'] }, []],
    [['-o=fmt'], { output: ['fmt'] }, []],
    [['-do', 'x'], { debug: ['true'], output: ['x'] }, []],
    [['--debug=false', 'a'], { debug: ['false'] }, ['a']],
    [['-m', 'a=1', '-m', 'b=2,c=3'], { metadata: ['a=1', 'b=2,c=3'] }, []],
    [['--', '--output'], {}, ['--output']],
    [['-'], {}, ['-']],
    [['-e', '24h', '--max', '5'], { expiry: ['24h'], max: ['5'] }, []],
  ])('%j', (words, values, args) => {
    const parsed = parseFlags(words, flags);
    expect(Object.fromEntries(parsed.values)).toEqual(values);
    expect(parsed.args).toEqual(args);
  });

  it.each([
    [['--nope'], 'unknown flag: --nope'],
    [['---nope'], 'bad flag syntax: ---nope'],
    [['--=x'], 'bad flag syntax: --=x'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['-dx'], "unknown shorthand flag: 'x' in -x"],
    [['--output'], 'flag needs an argument: --output'],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['--max', 'x'], 'invalid argument "x" for "--max" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [['--debug=2'], 'invalid argument "2" for "-d, --debug" flag: strconv.ParseBool: parsing "2": invalid syntax'],
    [['-e', 'soon'], 'invalid argument "soon" for "-e, --expiry" flag: time: invalid duration "soon"'],
  ])('%j is refused in its words', (words, message) => expect(() => parseFlags(words, flags)).toThrow(message));
});
