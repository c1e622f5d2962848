/** RFC 6265bis §5.6: a cookie with longer name and value together is ignored, and so is a longer value of an attribute. */
const maxPairLength = 4_096;
const maxAttributeLength = 1_024;

/**
 * A Set-Cookie header as a parser by RFC 6265 has to read it to come to what browsers keep (RFC 6265bis §5.6 and §5.7);
 * `undefined` for one that they ignore: with a control character, without name and value, with a domain that begins
 * with two dots, or with a name that promises what its attributes do not keep. `isPublicSuffix`: such as co.uk, which
 * is a domain of cookies for itself alone.
 */
export function legalSetCookie(
  text: string,
  { protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>,
  isPublicSuffix: (domain: string) => boolean,
): string | undefined {
  if (hasControl(text)) return undefined;
  const [pair = '', ...written] = text.split(';');
  const { name, value } = readPair(pair);
  if (name + value === '' || name.length + value.length > maxPairLength) return undefined;
  const attributes = written.map(readAttribute).filter((one) => one.value.length <= maxAttributeLength);
  const domain = attributes.findLast(({ name }) => name === 'domain')?.value.replace(/^\./, '') ?? '';
  if (/^[.\s]/.test(domain)) return undefined;
  const isOwn = domain.toLowerCase() === hostname && isPublicSuffix(hostname);
  const isHostOnly = domain === '' || isOwn;
  if (!keepsPromise(name, value, attributes, protocol === 'https:')) return undefined;
  const kept = attributes.filter(({ name }) => name !== 'domain' || !isHostOnly);
  return [pair, ...kept.map(({ text: attribute }) => attribute)].join(';');
}

/** What stands before the first `=` is the name; without one, all is the value. */
function readPair(pair: string): { name: string; value: string } {
  const at = pair.indexOf('=');
  return { name: pair.slice(0, Math.max(0, at)).trim(), value: pair.slice(at + 1).trim() };
}

interface Attribute {
  text: string;
  /** In lower case. */
  name: string;
  value: string;
}

function readAttribute(text: string): Attribute {
  const [name = '', ...value] = text.split('=');
  return { text, name: name.trim().toLowerCase(), value: value.join('=').trim() };
}

/** Other than a tab. */
function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** Names that begin with __Secure- and __Host-, in any case, and the same at the head of a value without a name. */
function keepsPromise(name: string, value: string, attributes: Attribute[], isSecure: boolean): boolean {
  const isPrefixed = (one: string) => /^__(secure|host)-/i.test(one);
  if (name === '') return !isPrefixed(value);
  if (!isPrefixed(name)) return true;
  const lastOf = (wanted: string) => attributes.findLast((attribute) => attribute.name === wanted)?.value;
  if (!isSecure || lastOf('secure') === undefined) return false;
  return /^__secure-/i.test(name) || (lastOf('path') === '/' && (lastOf('domain') ?? '') === '');
}
