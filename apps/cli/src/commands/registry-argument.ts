import { quoteText } from '@nv2/base';
import { isRegistryHost, type RegistryHost } from '@nv2/oci';
import { CliError } from '../errors.ts';

/** @throws CliError `CLI_USAGE` unless `text` is `host[:port]` */
export function parseRegistry(text: string): RegistryHost {
  if (isRegistryHost(text)) return text;
  throw new CliError(
    'CLI_USAGE',
    `expected a registry such as registry.example.com or localhost:5000, found ${quoteText(text)}`,
  );
}
