/** The target of a hyperlink, as a spreadsheet stores it. */
export interface LinkTarget {
  /** An absolute URI without its fragment. */
  uri: string;
  /** The fragment, without `#`. */
  fragment?: string;
}

/** The longest URL that Excel opens ("HYPERLINK", support.microsoft.com, and by trial). */
const maxChars = 2_079;

/**
 * The target of text that is exactly a URL of http, https or mailto; `undefined` for all other text. Excel calls a
 * file corrupt for one target that is no URI of RFC 3986, so the URL is converted to one.
 */
export function linkTarget(text: string): LinkTarget | undefined {
  if (text.length > maxChars || !/^(?:https?:\/\/|mailto:)\S+$/i.test(text)) return undefined;
  const url = URL.parse(text);
  // A user name before the host could be mistaken for the host.
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const [base = '', ...fragments] = url.href.split('#');
  const uri = strict(base);
  const fragment = strict(fragments.join('%23'));
  if (uri.length + fragment.length >= maxChars) return undefined;
  return fragment === '' ? { uri } : { uri, fragment };
}

/**
 * WHATWG's URLs may have characters that RFC 3986 does not allow; it allows brackets around IPv6 addresses alone.
 */
function strict(part: string): string {
  const [origin = ''] = /^\w+:\/\/[^/]*/.exec(part) ?? [];
  const rest = part
    .slice(origin.length)
    .replace(/%(?![\da-f]{2})/gi, '%25')
    .replace(/[^\w\-.~:/?@!$&'()*+,;=%]/g, (sign) => encodeURIComponent(sign));
  return origin + rest;
}
