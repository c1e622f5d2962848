/** Of the hash: enough that no two files of a folder have one name. */
const hashChars = 16;

/** With hash and extension at most 100 bytes: less than any file system takes, and short enough for what holds paths together. */
const maxSlugBytes = 72;

/**
 * A name that every file system takes, and that is of these bytes and this address alone: what the file is called, in lower case, the
 * beginning of its hash, its extension by its type. The hash keeps names apart that differ in case alone, and keeps devices of
 * Windows (`con`, `nul`), points and spaces at an end, and path separators out. `called`: as the server or the address calls it.
 */
export function safeFileName(called: string, sha256: string, extension: string | undefined): string {
  const slug = slugOf(called);
  const end = extension === undefined || !/^[a-z0-9.]{1,12}$/.test(extension) ? '' : `.${extension}`;
  return `${slug === '' ? 'file' : slug}-${sha256.slice(0, hashChars)}${end}`;
}

/** Letters of all scripts with their marks, and digits; anything else is a hyphen. */
function slugOf(called: string): string {
  const [, base = called] = /^(.+?)((\.tar)?\.[A-Za-z0-9]{1,8})?$/su.exec(called) ?? [];
  const words = base
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  return cutToBytes(words.replaceAll(/^[-\p{M}]+|-+$/gu, '')).replace(/-+$/, '');
}

function cutToBytes(text: string): string {
  let [bytes, cut] = [0, ''];
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxSlugBytes) return cut;
    cut += segment;
  }
  return cut;
}

/**
 * What a file is called: by the file name of its Content-Disposition (RFC 6266; of a path the last segment), else by the last
 * segment of its address.
 */
export function calledBy(url: string, disposition: string | undefined): string {
  const named = disposition === undefined ? undefined : fileNameIn(disposition);
  const path = new URL(url).pathname.split('/');
  return lastSegment(named ?? decoded(path.at(-1) ?? ''));
}

function lastSegment(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}

function fileNameIn(disposition: string): string | undefined {
  const [, extended] = /(?:^|;)\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  if (extended !== undefined) return decoded(extended);
  const [, quoted, plain] =
    /(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const name = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  // Headers are read as Latin-1; most servers mean UTF-8.
  return name === undefined ? undefined : asUtf8(name);
}

function asUtf8(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\u{fffd}') ? latin1 : text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
