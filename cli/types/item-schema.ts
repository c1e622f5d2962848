import { type ArticlePart, partsOf } from '../../shared/job/article-parts.ts';
import type { FieldType } from '../../shared/job/field-types.ts';
import type { Field, Job, PageRule } from '../../shared/job/schema.ts';
import type { Json } from '../../shared/model.ts';
import { searchesAreas, sourceOf } from '../../shared/sources/sources.ts';

/** A JSON Schema (draft 2020-12), as far as items need it. */
export interface ItemJsonSchema {
  [keyword: string]: Json | ItemJsonSchema | ItemJsonSchema[] | Record<string, ItemJsonSchema> | undefined;
  properties?: Record<string, ItemJsonSchema>;
  items?: ItemJsonSchema;
  anyOf?: ItemJsonSchema[];
}

/** The items of a job, one schema for each label whose fields are known. */
export interface ItemSchemas {
  /** By label. */
  labels: Record<string, ItemJsonSchema>;
  /** Labels and sources whose items are not known from the job: made by a handler, taken whole, places. */
  unknown: string[];
}

/** Of a table. */
const cell: ItemJsonSchema = { anyOf: [{ type: 'string' }, { type: 'null' }] };
/** Whole numbers beyond 2^53 are text, with all digits. */
const digits: ItemJsonSchema = { type: 'string', pattern: '^-?[0-9]{16,}$' };

/** What a field of each type has in an item. */
const byType: Record<FieldType, ItemJsonSchema> = {
  string: { type: 'string' },
  number: { anyOf: [{ type: 'number' }, digits] },
  integer: { anyOf: [{ type: 'integer' }, digits] },
  quantity: objectOf({
    value: { anyOf: [{ type: 'number' }, digits] },
    unit: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  }),
  boolean: { type: 'boolean' },
  date: { type: 'string', description: 'ISO 8601: a year, a month, a week, a day or a time.' },
  url: { type: 'string', format: 'uri' },
};

/** The schemas of the items that a job gives, as exports write them. */
export function itemSchemasOf(job: Job): ItemSchemas {
  const labels: Record<string, ItemJsonSchema> = {};
  const unknown: string[] = [];
  for (const [label, rule] of Object.entries(job.pages)) {
    if (rule.handler !== undefined) unknown.push(`${label}: a handler makes its items`);
    else if (Object.keys(rule.fields).length > 0) labels[label] = itemSchemaOf(job, label, rule);
    else if (rule.rows !== undefined) labels[label] = itemSchemaOfRows(label, rule);
    else if (settingsFor(job, label).some((settings) => 'items' in settings)) {
      unknown.push(`${label}: items are taken whole`);
    }
  }
  if (searchesAreas(job)) unknown.push('places: see docs/places.md');
  return { labels, unknown };
}

function itemSchemaOf(job: Job, label: string, rule: PageRule): ItemJsonSchema {
  const keys = [rule.key ?? []].flat();
  const fields = Object.fromEntries(
    Object.entries(rule.fields).map(([name, field]) => [
      name,
      valueSchemaOf(keys.includes(name) ? { ...field, required: true } : field),
    ]),
  );
  const own = objectOf({
    _item: { const: rule.item ?? label },
    _url: { type: 'string', format: 'uri' },
    ...parentFields(job, label),
    ...fields,
  });
  if (typeof rule.schema !== 'object') return own;
  return { allOf: [own, withFacts(label, rule.schema as ItemJsonSchema)] };
}

/** The schema of a label is one of fields; of an item, which has more than those, it may allow no other properties. */
function withFacts(label: string, schema: ItemJsonSchema): ItemJsonSchema {
  // An identifier of its own keeps the references within it.
  const $id = `urn:spinneret:pages.${label}.schema`;
  const isClosed = (schema.additionalProperties ?? schema['unevaluatedProperties']) !== undefined;
  return {
    $id,
    ...schema,
    ...(isClosed ? { properties: { _item: {}, _url: {}, ...schema.properties } } : {}),
  };
}

/** A row that is taken whole. */
function itemSchemaOfRows(label: string, rule: PageRule): ItemJsonSchema {
  const facts: Record<string, ItemJsonSchema> = {
    _item: { const: rule.item ?? label },
    _url: { type: 'string', format: 'uri' },
    _table: { type: 'integer' },
    _caption: cell,
    _heading: cell,
  };
  return { type: 'object', properties: facts, required: Object.keys(facts), additionalProperties: cell };
}

