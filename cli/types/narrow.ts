import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../shared/model.ts';
import type { ItemJsonSchema } from './item-schema.ts';

/** Schemas refer to themselves; so deep is what TypeScript is written of. */
const maxDepth = 16;
/** What a type of TypeScript does not say of a value. */
const noted =
  'format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems'.split(
    ' ',
  );

/**
 * What both schemas allow, as far as types of TypeScript can tell: of `own`, which a job makes of a field, and of what the schema of its
 * label narrows it to. What they cannot tell, such as `minimum`, is in `$comment`.
 */
export function narrow(
  own: ItemJsonSchema,
  by: ItemJsonSchema,
  root: ItemJsonSchema = by,
  depth = 0,
): ItemJsonSchema {
  if (depth > maxDepth) return own;
  const wanted = alternativesOf(by, root);
  const pairs = alternativesOf(own, own).flatMap((one) => wanted.map((other) => [one, other] as const));
  const met = pairs
    .map(([one, other]) => meet(one, other, root, depth))
    .filter((one): one is ItemJsonSchema => one !== undefined);
  const apart = met.filter((one, index) => met.findIndex((other) => isDeepStrictEqual(one, other)) === index);
  const note = noteOf(resolve(by, root));
  return { anyOf: apart, ...(note === '' ? {} : { $comment: note }) };
}

/** The items of a label by the schema of it; what it says of other properties than the job's says nothing of the items. */
export function narrowObject(own: ItemJsonSchema, by: ItemJsonSchema): ItemJsonSchema {
  const [one = own] = narrow(own, by).anyOf ?? [];
  return one;
}

/** Each of one type, a constant, or of any type. */
function alternativesOf(written: ItemJsonSchema, root: ItemJsonSchema): ItemJsonSchema[] {
  const schema = resolve(written, root);
  const { anyOf, oneOf, type, allOf } = schema;
  const listed: unknown = schema['enum'];
  if (Array.isArray(listed)) return (listed as Json[]).map((value) => ({ const: value }));
  if (schema['const'] !== undefined) return [schema];
  const parts = anyOf ?? (oneOf as ItemJsonSchema[] | undefined);
  if (parts !== undefined) return parts.flatMap((part) => alternativesOf(part, root));
  if (Array.isArray(allOf)) {
    const { allOf: _, ...rest } = schema;
    return (allOf as ItemJsonSchema[]).reduce(
      (all, part) => all.flatMap((one) => narrow(one, part, root, maxDepth - 1).anyOf ?? []),
      alternativesOf(rest, root),
    );
  }
  if (Array.isArray(type)) return (type as Json[]).map((one) => ({ ...schema, type: one }));
  return [schema];
}

function resolve(schema: ItemJsonSchema, root: ItemJsonSchema): ItemJsonSchema {
  let found: unknown = schema;
  for (let steps = 0; steps < maxDepth; steps++) {
    const reference = (found as ItemJsonSchema | undefined)?.['$ref'];
    if (typeof reference !== 'string') break;
    const keys = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
    found = keys.reduce<unknown>(
      (inner, key) =>
        (inner as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      root,
    );
  }
  return typeof found === 'object' && found !== null ? (found as ItemJsonSchema) : {};
}

/** `undefined` where no value is of both. */
function meet(
  own: ItemJsonSchema,
  by: ItemJsonSchema,
  root: ItemJsonSchema,
  depth: number,
): ItemJsonSchema | undefined {
  if (isAny(own))
    return by['const'] === undefined && by['type'] === 'object'
      ? meetOpen(by, root, depth)
      : openOf(by, root, depth);
  if (own['const'] !== undefined || by['const'] !== undefined) return meetConstant(own, by);
  const types = [own['type'], by['type'] ?? own['type']];
  if (types.includes('integer') && types.includes('number')) return { type: 'integer' };
  if (types[0] !== types[1]) return undefined;
  if (own['type'] === 'array')
    return { ...own, items: narrow(own.items ?? {}, by.items ?? {}, root, depth + 1) };
  return own['type'] === 'object' ? meetObjects(own, by, root, depth) : own;
}

function meetConstant(own: ItemJsonSchema, by: ItemJsonSchema): ItemJsonSchema | undefined {
  const [constant, other] = own['const'] === undefined ? [by, own] : [own, by];
  const value = constant['const'] ?? null;
  return isOf(value, other) ? { const: value } : undefined;
}

function isOf(value: unknown, { type, pattern, const: other }: ItemJsonSchema): boolean {
  if (other !== undefined) return isDeepStrictEqual(value, other);
  if (type !== undefined && !typesOf(value).includes(String(type))) return false;
  return typeof value !== 'string' || pattern === undefined || new RegExp(String(pattern), 'u').test(value);
}

function typesOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return typeof value === 'number' && Number.isInteger(value) ? ['number', 'integer'] : [typeof value];
}

function meetObjects(
  own: ItemJsonSchema,
  { properties: wanted = {} }: ItemJsonSchema,
  root: ItemJsonSchema,
  depth: number,
): ItemJsonSchema {
  if (own.properties === undefined) return own;
  const properties = Object.entries(own.properties).map(([name, schema]) => {
    const by = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    return [name, by === undefined ? schema : narrow(schema, by, root, depth + 1)];
  });
  return { ...own, properties: Object.fromEntries(properties) };
}

/** A value that the schema alone tells of. */
function openOf(by: ItemJsonSchema, root: ItemJsonSchema, depth: number): ItemJsonSchema {
  if (by['const'] !== undefined) return { const: by['const'] };
  const { type } = by;
  if (type === undefined) return {};
  return type === 'array' ? { type, items: narrow({}, by.items ?? {}, root, depth + 1) } : { type };
}

/** An object of which the schema alone knows what is in it. */
function meetOpen(by: ItemJsonSchema, root: ItemJsonSchema, depth: number): ItemJsonSchema {
  const properties = Object.entries(by.properties ?? {}).map(([name, schema]) => [
    name,
    narrow({}, schema, root, depth + 1),
  ]);
  return by.properties === undefined ? by : { ...by, properties: Object.fromEntries(properties) };
}

function isAny(schema: ItemJsonSchema): boolean {
  return Object.keys(schema).length === 0;
}

function noteOf(schema: ItemJsonSchema): string {
  const { description } = schema;
  const limits = noted.filter((keyword) => schema[keyword] !== undefined);
  const texts = limits.map((keyword) => `${keyword} ${String(schema[keyword])}`);
  return [...(typeof description === 'string' ? [description] : []), ...texts].join('; ');
}
