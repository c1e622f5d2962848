import { brokenFile } from '../kinds/broken-file.ts';
import { loadXmlParser } from '../tree/parsers.cjs';

/** What is called for each part of an XML text; names are without their prefix. */
export interface XmlEvents {
  open(name: string, attributes: Record<string, string>): void;
  text(text: string): void;
  close(name: string): void;
}

/** The parser's time grows with the square of the open elements. */
const maxOpenElements = 1_000;

/** The size of the pieces in which a part is decoded, so that it is never a text as a whole. */
const pieceBytes = 262_144;

/** Reads an XML part of an office document, which is UTF-8 or UTF-16 by its mark, piece by piece and without a tree. Throws `FILE_BROKEN`. */
export function readXml(part: Uint8Array, events: XmlEvents): void {
  const Parser = loadXmlParser();
  let open = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        open++;
        if (open > maxOpenElements) throw brokenFile('its XML is nested beyond all reason');
        events.open(localName(name), attributes);
      },
      ontext: (text) => events.text(text),
      onclosetag(name) {
        open--;
        events.close(localName(name));
      },
    },
    { xmlMode: true },
  );
  const isWide = part[0] === 0xff && part[1] === 0xfe;
  const decoder = new TextDecoder(isWide ? 'utf-16le' : 'utf-8');
  for (let at = 0; at < part.length; at += pieceBytes) {
    parser.write(decoder.decode(part.subarray(at, at + pieceBytes), { stream: true }));
  }
  parser.end(decoder.decode());
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** An attribute by its name without a prefix. */
export function attributeOf(attributes: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(attributes).find((written) => localName(written) === name);
  return key === undefined ? undefined : attributes[key];
}
