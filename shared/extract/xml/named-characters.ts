import { decodeHTMLStrict } from 'entities/decode';

/** Within comments and CDATA, references are text. Of the second group: a name that XML itself does not define. */
const marks = /<!--|<!\[CDATA\[|&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w{0,31};)/g;

/**
 * An XML text with the named characters of HTML (`&nbsp;`) in place of their names, which XML has only where a document type declares
 * them: without one a text with such a name is not well-formed (XML 1.0, 4.1, "Entity Declared"). Feeds have them all the same, in
 * the titles of WordPress and the like, and mean what HTML has. A name that HTML does not have stands as it was written. Linear time.
 */
export function resolveNamedCharacters(text: string): string {
  if (!text.includes('&')) return text;
  let resolved = '';
  let from = 0;
  for (const { index, name } of namesIn(text)) {
    resolved += text.slice(from, index) + characterOf(name);
    from = index + 1 + name.length;
  }
  return from === 0 ? text : resolved + text.slice(from);
}

/** The first name in an XML text that XML does not define, whether HTML has it or not, as it is written. */
export function undefinedNameIn(text: string): string | undefined {
  if (!text.includes('&')) return undefined;
  const [first] = namesIn(text);
  return first && `&${first.name}`;
}

function* namesIn(text: string): Generator<{ index: number; name: string }> {
  marks.lastIndex = 0;
  for (let at = 0; ; ) {
    marks.lastIndex = at;
    const found = marks.exec(text);
    if (found === null) return;
    const [opening, name] = found;
    at = found.index + opening.length;
    if (name !== undefined) yield { index: found.index, name };
    else {
      const end = text.indexOf(opening === '<!--' ? '-->' : ']]>', at);
      if (end === -1) return;
      at = end;
    }
  }
}

/** A character that is a mark of XML, such as that of `&LT;`, stays a reference. */
function characterOf(name: string): string {
  const written = `&${name}`;
  const character = decodeHTMLStrict(written);
  if (character === written) return written;
  return character.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
