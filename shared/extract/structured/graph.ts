import type { Json } from '../../model.ts';

export type GraphNode = Record<string, Json>;

/** What a page says of things in one syntax, as nodes of JSON-LD: `@type`, `@id`, and properties by their names. */
export interface Graph {
  /** The things that the page speaks of: those that are no part of another one. */
  things: GraphNode[];
  /** The things of a type, at whatever depth, in the order of the page. */
  ofType(type: string): GraphNode[];
  /** What is known of a thing to which another one refers by `@id` alone. */
  resolve(value: Json): Json;
  /** The name by which paths know a property. */
  nameOf(property: string): string;
  /** Was any of it broken, and mended? */
  isMended: boolean;
  /** The beginning of the first part that is broken beyond mending. */
  unread?: string;
}

interface GraphOptions {
  isMended?: boolean;
  /** The address that an `@id` stands for, which may be relative to the page (JSON-LD 1.1, 3.3). @default as it stands */
  toAbsolute?(id: string): string;
}

/** The graph of these things, and of those in them. Names are known without their vocabulary. */
export function makeGraph(
  things: GraphNode[],
  { isMended = false, toAbsolute = (id) => id }: GraphOptions = {},
): Graph {
  const all = [...walk(things)];
  let byId: Map<string, GraphNode> | undefined;
  const described = () => (byId ??= describedBy(all, toAbsolute));
  return {
    things,
    ofType: (type) => all.filter((node) => typesOf(node).includes(type)),
    resolve: (value) =>
      isNode(value) && isReference(value)
        ? (described().get(toAbsolute(String(value['@id']))) ?? value)
        : value,
    nameOf: localName,
    isMended,
  };
}

/** Things by their `@id`: of several descriptions of one, the first that says anything. */
function describedBy(all: GraphNode[], toAbsolute: (id: string) => string): Map<string, GraphNode> {
  const things = new Map<string, GraphNode>();
  for (const node of all) {
    const { '@id': id } = node;
    if (typeof id !== 'string' || isReference(node)) continue;
    const address = toAbsolute(id);
    if (!things.has(address)) things.set(address, node);
  }
  return things;
}

/** The names of types on a page, each once, in its order. */
export function typesIn(things: GraphNode[]): string[] {
  return [...new Set([...walk(things)].flatMap(typesOf))];
}

/** All nodes, outer ones before those in them. */
function* walk(values: Json[]): Generator<GraphNode> {
  const waiting: Json[] = values.toReversed();
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (!Array.isArray(value)) yield value;
    const inside = Array.isArray(value) ? value : Object.values(value);
    for (let index = inside.length - 1; index >= 0; index--) waiting.push(inside[index] ?? null);
  }
}

export function isNode(value: Json | undefined): value is GraphNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Says it no more of a thing than which one it is? */
export function isReference(node: GraphNode): boolean {
  return '@id' in node && Object.keys(node).length === 1;
}

/** The last part of a type: `Product` of `https://schema.org/Product` and `schema:Product`. */
export function localName(name: string): string {
  return name.replace(/^.*[/#:](?=[^/#:]+$)/, '');
}

function typesOf({ '@type': type }: GraphNode): string[] {
  const types = Array.isArray(type) ? type : [type];
  return types.filter((name) => typeof name === 'string').map(localName);
}
