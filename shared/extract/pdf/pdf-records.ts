import { DropError } from '../../errors.ts';
import type { Json } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';

/** What is read of one document: more would not fit an outcome. */
const limits = { pages: 5_000, chars: 25_000_000 };

export interface PdfRecords {
  value: Record<string, Json>;
  about: string;
}

/**
 * A PDF as `{ title, author, created, modified, pages: [{ number, text }], text }`. Throws `NO_TEXT` where no page has any, such
 * as of one that was scanned, and what the package throws. Only called where it can be stopped: a document may keep it busy for ever.
 */
export async function pdfRecords({ url, body }: { url: string; body: Uint8Array }): Promise<PdfRecords> {
  const { getDocumentProxy, getMeta } = await import('unpdf');
  const document = await getDocumentProxy(body, {
    useSystemFonts: false,
    verbosity: 0,
  });
  if (document.numPages > limits.pages) {
    throw new Error(`it has ${document.numPages} pages, of ${limits.pages} that are read`);
  }
  const pages: { number: number; text: string }[] = [];
  let chars = 0;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = textOfItems(items);
    chars += text.length;
    if (chars > limits.chars) throw new Error(`it has more than ${limits.chars} characters`);
    pages.push({ number, text });
    page.cleanup();
  }
  if (pages.every(({ text }) => text === '')) {
    throw new DropError('NO_TEXT', `${url} is a PDF without text: its pages are pictures, or empty`);
  }
  const { info } = await getMeta(document);
  const value = { ...statedIn(info), pages, text: pages.map(({ text }) => text).join('\n\n') };
  return { value, about: formatNoun(pages.length, 'page') };
}

/** Marks in the text of the page, which have no text of their own, are left out. */
function textOfItems(items: readonly object[]): string {
  const parts = items.map((item) => {
    const { str = '', hasEOL = false } = item as { str?: string; hasEOL?: boolean };
    return hasEOL ? `${str}\n` : str;
  });
  return parts
    .join('')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

function statedIn(info: Record<string, unknown>): Record<string, Json> {
  const textAt = (key: string) => {
    const value = info[key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  return {
    title: textAt('Title'),
    author: textAt('Author'),
    created: dateOf(textAt('CreationDate')),
    modified: dateOf(textAt('ModDate')),
  };
}

/** `D:20240229133000+01'00'` (ISO 32000, 7.9.4) as ISO 8601; as it stands where it is another text. */
function dateOf(text: string | null): string | null {
  const found = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:(Z)|([+-]\d\d)'?(\d\d)?'?)?/.exec(text ?? '');
  if (found === null) return text;
  const [, year, month, day, hour, minute, second, utc, hours, minutes = '00'] = found;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (utc === undefined && hours === undefined) return local;
  const at = new Date(`${local}${utc ?? `${hours}:${minutes}`}`);
  return Number.isNaN(at.getTime()) ? text : at.toISOString().replace('.000Z', 'Z');
}
