import { isAscii, isUtf8 } from 'node:buffer';

/** Where the HTML standard looks for a declaration. */
const PRESCAN_BYTES = 1_024;
const FALLBACK = 'windows-1252';

export interface DecodedText {
  text: string;
  /** Name of the encoding used, as the WHATWG Encoding Standard spells it in lower case. */
  charset: string;
}

/**
 * Decodes a page. In order of trust: byte order mark, charset of the Content-Type header, declaration
 * in the first 1,024 bytes (`<meta charset>`, `http-equiv`, XML), UTF-8 if the bytes are valid as such,
 * windows-1252. A label that decodes only with errors yields to the next that decodes without; if none
 * does, the most trusted one is used and its errors become U+FFFD. Never throws.
 */
export function decodeText(body: Uint8Array, contentType: string): DecodedText {
  const marked = markOf(body);
  if (marked !== undefined) return decodeLossy(body, marked);
  const header = canonicalName(/;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1]);
  // What the page says of itself matters only where this is not the end of it.
  const text = header === undefined || header === FALLBACK ? undefined : decodeExact(body, header);
  if (header !== undefined && text !== undefined) return { text, charset: header };
  const declared = declaredCharsets(body, header);
  for (const charset of [...declared, 'utf-8']) {
    const text = decodeExact(body, charset);
    if (text !== undefined) return { text, charset };
  }
  return decodeLossy(body, declared[0] ?? FALLBACK);
}

function markOf(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  return body[0] === 0xfe && body[1] === 0xff ? 'utf-16be' : undefined;
}

function declaredCharsets(body: Uint8Array, header: string | undefined): string[] {
  const inside = charsetInside(body);
  // Servers that add ISO-8859-1 to everything are more common than pages that lie about being UTF-8
  // and are valid UTF-8 all the same.
  const isBlanketDefault = header === FALLBACK && inside === 'utf-8';
  const order = isBlanketDefault ? [inside, header] : [header, inside];
  return order.filter((charset) => charset !== undefined);
}

function charsetInside(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, PRESCAN_BYTES)).toString(
    'latin1',
  );
  if (!start.includes('<')) return undefined;
  const markup = start.replace(/<!--[\s\S]*?(-->|$)/g, '');
  const label =
    /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']+)["']/i.exec(markup)?.[1] ??
    /<meta\s(?:[^>]*?[\s"';/])?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(markup)?.[1];
  const charset = canonicalName(label);
  // Text whose ASCII could be read to get here is not UTF-16 (HTML standard, "prescan a byte stream").
  if (charset?.startsWith('utf-16')) return 'utf-8';
  return charset === 'x-user-defined' ? FALLBACK : charset;
}

/** `undefined` for labels the Encoding Standard does not know, and for its "replacement". */
function canonicalName(label: string | undefined): string | undefined {
  if (label === undefined || label === 'utf-8') return label;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** `undefined` when the bytes are not valid in the charset. */
function decodeExact(body: Uint8Array, charset: string): string | undefined {
  if (charset === 'utf-8') return decodeUtf8(body);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function decodeUtf8(body: Uint8Array): string | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

function decodeLossy(body: Uint8Array, charset: string): DecodedText {
  return { text: new TextDecoder(charset).decode(body), charset };
}
