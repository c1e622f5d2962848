import type { Json } from '../../model.ts';
import { type PathStep, parseJsonPath } from '../../schema/json-path-syntax.ts';
import { repeatedAt } from '../json/repeated-keys.ts';
import { type Graph, isNode } from './graph.ts';

/**
 * Reads all values at a path of a graph, in the order of the page. `onRepeated` is called with what was not kept of a key on the way
 * that its object has several times.
 */
export type GraphPath = (graph: Graph, onRepeated?: OnRepeated) => Json[];

type OnRepeated = (other: string) => void;

/**
 * Compiles a path into a graph, such as `offers.price` or `Product.offers.price`: as `compileJsonPath`, but lists are gone
 * through, references by `@id` followed, names read without their vocabulary (`schema:price`), and values and lists that are
 * written as objects (`@value`, `@list`) taken from these. A first name in upper case is a type, unless things have a property of that name: what
 * follows is read from the things of that type, at whatever depth; without a type, from those at the top. Throws SyntaxError.
 */
export function compileGraphPath(path: string): GraphPath {
  const steps = parseJsonPath(path);
  const [first, ...rest] = steps;
  const type =
    typeof first === 'object' && 'key' in first && /^\p{Lu}/u.test(first.key) ? first.key : undefined;
  return (graph, onRepeated) => {
    const found = type === undefined ? [] : readAll(graph.ofType(type), rest, graph, onRepeated);
    return found.length > 0 ? found : readAll(graph.things, steps, graph, onRepeated);
  };
}

function readAll(things: Json[], steps: PathStep[], graph: Graph, onRepeated?: OnRepeated): Json[] {
  const found = steps.reduce(
    (values, step) => values.flatMap((value) => advance(value, step, graph, onRepeated)),
    things,
  );
  return found
    .flat()
    .map((value) => plainOf(graph.resolve(value)))
    .filter((value) => value !== null);
}

/** A property that every value has once has no list; an index counts in what the property has. */
function advance(value: Json, step: PathStep, graph: Graph, onRepeated?: OnRepeated): Json[] {
  if (step === 'each') return Array.isArray(value) ? value : [value];
  if ('index' in step) return [(Array.isArray(value) ? value : [value]).at(step.index) ?? null];
  const holders = Array.isArray(value) ? value : [value];
  return holders.flatMap((holder) => propertyOf(graph.resolve(holder), step.key, graph, onRepeated) ?? []);
}

function propertyOf(
  holder: Json,
  name: string,
  { nameOf }: Graph,
  onRepeated?: OnRepeated,
): Json[] | undefined {
  if (!isNode(holder)) return undefined;
  const key = Object.hasOwn(holder, name) ? name : Object.keys(holder).find((own) => nameOf(own) === name);
  const value = key === undefined ? undefined : holder[key];
  const other = key === undefined || onRepeated === undefined ? undefined : repeatedAt(holder, key);
  if (other !== undefined) onRepeated?.(other);
  // Kept as one value, so that an index after the name counts in it.
  return value === undefined || value === null ? undefined : [listOf(value)];
}

/** JSON-LD 1.1, 9.7: list objects. */
function listOf(value: Json): Json {
  const [only = value, ...others] = Array.isArray(value) ? value : [];
  const { '@list': list } = isNode(only) && others.length === 0 ? only : {};
  return Array.isArray(list) ? list : value;
}

/** JSON-LD 1.1, 9.5: value objects. */
function plainOf(value: Json): Json {
  if (!isNode(value)) return value;
  const { '@value': plain } = value;
  return plain ?? value;
}
