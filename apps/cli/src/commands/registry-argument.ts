import { quoteText } from '@nv2/base';
import type { RegistryHost } from '@nv2/oci';
import { CliError } from '../errors.ts';

/** @throws CliError `CLI_USAGE` unless `text` is `host[:port]` */
export async function parseRegistry(text: string): Promise<RegistryHost> {
  const { isRegistryHost } = await import('@nv2/oci');
  if (isRegistryHost(text)) return text;
  throw new CliError(
    'CLI_USAGE',
    `expected a registry such as registry.example.com or localhost:5000, found ${quoteText(text)}`,
  );
}
