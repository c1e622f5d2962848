import { judgeRegex } from '../patterns/compile-regex.ts';

/** A JSON Schema (draft 2020-12), as far as what checks it here is concerned. */
export type ItemSchema = { [keyword: string]: unknown };

/** A mistake in a schema, with its keys from the top. */
export interface SchemaMistake {
  path: (string | number)[];
  /** What was expected there. */
  expected: string;
}

const typeNames = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Keywords with one schema, a list of them, and schemas by name (JSON Schema 2020-12, core 10, validation). */
const ofOne = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const ofMany = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const byName = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

/**
 * The mistakes by which a schema would mean something else than it says, or could not be applied: a type that is none, a
 * regular expression that is none or may explode, a reference that leads out of it. Unknown keywords are allowed, as the
 * standard has it.
 */
export function findSchemaMistakes(schema: unknown, path: SchemaMistake['path'] = []): SchemaMistake[] {
  if (typeof schema === 'boolean' && path.length > 0) return [];
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return [{ path, expected: 'a JSON Schema' }];
  }
  if (path.length > maxDepth) return [{ path, expected: 'a schema of no such depth' }];
  const keywords = schema as ItemSchema;
  return Object.entries(keywords).flatMap(([keyword, value]): SchemaMistake[] => {
    const at = [...path, keyword];
    if (ofOne.includes(keyword)) return findSchemaMistakes(value, at);
    if (ofMany.includes(keyword)) return mistakesInList(value, at);
    if (byName.includes(keyword)) return mistakesByName(keyword, value, at);
    const expected = expectationOf(keyword, value);
    return expected === undefined ? [] : [{ path: at, expected }];
  });
}

const maxDepth = 64;

function mistakesInList(value: unknown, at: SchemaMistake['path']): SchemaMistake[] {
  if (!Array.isArray(value)) return [{ path: at, expected: 'a list of schemas' }];
  return value.flatMap((schema, index) => findSchemaMistakes(schema, [...at, index]));
}

function mistakesByName(keyword: string, value: unknown, at: SchemaMistake['path']): SchemaMistake[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path: at, expected: 'schemas by name' }];
  }
  return Object.entries(value).flatMap(([name, schema]) => {
    const path = [...at, name];
    const expected = keyword === 'patternProperties' ? expectationOf('pattern', name) : undefined;
    return [...(expected === undefined ? [] : [{ path, expected }]), ...findSchemaMistakes(schema, path)];
  });
}

/** What the value of a keyword should be, where it is not. */
function expectationOf(keyword: string, value: unknown): string | undefined {
  const check = checks[keyword] ?? (isBound.test(keyword) ? checkNumber : undefined);
  return check?.(value);
}

const isBound = /^(min|max|exclusiveM|multipleOf)/;

const checks: Record<string, (value: unknown) => string | undefined> = {
  type: (value) =>
    [value].flat().every((name) => typeNames.includes(String(name)))
      ? undefined
      : `one of ${typeNames.join(', ')}`,
  required: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string') ? undefined : 'a list of names',
  enum: (value) => (Array.isArray(value) ? undefined : 'a list of values'),
  pattern: (value) => (typeof value === 'string' ? expectedRegex(value) : 'a regular expression'),
  $ref: checkReference,
  $dynamicRef: checkReference,
};

function checkReference(value: unknown): string | undefined {
  if (typeof value === 'string' && value.startsWith('#')) return undefined;
  return 'a reference within the schema, such as #/$defs/price: nothing is fetched';
}

function checkNumber(value: unknown): string | undefined {
  return typeof value === 'number' ? undefined : 'a number';
}

/** The validator has JavaScript's engine alone, so that what would go through RE2 elsewhere is refused. */
function expectedRegex(source: string): string | undefined {
  try {
    new RegExp(source, 'u');
  } catch (error) {
    return `a regular expression (${error instanceof Error ? error.message : String(error)})`;
  }
  return judgeRegex(source).mayExplode ? 'a regular expression that takes linear time' : undefined;
}
