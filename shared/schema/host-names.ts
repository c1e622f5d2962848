/** Whether an address is on one of the hosts, which may have a port, or begin with `*.` for every subdomain. */
export function hostMatcher(hosts: readonly string[]): (url: URL) => boolean {
  const matches = matchHosts(hosts);
  return ({ host, protocol }) => matches(host, protocol === 'https:');
}

/** As `hostMatcher`, of the host and port as they stand in a URL that was parsed: no port where it is the protocol's own. */
export function matchHosts(hosts: readonly string[]): (host: string, isHttps: boolean) => boolean {
  const names = hosts.map(inUrlForm);
  const exact = new Set(names.filter((name) => !name.startsWith('*.')));
  const suffixes = names.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  const hasPorts = names.some((name) => portAtEnd.test(name));
  const isListed = (name: string) => exact.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
  return (host, isHttps) => {
    const name = host.replace(portAtEnd, '');
    if (isListed(name)) return true;
    if (!hasPorts) return false;
    return isListed(name === host ? `${host}:${isHttps ? 443 : 80}` : host);
  };
}

const portAtEnd = /:\d+$/;

/** In lower case, and punycode for what is not ASCII; its port stays, even if it is that of a protocol. */
function inUrlForm(host: string): string {
  const [port = ''] = portAtEnd.exec(host) ?? [];
  const wildcard = host.startsWith('*.') ? '*.' : '';
  const name = host.slice(wildcard.length, host.length - port.length);
  // The end of a name: as a whole one, a number would be an address (`*.1` would be `*.0.0.0.1`).
  const before = wildcard === '' ? '' : 'a.';
  const hostname = URL.parse(`http://${before}${name}`)?.hostname.slice(before.length);
  return wildcard + (hostname ?? name.toLowerCase()) + port;
}

/** Addresses that never leave the machine (RFC 6761 §6.3, RFC 5735, RFC 4291 §2.5.3). */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Passwords and keys are sent over https alone, or within the machine. */
export function mayCarrySecrets(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url);
}
