/** Whether an address is on one of the hosts, which may have a port, or begin with `*.` for every subdomain. */
export function hostMatcher(hosts: readonly string[]): (url: URL) => boolean {
  const exact = new Set(hosts.filter((host) => !host.startsWith('*.')));
  const suffixes = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1));
  return ({ host, hostname }) =>
    exact.has(host) || exact.has(hostname) || suffixes.some((suffix) => hostname.endsWith(suffix));
}

/** Addresses that never leave the machine (RFC 6761 §6.3, RFC 5735, RFC 4291 §2.5.3). */
export function isLoopback({ hostname }: Pick<URL, 'hostname'>): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Passwords and keys are sent over https alone, or within the machine. */
export function mayCarrySecrets(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url);
}
