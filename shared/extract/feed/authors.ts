import type { Element } from 'domhandler';
import type { Json } from '../../model.ts';
import { allOf, type Children, childrenOf, firstOf } from './feed-element.ts';
import { resolvedText } from './feed-link.ts';
import { plainOf } from './feed-text.ts';

/** The authors of an entry or a feed, as `{ name, email, url }`. */
export function authorsOf(children: Children, base: string): Record<string, Json>[] {
  const atom = allOf(children, 'atom:author').map((element) => personOf(element, base));
  const rss = allOf(children, 'author', 'managingeditor').map((element) => mailboxOf(plainOf(element)));
  const named = allOf(children, 'dc:creator', 'dc:author').map((element) => mailboxOf(plainOf(element)));
  const podcast = allOf(children, 'itunes:author').map((element) => mailboxOf(plainOf(element)));
  const found = [atom, named, rss, podcast].find((list) => list.some(isSomebody)) ?? [];
  return found.filter(isSomebody);
}

function personOf(element: Element, base: string): Record<string, Json> {
  const children = childrenOf(element);
  const name = plainOf(firstOf(children, 'atom:name', 'name'));
  const email = plainOf(firstOf(children, 'atom:email', 'email'));
  const url = resolvedText(firstOf(children, 'atom:uri', 'atom:url', 'atom:homepage', 'url'), base);
  // A feed that is wrong may have the name alone, as RSS has.
  return name === null && email === null && url === null ? mailboxOf(plainOf(element)) : { name, email, url };
}

/** RSS wants an address, with a name in brackets behind it, and gets names. */
function mailboxOf(text: string | null): Record<string, Json> {
  const [, address, inBrackets] = /^(\S+@\S+?)\s*(?:\((.*)\))?$/.exec(text ?? '') ?? [];
  if (address !== undefined) return { name: inBrackets?.trim() || null, email: address, url: null };
  const [, before, bracketed] = /^(.*?)\s*[<(](\S+@\S+?)[>)]$/.exec(text ?? '') ?? [];
  if (bracketed !== undefined) return { name: before || null, email: bracketed, url: null };
  return { name: text, email: null, url: null };
}

function isSomebody({ name, email, url }: Record<string, Json>): boolean {
  return name !== null || email !== null || url !== null;
}
