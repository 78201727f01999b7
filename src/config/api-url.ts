import { BlockList, isIP } from 'node:net';
import { defaultApiUrl } from './config-schema.ts';

const privateNetworks = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateNetworks.addSubnet(network, prefix, 'ipv4');
}
privateNetworks.addAddress('::1', 'ipv6');
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

/** Why the token may not be sent to this URL, in words that follow the setting's name; undefined where it may. */
export function apiUrlProblem(text: string, deploymentMode: string | undefined): string | undefined {
  // On a hosted platform, the URL could address the platform's own network.
  if (deploymentMode?.toLowerCase() === 'cloud' && text !== defaultApiUrl)
    return 'cannot be changed on Airbyte Cloud';
  if (!URL.canParse(text)) return `is not a URL such as ${defaultApiUrl}`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'must be a plain URL: no user, query or fragment';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'must begin with https://';
  return isPrivate(url.hostname)
    ? undefined
    : 'must begin with https://; plain http is only for this machine and private networks';
}

function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (['localhost', 'host.docker.internal'].includes(host)) return true;
  const family = isIP(host);
  return family !== 0 && privateNetworks.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
