import { DropError } from '../../errors.ts';

const prolog = /^\uFEFF?(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/;
const start = /<!DOCTYPE\s+[^[>]*\[/iy;
const entity = /<!ENTITY\s+(?:%\s+)?([^\s%"']+)/g;

/**
 * An XML text without what its document type declares: no DTD is read, its own or another one, and no entity is expanded. Throws
 * `EXTRACT_FAILED` for a text that uses an entity that it declares, since what that stands for is part of the text, and for
 * declarations that do not end. Linear time.
 */
export function withoutDeclarations(text: string): string {
  const from = prolog.exec(text)?.[0].length ?? 0;
  start.lastIndex = from;
  if (!start.test(text)) return text;
  const first = start.lastIndex;
  const end = endOfDeclarations(text, first);
  const rest = text.slice(text.indexOf('>', end) + 1);
  const names = new Set(Array.from(text.slice(first, end).matchAll(entity), ([, name = '']) => name));
  if (names.size > 0) refuseEntities(rest, names);
  return text.slice(0, from) + rest;
}

const ends: [mark: string, end: string][] = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['"', '"'],
  ["'", "'"],
];
const mark = /\]|<!--|<\?|"|'/g;

/** The position of the bracket that ends them, which may also stand in texts, comments and instructions. */
function endOfDeclarations(text: string, from: number): number {
  mark.lastIndex = from;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [opening] = found;
    if (opening === ']') return found.index;
    const closing = ends.find(([known]) => known === opening)?.[1] ?? '';
    const at = text.indexOf(closing, mark.lastIndex);
    if (at === -1) break;
    mark.lastIndex = at + closing.length;
  }
  throw new DropError('EXTRACT_FAILED', 'the document type of the XML does not end');
}

function refuseEntities(text: string, names: ReadonlySet<string>): void {
  for (const [, name = ''] of text.matchAll(/&([^\s&;<]{1,256});/g)) {
    if (!names.has(name)) continue;
    const message = `the XML declares &${name}; itself and uses it: entities are not expanded`;
    throw new DropError('EXTRACT_FAILED', message);
  }
}
