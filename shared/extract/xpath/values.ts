import { stringOf, type XPathNode } from './nodes.ts';

/** What an expression gives at a node: `position` of `size` nodes, from 1. */
export type At<Value> = (node: XPathNode, position: number, size: number) => Value;

/** A compiled expression. Nodes are in document order. */
export type Compiled =
  | { result: 'text'; at: At<string> }
  | { result: 'number'; at: At<number> }
  | { result: 'truth'; at: At<boolean> }
  | {
      result: 'nodes';
      at: At<XPathNode[]>;
      /** The text of the first node, where that takes less than to make nodes: `undefined` for no node. */
      textAt?: At<string | undefined>;
      /** Reads a node as text, where that is not its string-value. */
      textOf?: TextOf;
    };

export type TextOf = (node: XPathNode) => string;

/** XPath 1.0, 4.2, string(): of nodes, that of the first. */
export function asText(compiled: Compiled): At<string> {
  switch (compiled.result) {
    case 'text':
      return compiled.at;
    case 'number':
      return (...at) => formatNumber(compiled.at(...at));
    case 'truth':
      return (...at) => String(compiled.at(...at));
    case 'nodes': {
      const { textAt } = compiled;
      if (textAt !== undefined) return (node, position, size) => textAt(node, position, size) ?? '';
      const read = compiled.textOf ?? stringOf;
      return (...at) => firstText(compiled.at(...at), read);
    }
    default:
      return compiled satisfies never;
  }
}

function firstText([first]: XPathNode[], read: TextOf): string {
  return first === undefined ? '' : read(first);
}

/** 4.4, number(). */
export function asNumber(compiled: Compiled): At<number> {
  if (compiled.result === 'number') return compiled.at;
  if (compiled.result === 'truth') return (...at) => Number(compiled.at(...at));
  const text = asText(compiled);
  return (...at) => parseNumber(text(...at));
}

/** 4.3, boolean(). */
export function asTruth(compiled: Compiled): At<boolean> {
  switch (compiled.result) {
    case 'truth':
      return compiled.at;
    case 'text':
      return (...at) => compiled.at(...at) !== '';
    case 'number':
      return (...at) => Boolean(compiled.at(...at));
    case 'nodes': {
      const { textAt } = compiled;
      if (textAt !== undefined) return (node, position, size) => textAt(node, position, size) !== undefined;
      return (...at) => compiled.at(...at).length > 0;
    }
    default:
      return compiled satisfies never;
  }
}

export function asNodes(compiled: Compiled): At<XPathNode[]> {
  // `parseXPath` has refused what is none.
  if (compiled.result !== 'nodes') throw new Error(`nodes are expected, and this is a ${compiled.result}`);
  return compiled.at;
}

/** The text of each node. */
export function textsOf(compiled: Compiled): At<string[]> {
  const nodes = asNodes(compiled);
  const read = (compiled.result === 'nodes' ? compiled.textOf : undefined) ?? stringOf;
  return (...at) => nodes(...at).map(read);
}

/** Less than JavaScript takes for one: no exponent, no other base, no blank text. */
export function parseNumber(text: string): number {
  return /^[\t\n\r ]*-?(?:\d+(?:\.\d*)?|\.\d+)[\t\n\r ]*$/.test(text) ? Number(text) : Number.NaN;
}

/** 4.2: never with an exponent. */
function formatNumber(value: number): string {
  const [digits = '', exponent] = String(Math.abs(value)).split('e');
  if (exponent === undefined) return String(value + 0);
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  const all = whole + fraction;
  const text = shift < 0 ? `0.${'0'.repeat(-shift - 1)}${all}` : all.padEnd(shift + 1, '0');
  return value < 0 ? `-${text}` : text;
}
