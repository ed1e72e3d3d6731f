// Section 10: plugins, installed from the network.

import type { Row } from '../row.ts';
import { done, trusting } from './plugin-specimens.ts';

export const pluginUrlRows: readonly Row[] = [
  {
    name: '10 plugin install: --url without a checksum',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin install --url {site}/plugin.tar.gz',
        exit: 1,
        stdout: '',
        stderr: 'Error: installing from URL requires non-empty SHA256 checksum of the plugin source\n',
      },
    ],
  },
  {
    name: '10 plugin install: --url over plain HTTP',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin install --url http://localhost --sha256sum abcd',
        exit: 1,
        stdout: '',
        stderr: 'Error: failed to download plugin from URL: only the HTTPS scheme is supported, but got http\n',
      },
    ],
  },
  {
    name: '10 plugin install: --url that nobody answers',
    mark: 'E',
    runs: [
      {
        command: 'notation plugin install --url https://127.0.0.1:1/plugin --sha256sum abcd',
        exit: 1,
        stderr: { has: ['failed to download plugin from URL https://127.0.0.1:1/plugin with error: '] },
      },
    ],
  },
  {
    name: '10 plugin install: from a URL, also when it has moved',
    mark: 'E',
    runs: [
      {
        command: 'notation plugin install --url {site}/plugin.tar.gz --sha256sum {site-sha256}',
        env: trusting,
        stdout: `Downloading plugin from {site}/plugin.tar.gz\nDownload completed\n${done}`,
      },
      {
        command: 'notation plugin install --url {site}/moved --sha256sum {site-sha256} --force',
        env: trusting,
        stdout: { has: ['Download completed', 'Successfully updated plugin e2e-plugin from version 1.0.0 to 1.0.0'] },
      },
    ],
  },
  {
    name: '10 plugin install: from a URL with another checksum',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin install --url {site}/plugin.tar.gz --sha256sum abcd',
        env: trusting,
        exit: 1,
        stderr:
          'Error: plugin installation failed: plugin SHA-256 checksum does not match user input. Expecting abcd\n',
        absent: ['{libexec}/plugins'],
      },
    ],
  },
  {
    name: '10 plugin install: a URL that answers with another status, or leads away from HTTPS',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation plugin install --url {site}/absent --sha256sum {site-sha256}',
        env: trusting,
        exit: 1,
        stderr: { has: ['failed to download plugin from URL {site}/absent with error: ', '404'] },
      },
      {
        command: 'notation plugin install --url {site}/insecure --sha256sum {site-sha256}',
        env: trusting,
        exit: 1,
        stderr: { has: ['failed to download plugin from URL {site}/insecure with error: '] },
      },
    ],
  },
];
