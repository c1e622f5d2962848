/** Host and port without `www.`: two URLs of one site have the same. */
export function bareHost(url: URL): string {
  return url.host.replace(/^www\./, '');
}
