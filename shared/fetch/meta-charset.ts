/** Where the HTML standard looks before it parses. */
const prescanLength = 1_024;

/** In these a parser sees text; the prescan, which is no parser, sees tags. */
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

/**
 * The label that a page gives its own encoding, as browsers come to it (HTML standard, 13.2.3): the first
 * `<meta>` that a parser meets, wherever it is, else one that the prescan of the first 1,024 bytes takes
 * for one, else the XML declaration. `markup` is the page's bytes read as Latin-1; `isKnown` says which
 * labels name an encoding, because others are passed over.
 */
export function declaredLabel(markup: string, isKnown: (label: string) => boolean): string | undefined {
  return (
    findMeta(markup, isKnown, true) ??
    findMeta(markup.slice(0, prescanLength), isKnown, false) ??
    xmlLabel(markup, isKnown)
  );
}

/** The encoding of an XML declaration, which has to be the first thing there is. */
export function xmlLabel(markup: string, isKnown: (label: string) => boolean): string | undefined {
  const label = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]+)["']/.exec(markup)?.[1];
  return label !== undefined && isKnown(label) ? label : undefined;
}

/** The standard's "prescan a byte stream"; as a parser would, it does not look into scripts and the like. */
function findMeta(
  markup: string,
  isKnown: (label: string) => boolean,
  asParser: boolean,
): string | undefined {
  let at = markup.indexOf('<');
  while (at !== -1) {
    const tag = readTag(markup, at);
    if (tag.name === 'meta') {
      const label = labelOf(tag.attributes());
      if (label !== undefined && isKnown(label)) return label;
    }
    const end = tag.end();
    const isRaw = asParser && rawTextElements.has(tag.name);
    at = isRaw ? endOfRawText(markup, end, tag.name) : markup.indexOf('<', end);
  }
  return undefined;
}

interface Tag {
  /** In lower case; `''` for comments, end tags and whatever else is no start tag. */
  name: string;
  attributes(): Map<string, string>;
  /** Where reading goes on. */
  end(): number;
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
  return { name: name.toLowerCase(), attributes: () => attributes, end: () => end };
}

function noTag(end: number): Tag {
  return { name: '', attributes: () => new Map(), end: () => end };
}

/** Name, then a value in quotes or without, as far as there is one. */
const attribute = /[\s/]*([^\s/>=][^\s/>=]*|=[^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;

/** Fills in the attributes, of equal names the first; returns where the tag ends. */
function readAttributes(markup: string, start: number, attributes: Map<string, string>): number {
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
  return close === -1 ? markup.length : close + 1;
}

/** `charset`, or `content` of a pragma: a description that talks of charsets is no declaration. */
function labelOf(attributes: Map<string, string>): string | undefined {
  const charset = attributes.get('charset');
  if (charset !== undefined) return charset.trim();
  const isPragma = attributes.get('http-equiv')?.trim().toLowerCase() === 'content-type';
  return isPragma ? charsetOfContent(attributes.get('content') ?? '') : undefined;
}

/** HTML standard, "extracting a character encoding from a meta element". */
function charsetOfContent(content: string): string | undefined {
  const found = /charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"'][^\s;]*))/i.exec(content);
  return (found?.[1] ?? found?.[2] ?? found?.[3])?.trim();
}

function endOfRawText(markup: string, from: number, name: string): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  end.lastIndex = from;
  return end.exec(markup)?.index ?? -1;
}
