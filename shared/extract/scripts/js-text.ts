import type { JsCursor } from './js-cursor.ts';

/** A literal text at the cursor, or several that are joined by `+`. */
export function readText(cursor: JsCursor): string | undefined {
  let text = cursor.string();
  while (text !== undefined && cursor.peek() === '+' && !cursor.text.startsWith('++', cursor.at)) {
    cursor.skip('+');
    const next = cursor.string();
    text = next === undefined ? undefined : text + next;
  }
  return text;
}

/** A literal text, or what the functions make of one by which pages pass JSON through. */
export function readEncodedText(cursor: JsCursor): string | undefined {
  const name = cursor.identifier();
  if (name === undefined) return readText(cursor);
  const decode = decoders.get(name);
  if (decode === undefined || !cursor.skip('(')) return undefined;
  const text = readEncodedText(cursor);
  if (text === undefined || !cursor.skip(')')) return undefined;
  try {
    return decode(text);
  } catch {
    return undefined;
  }
}

const decoders: ReadonlyMap<string, (text: string) => string> = new Map([
  ['decodeURIComponent', decodeURIComponent],
  ['decodeURI', decodeURI],
  ['atob', atob],
]);
