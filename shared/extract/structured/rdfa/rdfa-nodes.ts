import type { Json } from '../../../model.ts';
import { type Graph, type GraphNode, makeGraph } from '../graph.ts';
import { rdf } from './initial-context.ts';
import type { RdfObject, Triple } from './triples.ts';

/** Statements as expanded JSON-LD (JSON-LD 1.1 API, 8.1): a node for each subject, in the order of the page. */
export function nodesOfTriples(triples: readonly Triple[]): GraphNode[] {
  const subjects = new Map<string, Map<string, Json[]>>();
  for (const { subject, predicate, object } of triples) {
    const properties = subjects.get(subject) ?? new Map<string, Json[]>();
    subjects.set(subject, properties);
    const isType = predicate === rdf.type && '@id' in object;
    const name = isType ? '@type' : predicate;
    const values = properties.get(name) ?? [];
    properties.set(name, values);
    values.push(isType ? object['@id'] : jsonOf(object));
  }
  return [...subjects].map(([id, properties]) => ({ '@id': id, ...Object.fromEntries(properties) }));
}

/** The things that a page speaks of are those that are no part of another one; where all are, all. */
export function graphOfNodes(nodes: GraphNode[]): Graph {
  const parts = new Set(nodes.flatMap((node) => idsIn(Object.values(node))));
  const whole = nodes.filter(({ '@id': id = null }) => !parts.has(id));
  return { ...makeGraph(nodes), things: whole.length === 0 ? nodes : whole };
}

function jsonOf(object: RdfObject): Json {
  return '@list' in object ? { '@list': object['@list'].map(jsonOf) } : { ...object };
}

function idsIn(values: Json[]): Json[] {
  return values.flatMap((value): Json[] => {
    if (Array.isArray(value)) return idsIn(value);
    if (typeof value !== 'object' || value === null) return [];
    const { '@id': id, '@list': list } = value;
    return [...(id === undefined ? [] : [id]), ...(Array.isArray(list) ? idsIn(list) : [])];
  });
}
