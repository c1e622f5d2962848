import { parseExactJson } from '../../../exact-json.ts';
import { at } from './at-path.ts';

/** The prefix that keeps other pages from running JSON as a script; with or without a line break. */
const guard = /^\uFEFF?\s*\)\]\}'/;

/**
 * The JSON of an answer: its whole text, or the several values of an HTML page (`window.APP_INITIALIZATION_STATE`,
 * whose fourth entry has them as text). None where it holds neither.
 */
export function readPayloads(text: string): unknown[] {
  if (!isHtml(text)) return parseGuarded(text);
  const state = parseGuarded(sliceState(text) ?? '')[0];
  const parts: unknown = at(state, 3);
  if (typeof parts !== 'object' || parts === null) return [];
  return Object.values(parts)
    .flatMap((part: unknown) => (Array.isArray(part) ? [part[6], part[5], ...part.slice(0, 5)] : [part]))
    .filter((part) => typeof part === 'string' && guard.test(part))
    .flatMap((part) => parseGuarded(String(part)));
}

export function isHtml(text: string): boolean {
  return /^\uFEFF?\s*</.test(text);
}

/** Returns a list, so that a parsed `null` differs from text that is no JSON. */
function parseGuarded(text: string): unknown[] {
  try {
    return [parseExactJson(text.replace(guard, ''))];
  } catch {
    return [];
  }
}

/** The text of the list that is assigned to the variable, up to its closing bracket. Runs in linear time. */
function sliceState(html: string): string | undefined {
  const name = html.indexOf('APP_INITIALIZATION_STATE');
  const start = name < 0 ? -1 : html.indexOf('[', name);
  if (start < 0) return undefined;
  let depth = 0;
  for (let index = start; index >= 0 && index < html.length; index += 1) {
    const mark = html[index];
    if (mark === '"') index = endOfString(html, index);
    if (mark === '[') depth += 1;
    if (mark === ']') depth -= 1;
    if (depth === 0) return html.slice(start, index + 1);
  }
  return undefined;
}

/** Index of the closing quote, or the length of the text. */
function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let slashes = quote;
    while (slashes > from && text[slashes - 1] === '\\') slashes -= 1;
    if ((quote - slashes) % 2 === 0) return quote;
    from = quote + 1;
  }
}