/** What requests that were made of items keep of them (`each.with`). */
function parentFields(job: Job, label: string): Record<string, ItemJsonSchema> {
  const kept = settingsFor(job, label).flatMap((settings) =>
    'each' in settings && settings.each !== undefined ? [settings.each] : [],
  );
  return Object.fromEntries(
    kept.flatMap(({ from, with: names = [] }) =>
      names.map((name) => {
        const field = job.pages[from]?.fields[name];
        return [name, field === undefined ? {} : valueSchemaOf(field)];
      }),
    ),
  );
}

/** The settings of all sources that name the label. */
function settingsFor({ sources }: Job, label: string) {
  return sources
    .map((source) => sourceOf(source).settings)
    .filter((settings) => 'label' in settings && settings.label === label);
}

function objectOf(properties: Record<string, ItemJsonSchema>): ItemJsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** `null` where the page has no value; a required field has a value in every complete item. */
function valueSchemaOf(field: Field): ItemJsonSchema {
  if (field.constant !== undefined) return { const: field.constant };
  const one = singleOf(field);
  if (field.list) {
    const list: ItemJsonSchema = { type: 'array', items: field.fields === undefined ? orNull(one) : one };
    return (field.default ?? null) === null ? list : { anyOf: [list, { const: field.default ?? null }] };
  }
  if (field.required) return one;
  if (field.default === undefined || field.default === null) return orNull(one);
  return isAny(one) ? one : { anyOf: [...alternativesOf(one), { const: field.default }] };
}

function orNull(schema: ItemJsonSchema): ItemJsonSchema {
  return isAny(schema) ? schema : { anyOf: [...alternativesOf(schema), { type: 'null' }] };
}

function alternativesOf(schema: ItemJsonSchema): ItemJsonSchema[] {
  return Object.keys(schema).length === 1 && schema.anyOf !== undefined ? schema.anyOf : [schema];
}

function isAny(schema: ItemJsonSchema): boolean {
  return Object.keys(schema).length === 0;
}

function singleOf(field: Field): ItemJsonSchema {
  if (field.fields !== undefined) {
    const object = objectOf(
      Object.fromEntries(Object.entries(field.fields).map(([name, inner]) => [name, valueSchemaOf(inner)])),
    );
    return field.table === 'rows' ? { type: 'array', items: object } : object;
  }
  const row: ItemJsonSchema = { type: 'object', additionalProperties: cell };
  if (field.table === 'rows') return { type: 'array', items: row };
  if (field.table === 'pairs') return row;
  if (field.page === 'status' || field.page === 'depth') return { type: 'integer' };
  if (field.article !== undefined && typeof field.article !== 'string') return articleOf(field.article);
  if (field.transform !== undefined) return {};
  if (field.type !== undefined) return byType[field.type];
  if (field.article !== undefined) return schemaOfPart(field.article);
  return isOfAnyKind(field) ? {} : { type: 'string' };
}

/** Data of a page, whose values may be of any kind; those of Open Graph are texts, and so is what a regex finds. */
function isOfAnyKind({ path, jsonld, microdata, rdfa, script, structured, from, regex }: Field): boolean {
  if (regex !== undefined) return false;
  return (path ?? jsonld ?? microdata ?? rdfa ?? script ?? structured ?? from) !== undefined;
}

function articleOf(choice: true | ArticlePart[]): ItemJsonSchema {
  return objectOf(Object.fromEntries(partsOf(choice).map((part) => [part, orNull(schemaOfPart(part))])));
}

function schemaOfPart(part: ArticlePart): ItemJsonSchema {
  return part === 'wordCount' ? { type: 'integer' } : { type: 'string' };
}

/** One schema for all items of a job. */
export function jobItemSchema(job: Job, { labels }: ItemSchemas): ItemJsonSchema {
  const $defs = Object.fromEntries(Object.entries(labels).map(([label, schema]) => [label, schema]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Items of the job ${job.name}`,
    anyOf: Object.keys(labels).map((label) => ({ $ref: `#/$defs/${label}` })),
    $defs,
  };
}
