import type { Json } from '../../model.ts';
import type { GraphNode } from './graph.ts';
import type { MicrodataItem, MicrodataValue } from './microdata.ts';

/** As a node of JSON-LD. An item that only has a text is a value of its type (JSON-LD 1.1, 9.5). */
export function nodeOfItem({ types, id, properties, text }: MicrodataItem): GraphNode {
  return {
    ...Object.fromEntries([...properties].map(([name, values]) => [name, oneOrList(values, nodeOfValue)])),
    ...(text === undefined ? {} : { '@value': text }),
    ...(types.length === 0 ? {} : { '@type': types }),
    ...(id === undefined ? {} : { '@id': id }),
  };
}

/** As extruct writes it: the standard's JSON (HTML Standard, 5.5), but of lists with one entry this entry. */
export function jsonOfItem({ types, id, properties, text }: MicrodataItem): Json {
  return {
    ...(types.length === 0 ? {} : { type: oneOrList(types, (type) => type) }),
    ...(id === undefined ? {} : { id }),
    ...(text === undefined ? { properties: propertiesOf(properties) } : { value: text }),
  };
}

function propertiesOf(properties: MicrodataItem['properties']): Json {
  const entries = [...properties].map(([name, values]) => [name, oneOrList(values, jsonOfValue)] as const);
  return Object.fromEntries(entries);
}

function nodeOfValue(value: MicrodataValue): Json {
  return typeof value === 'string' ? value : nodeOfItem(value);
}

function jsonOfValue(value: MicrodataValue): Json {
  return typeof value === 'string' ? value : jsonOfItem(value);
}

function oneOrList<Value>(values: Value[], form: (value: Value) => Json): Json {
  const formed = values.map(form);
  return formed.length === 1 ? (formed[0] ?? null) : formed;
}
