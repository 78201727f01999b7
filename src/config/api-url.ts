import { BlockList, isIP } from 'node:net';
import { defaultApiUrl } from './config-schema.ts';

const privateNetworks = new BlockList();
/** Link-local addresses, and those of Alibaba, Azure, Oracle, AWS and Google by which a machine asks for its credentials. */
const metadataNetworks = new BlockList();
for (const [address, prefix] of [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
] as const) {
  metadataNetworks.addSubnet(address, prefix, 'ipv4');
  // As what translates between the two families writes it; that of ::ffff: counts as IPv4 anyway.
  for (const before of ['::', '::ffff:0:', '64:ff9b::'])
    metadataNetworks.addSubnet(before + address, 96 + prefix, 'ipv6');
}
metadataNetworks.addSubnet('fe80::', 10, 'ipv6');
for (const address of ['fd00:ec2::254', 'fd20:ce::254']) metadataNetworks.addAddress(address, 'ipv6');
const metadataName = /^(?:metadata(?:\.google\.internal|\.goog)?|instance-data(?:\..*)?)$/;

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
  if (deploymentMode?.trim().toLowerCase() === 'cloud' && text !== defaultApiUrl)
    return 'cannot be changed on Airbyte Cloud';
  if (!URL.canParse(text)) return `is not a URL such as ${defaultApiUrl}`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'must be a plain URL: no user, query or fragment';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (metadataName.test(host) || isIn(metadataNetworks, host))
    return 'must not be where a cloud tells its machines their credentials';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'must begin with https://';
  return isIn(privateNetworks, host) || ['localhost', 'host.docker.internal'].includes(host)
    ? undefined
    : 'must begin with https://; plain http is only for this machine and private networks';
}

function isIn(networks: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && networks.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
