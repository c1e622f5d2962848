import type { Json } from '../../model.ts';
import { isShallow } from '../handlers/plain-json.ts';
import { parseNotedJson } from '../json/repeated-keys.ts';
import { beginningOf } from '../json/unread-json.ts';
import { type PageBase, resolveUrl } from '../links/resolve-url.ts';
import type { Page } from '../types.ts';
import { type Graph, type GraphNode, isNode, makeGraph } from './graph.ts';
import { loadJsonRepair } from './json-repair.cjs';

/** The scripts of a page that hold JSON-LD (JSON-LD 1.1, 7), whose type may have parameters, and blanks around it. */
export const jsonLdScripts = 'script[type*="application/ld+json" i]';

/** The JSON-LD of a page. */
export interface JsonLd {
  /** The objects of its scripts, of lists each; what is no JSON after mending is left out. */
  values: GraphNode[];
  graph: Graph;
}

const read = new WeakMap<Page, JsonLd>();

/** The JSON-LD of a page, read once for all fields; `texts`: of its scripts. */
export function jsonLdOf(page: Page, texts: () => readonly string[], base: () => PageBase): JsonLd {
  let found = read.get(page);
  if (found === undefined) {
    found = readScripts(texts(), (id) => resolveUrl(id, base()) ?? id);
    read.set(page, found);
  }
  return found;
}

function readScripts(texts: readonly string[], toAbsolute: (id: string) => string): JsonLd {
  const parsed = texts.map(parseScript);
  const values = parsed.flatMap(({ value }) => value ?? []).filter(isNode);
  const isMended = parsed.some((script) => script.isMended);
  const unread = parsed.find((script) => script.unread !== undefined)?.unread;
  const graph = makeGraph(values.flatMap(membersOf), { isMended, toAbsolute });
  return { values, graph: unread === undefined ? graph : { ...graph, unread } };
}

interface Parsed {
  value?: Json;
  isMended: boolean;
  /** The beginning of a script that is no JSON, and cannot be mended. */
  unread?: string;
}

function parseScript(text: string): Parsed {
  const bare = withoutWrapping(text);
  if (bare === '') return { isMended: false };
  const exact = tryParse(bare);
  if (exact !== undefined) return { value: exact, isMended: false };
  const mended = mend(bare);
  if (mended !== undefined) return { value: mended, isMended: true };
  return { isMended: false, unread: beginningOf(bare) };
}

/** Comments, CDATA marks that hide the script from old browsers, and semicolons stand around the JSON. */
function withoutWrapping(text: string): string {
  return text
    .replace(/^(?:\s*(?:<!--[^[{]*?-->|\/\/(?!\s*<!\[)[^\n]*\n|\/\*(?!\s*<!\[)[\s\S]*?\*\/))+\s*(?=[[{])/, '')
    .replace(/^\s*(?:(?:\/\/|\/\*)?\s*<!\[CDATA\[(?:\s*\*\/)?|<!--)/, '')
    .replace(/(?:(?:\/\/|\/\*)?\s*\]\]>(?:\s*\*\/)?|-->)\s*$/, '')
    .replace(/;\s*$/, '')
    .trim();
}

function tryParse(text: string): Json | undefined {
  try {
    const value = parseNotedJson(text);
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A script beyond this length is not mended: the time for it is the page's. */
const maxMendedChars = 1_048_576;

/**
 * Raw line breaks and control characters in texts, missing and superfluous commas, comments, quotation marks of other kinds,
 * several things without a list, a missing end. Text that is no JSON at all, such as a page of HTML, would become one string: that is no JSON-LD.
 */
function mend(text: string): Json | undefined {
  if (text.length > maxMendedChars || !/^[[{]/.test(text)) return undefined;
  const whole = withoutCutValue(text.replace(control, escaped));
  return repaired(whole) ?? repaired(`[${whole}]`);
}

/** Control characters, which JSON has escaped; of line breaks and tabs the library knows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function repaired(text: string): Json | undefined {
  try {
    return tryParse(loadJsonRepair()(text));
  } catch {
    return undefined;
  }
}

/** A text, a name or number, or a mark of structure. The first two groups are the ends of texts. */
const token = /"[^"\\]*(?:\\[\s\S][^"\\]*)*("?)|'[^'\\]*(?:\\[\s\S][^'\\]*)*('?)|[^\s{}[\]:,"']+|[{}[\]:,]/g;

/** A script that was cut, without the text or number in which it ends: how that goes on is not known. */
function withoutCutValue(text: string): string {
  if (/[}\]]$/.test(text)) return text;
  const last = [...text.matchAll(token)].at(-1);
  if (last === undefined) return text;
  const [found, double, single] = last;
  const isWhole = (double ?? single ?? '') !== '' || /^(?:true|false|null|[{}[\]:,])$/.test(found);
  return isWhole ? text : text.slice(0, last.index);
}

function membersOf(value: Json): GraphNode[] {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (!isNode(value)) return [];
  const { '@graph': graph, ...own } = value;
  if (graph === undefined) return [value];
  const says = Object.keys(own).some((key) => key !== '@context' && key !== '@id');
  return [...(says ? [own] : []), ...membersOf(graph)];
}
