import { parseExactJson } from '../../exact-json.ts';
import type { Json } from '../../model.ts';
import { isShallow } from '../handlers/plain-json.ts';
import type { Page } from '../types.ts';
import { loadJsonRepair } from './json-repair.cjs';

/** The scripts of a page that hold JSON-LD (JSON-LD 1.1, 7), whose type may have parameters. */
export const jsonLdScripts = 'script[type^="application/ld+json" i]';

type Node = Record<string, Json>;

/** The JSON-LD of a page. */
export interface Graph {
  /** The things that the page speaks of: those at the top of its scripts, in lists and `@graph` too. */
  things: Node[];
  /** The things of a type, at whatever depth, in the order of the page. */
  ofType(type: string): Node[];
  /** What is known of a thing to which another one refers by `@id` alone. */
  resolve(value: Json): Json;
  /** A script was no JSON, and was mended. */
  isMended: boolean;
}

const graphs = new WeakMap<Page, Graph>();

/** The graph of a page, read once for all fields; `texts`: of its scripts. */
export function graphOf(page: Page, texts: () => readonly string[]): Graph {
  let graph = graphs.get(page);
  if (graph === undefined) {
    graph = readGraph(texts());
    graphs.set(page, graph);
  }
  return graph;
}

/** `texts`: of the page's scripts. What is no JSON after mending is left out. */
function readGraph(texts: readonly string[]): Graph {
  const parsed = texts.map(parseScript);
  const roots = parsed.flatMap(({ value }) => value ?? []);
  const things = roots.flatMap(membersOf);
  const all = [...walk(things)];
  const byId = new Map<string, Node>();
  for (const node of all) {
    const { '@id': id } = node;
    // Of several descriptions of a thing, the first one that says anything.
    if (typeof id === 'string' && !isReference(node) && !byId.has(id)) byId.set(id, node);
  }
  return {
    things,
    ofType: (type) => all.filter((node) => typesOf(node).includes(type)),
    resolve: (value) =>
      isNode(value) && isReference(value) ? (byId.get(String(value['@id'])) ?? value) : value,
    isMended: parsed.some(({ isMended }) => isMended),
  };
}

interface Parsed {
  value?: Json;
  isMended: boolean;
}

function parseScript(text: string): Parsed {
  const bare = withoutWrapping(text);
  if (bare === '') return { isMended: false };
  const exact = tryParse(bare);
  if (exact !== undefined) return { value: exact, isMended: false };
  const mended = mend(bare);
  return mended === undefined ? { isMended: false } : { value: mended, isMended: true };
}

/** Comments and CDATA marks that hide the script from old browsers, and semicolons, stand around the JSON. */
function withoutWrapping(text: string): string {
  return text
    .replace(/^\s*(?:(?:\/\/|\/\*)?\s*<!\[CDATA\[(?:\s*\*\/)?|<!--)/, '')
    .replace(/(?:(?:\/\/|\/\*)?\s*\]\]>(?:\s*\*\/)?|-->)\s*$/, '')
    .replace(/;\s*$/, '')
    .trim();
}

function tryParse(text: string): Json | undefined {
  try {
    const value = parseExactJson(text);
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A script beyond this length is not mended: the time for it is the page's. */
const maxMendedChars = 1_048_576;

/**
 * Raw line breaks in texts, missing and superfluous commas, comments, quotation marks of other kinds, a missing end. Text that
 * is no JSON at all, such as a page of HTML, would become one string: that is no JSON-LD.
 */
function mend(text: string): Json | undefined {
  if (text.length > maxMendedChars || !/^[[{]/.test(text)) return undefined;
  try {
    return tryParse(loadJsonRepair()(text));
  } catch {
    return undefined;
  }
}

function membersOf(value: Json): Node[] {
  if (Array.isArray(value)) return value.flatMap(membersOf);
  if (!isNode(value)) return [];
  const { '@graph': graph, ...own } = value;
  if (graph === undefined) return [value];
  const says = Object.keys(own).some((key) => key !== '@context' && key !== '@id');
  return [...(says ? [own] : []), ...membersOf(graph)];
}

/** All nodes, outer ones before those in them. */
function* walk(values: Json[]): Generator<Node> {
  const waiting: Json[] = values.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (!Array.isArray(value)) yield value;
    const inside = Array.isArray(value) ? value : Object.values(value);
    for (let index = inside.length - 1; index >= 0; index--) waiting.push(inside[index] ?? null);
  }
}

function isNode(value: Json | undefined): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReference(node: Node): boolean {
  return '@id' in node && Object.keys(node).length === 1;
}

/** The last part of a type: `Product` of `https://schema.org/Product` and `schema:Product`. */
export function localName(name: string): string {
  return name.replace(/^.*[/#:](?=[^/#:]+$)/, '');
}

export function typesOf({ '@type': type }: Node): string[] {
  const types = Array.isArray(type) ? type : [type];
  return types.filter((name) => typeof name === 'string').map(localName);
}
