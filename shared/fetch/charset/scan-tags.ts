/** Elements whose content is text to a parser; the encoding prescan, which is no parser, sees tags in them. */
const rawTextElements = new Set([
  'iframe',
  'noembed',
  'noframes',
  'noscript',
  'script',
  'style',
  'textarea',
  'title',
  'xmp',
]);

/** Called with each start tag until it returns a value. Names are in lower case. */
export type Look<Found> = (name: string, attributes: Map<string, string>) => Found | undefined;

/**
 * Scans the tags of markup from the start. `asParser`: skips tags in scripts and the like, as browsers with
 * scripting do; else as the HTML standard's "prescan a byte stream".
 */
export function findTag<Found>(markup: string, asParser: boolean, look: Look<Found>): Found | undefined {
  let at = markup.indexOf('<');
  while (at !== -1) {
    const tag = readTag(markup, at);
    const found = tag.name === '' ? undefined : look(tag.name, tag.attributes);
    if (found !== undefined) return found;
    const isRaw = asParser && rawTextElements.has(tag.name);
    at = isRaw ? endOfRawText(markup, tag.end, tag.name) : markup.indexOf('<', tag.end);
  }
  return undefined;
}

interface Tag {
  /** `''` for comments, end tags and everything else that is no start tag. */
  name: string;
  attributes: Map<string, string>;
  /** The offset at which scanning continues. */
  end: number;
}

const startTag = /<([a-z][^\s/>]*)/iy;
const endTag = /<\/[a-z][^\s/>]*/iy;

function readTag(markup: string, at: number): Tag {
  if (markup.startsWith('<!--', at)) {
    // `<!-->` is a whole comment.
    const close = markup.indexOf('-->', at + 2);
    return noTag(close === -1 ? markup.length : close + 3);
  }
  startTag.lastIndex = at;
  endTag.lastIndex = at;
  const [whole, name = ''] = startTag.exec(markup) ?? endTag.exec(markup) ?? [];
  if (whole === undefined) {
    const isBogus = /[!/?]/.test(markup[at + 1] ?? '');
    const close = isBogus ? markup.indexOf('>', at) : at;
    return noTag(close === -1 ? markup.length : close + 1);
  }
  const attributes = new Map<string, string>();
  const end = readAttributes(markup, at + whole.length, attributes);
  // A tag that is cut off is no tag.
  if (end === undefined) return noTag(markup.length);
  return { name: name.toLowerCase(), attributes, end };
}

function noTag(end: number): Tag {
  return { name: '', attributes: new Map(), end };
}

/** A name, then a value with or without quotes, if there is one. */
const attribute =
  /[\s/]*([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s>]*)))?/y;

/** Adds the attributes, of equal names the first; returns where the tag ends, `undefined` when it does not. */
function readAttributes(markup: string, start: number, attributes: Map<string, string>): number | undefined {
  let at = start;
  for (;;) {
    attribute.lastIndex = at;
    const found = attribute.exec(markup);
    if (found === null) break;
    at = attribute.lastIndex;
    const [, name = '', double, single, bare] = found;
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? '');
  }
  const close = markup.indexOf('>', at);
  return close === -1 ? undefined : close + 1;
}

function endOfRawText(markup: string, from: number, name: string): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  return end.exec(markup)?.index ?? -1;
}
