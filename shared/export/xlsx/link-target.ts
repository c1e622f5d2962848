/** Where a hyperlink leads, as a spreadsheet stores it. */
export interface LinkTarget {
  /** An absolute URI without its fragment. */
  uri: string;
  /** The fragment, without `#`. */
  fragment?: string;
}

/** The longest that Excel opens ("HYPERLINK", support.microsoft.com, and what it refuses). */
const maxChars = 2_079;

/**
 * The target of text that is a URL of http, https or mailto and nothing else; `undefined` for all other
 * text. Excel calls a file corrupt for one target that is no URI of RFC 3986, so it is made one.
 */
export function linkTarget(text: string): LinkTarget | undefined {
  if (text.length > maxChars || !/^(?:https?:\/\/|mailto:)\S+$/i.test(text)) return undefined;
  const url = URL.parse(text);
  // A name before the host passes for the host itself.
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const [base = '', ...fragments] = url.href.split('#');
  const uri = strict(base);
  const fragment = strict(fragments.join('%23'));
  if (uri.length + fragment.length >= maxChars) return undefined;
  return fragment === '' ? { uri } : { uri, fragment };
}

/** WHATWG's URLs may hold signs that RFC 3986 does not know; brackets it knows around IPv6 addresses alone. */
function strict(part: string): string {
  const [origin = ''] = /^\w+:\/\/[^/]*/.exec(part) ?? [];
  const rest = part
    .slice(origin.length)
    .replace(/%(?![\da-f]{2})/gi, '%25')
    .replace(/[^\w\-.~:/?@!$&'()*+,;=%]/g, (sign) => encodeURIComponent(sign));
  return origin + rest;
}
