/**
 * The eight numbers of an IPv6 address in any of its forms (RFC 4291 §2.2), with or without a zone; the URL standard makes its
 * text canonical, and writes an IPv4 address at the end as two of them.
 */
export function ipv6Groups(address: string): number[] {
  const [bare = ''] = address.split('%');
  const [head = '', tail = ''] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [groupsIn(head), groupsIn(tail)];
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last];
}

function groupsIn(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

export function bytesOfGroups(groups: readonly number[]): number[] {
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** The IPv4 address in the last 32 bits, such as of a mapped one (RFC 4291 §2.5.5.2). */
export function embeddedIpv4(groups: readonly number[]): string {
  return bytesOfGroups(groups.slice(6)).join('.');
}
