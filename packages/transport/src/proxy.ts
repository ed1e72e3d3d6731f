// Agents that connect through a proxy. The only file that imports them; loaded when a proxy is used for the first time.

import type { Agent, AgentOptions } from 'node:http';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** An agent for plain HTTP (absolute request targets) or for TLS (a CONNECT tunnel) behind `proxy`. */
export function proxyAgent(proxy: URL, isSecure: boolean, options: AgentOptions): Agent {
  return isSecure ? new HttpsProxyAgent(proxy, options) : new HttpProxyAgent(proxy, options);
}
