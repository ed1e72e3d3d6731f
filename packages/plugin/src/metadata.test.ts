import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { metadataOf, printJson, writeShellPlugin } from '../test/write-plugin.ts';
import { readPluginMetadata } from './metadata.ts';

const env = process.env;

async function readFrom(answer: unknown, name = 'com.example.test') {
  await using home = await temporaryDirectory();
  const file = await writeShellPlugin(home.path, name, printJson(answer));
  return await readPluginMetadata(file, { env });
}

describe('what a plugin says about itself', () => {
  it('has six members; others are ignored [+PLUG-20 +PLUG-13 +PLUG-06]', async () => {
    const metadata = metadataOf('com.example.test', {
      capabilities: ['SIGNATURE_GENERATOR.RAW', 'SOMETHING.NEW'],
      supportedContractVersions: ['2.0', '1.0'],
    });
    expect(await readFrom({ ...metadata, more: { a: 1 } })).toEqual(metadata);
  });

  it.each(['name', 'description', 'version', 'url', 'supportedContractVersions', 'capabilities'])(
    'is refused without %s, with an empty one, and with one of another type [-PLUG-20]',
    async (member) => {
      const metadata = metadataOf('com.example.test');
      const empty = Array.isArray(metadata[member]) ? [] : '';
      for (const value of [undefined, null, empty, 7, ['']]) {
        await expect(readFrom({ ...metadata, [member]: value })).rejects.toMatchObject({
          code: 'PLUGIN_METADATA_INVALID',
        });
      }
    },
  );

  it('is about the plugin whose directory it lies in [-PLUG-06]', async () => {
    await expect(readFrom(metadataOf('com.example.other'))).rejects.toMatchObject({
      code: 'PLUGIN_METADATA_INVALID',
      message: 'the plugin in com.example.test says that it is "com.example.other"',
    });
  });

  it.each([[['1.1']], [['2.0']], [['1']]])(
    'is refused with the contract versions %j alone [-PLUG-15]',
    async (versions) => {
      const metadata = metadataOf('com.example.test', { supportedContractVersions: versions });
      await expect(readFrom(metadata)).rejects.toMatchObject({ code: 'PLUGIN_CONTRACT_UNSUPPORTED' });
    },
  );

  it('is taken with contract version 1.0 beside those of other major versions [+PLUG-15]', async () => {
    const metadata = metadataOf('com.example.test', { supportedContractVersions: ['1.0', '2.3'] });
    expect(await readFrom(metadata)).toMatchObject({ supportedContractVersions: ['1.0', '2.3'] });
  });

  it('is asked for without a contract version, with the configuration if there is one [+PLUG-12 +PLUG-28 -PLUG-28]', async () => {
    await using home = await temporaryDirectory();
    const answer = printJson(metadataOf('test'));
    const file = await writeShellPlugin(home.path, 'test', `cat > ${home.path}/request\n${answer}`);
    const requests: string[] = [];
    const onEvent = (event: { readonly type: string; readonly request?: string }): void => {
      if (event.request !== undefined) requests.push(event.request);
    };
    await readPluginMetadata(file, { env, onEvent });
    await readPluginMetadata(file, { env, onEvent, pluginConfig: { region: 'eu' } });
    expect(requests).toEqual(['{}', '{"pluginConfig":{"region":"eu"}}']);
  });

  it('is not asked of a file whose name is that of no plugin [-PLUG-04]', async () => {
    await using home = await temporaryDirectory();
    await expect(readPluginMetadata(`${home.path}/plugin`, { env })).rejects.toMatchObject({
      code: 'PLUGIN_NAME_INVALID',
    });
  });
});
