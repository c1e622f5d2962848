import { loadFileType } from './load-file-type.ts';

/** As many bytes as the type of nearly every file shows in. */
export const sampleBytes = 4_100;

/** Text has no bytes of its own that would show its type: its server is believed. */
const textTypes =
  /^(text\/[a-z0-9.+-]+|application\/(json|ld\+json|geo\+json|xml|x-ndjson|javascript|yaml|[a-z0-9.-]+\+(xml|json)))$/;

/** Not by what the server calls it: nothing that a double click would start is named so by a stranger. */
const unknown = { type: 'application/octet-stream', extension: 'bin' };

/** Extensions of types of text, which the table of types by bytes does not have. */
const textExtensions: Record<string, string> = {
  'text/html': 'html',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/calendar': 'ics',
  'text/markdown': 'md',
  'text/css': 'css',
  'image/svg+xml': 'svg',
  'application/json': 'json',
  'application/geo+json': 'geojson',
  'application/ld+json': 'jsonld',
  'application/xml': 'xml',
  'text/xml': 'xml',
};

export interface TypeOfFile {
  /** Media type, without parameters. */
  type: string;
  extension: string | undefined;
}

/**
 * The type of a file by its first bytes. Where they show none: a web page or SVG by how it begins, else the Content-Type if it is one of
 * text and the bytes are such; a server that says `image/png` of anything else is not believed.
 */
export async function typeOfFile(sample: Uint8Array, contentType: string | undefined): Promise<TypeOfFile> {
  const found = await loadFileType().fileTypeFromBuffer(sample);
  if (found !== undefined && found.mime !== 'application/xml') {
    return { type: found.mime, extension: found.ext };
  }
  const text = textOf(sample);
  if (text === undefined) return unknown;
  const type = typeOfText(text, contentType);
  return { type, extension: textExtensions[type] };
}

/** The bytes as text, if they can be some in an encoding that has those of ASCII, or in UTF-16 with its mark. */
function textOf(sample: Uint8Array): string | undefined {
  const [first, second] = sample;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) return '';
  const isBinary = sample.some((byte) => byte < 0x20 && !whiteSpace.has(byte));
  return isBinary ? undefined : Buffer.from(sample).toString('latin1');
}

const whiteSpace: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

function typeOfText(text: string, contentType = ''): string {
  const start = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)\b/i.test(start)) return 'text/html';
  if (/^(<\?xml[\s\S]*?\?>\s*)?(<!--[\s\S]*?-->\s*|<!doctype svg[\s\S]*?>\s*)*<svg\b/i.test(start))
    return 'image/svg+xml';
  const said = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (textTypes.test(said)) return said;
  return start.startsWith('<?xml') ? 'application/xml' : 'text/plain';
}
