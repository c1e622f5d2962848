import type { ItemJsonSchema, ItemSchemas } from './item-schema.ts';
import { narrowObject } from './narrow.ts';

/** The items of a job as TypeScript: an interface for each label, and `Item`, which is any of them. */
export function typescriptOf(job: string, { labels, unknown }: ItemSchemas): string {
  const names = namesOf(Object.keys(labels));
  const interfaces = Object.entries(labels).map(([label, schema]) => {
    const [own = schema, by] = Array.isArray(schema['allOf']) ? (schema['allOf'] as ItemJsonSchema[]) : [];
    return `/** An item of pages.${label}. */\nexport interface ${names.get(label)} ${typeOf(by === undefined ? own : narrowObject(own, by), '')}\n`;
  });
  const rest = unknown.map((what) => `// Not here: ${what}.\n`).join('');
  const all = [...names.values()].join(' | ');
  return [
    `// Written by \`spinneret types\` of the job ${job}: write it again after changing the job.\n// Whole numbers beyond 2^53 are text, with all digits.\n${rest}`,
    ...interfaces,
    `/** An item of the job. */\nexport type Item = ${all === '' ? 'never' : all};\n`,
  ].join('\n');
}

/** `news-item` and `newsItem` would both be `NewsItem`: the second gets a number. */
function namesOf(labels: string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(['Item']);
  for (const label of labels) {
    const base = label.replaceAll(/(^|[-_]+)([A-Za-z0-9])/g, (_, _mark, letter: string) =>
      letter.toUpperCase(),
    );
    let name = base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}${number}`;
    taken.add(name);
    names.set(label, name);
  }
  return names;
}

function typeOf(schema: ItemJsonSchema, indent: string): string {
  return alternativesOf(schema, indent).join(' | ') || 'never';
}

function alternativesOf(schema: ItemJsonSchema, indent: string): string[] {
  const { anyOf } = schema;
  if (anyOf === undefined) return [singleOf(schema, indent)];
  // The text of a number with too many digits is in the head of the file.
  const isNumber = anyOf.some(({ type }) => type === 'number' || type === 'integer');
  const parts = anyOf.filter(({ pattern }) => pattern === undefined || !isNumber);
  return [...new Set(parts.flatMap((part) => alternativesOf(part, indent)))];
}

function singleOf(schema: ItemJsonSchema, indent: string): string {
  if (schema['const'] !== undefined) return literalOf(schema['const']);
  const type = String(schema['type']);
  if (type === 'array') {
    const entries = alternativesOf(schema.items ?? {}, indent);
    return entries.length === 1 ? `${entries[0]}[]` : `(${entries.join(' | ')})[]`;
  }
  if (type === 'object') return objectOf(schema, indent);
  return plainTypes[type] ?? 'unknown';
}

const plainTypes: Record<string, string> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** In single quotes, as most code styles have it. */
function literalOf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function objectOf({ properties, additionalProperties, required }: ItemJsonSchema, indent: string): string {
  if (properties === undefined) {
    return `Record<string, ${typeOf((additionalProperties ?? {}) as ItemJsonSchema, indent)}>`;
  }
  const within = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literalOf(name);
    const mark = Array.isArray(required) && (required as string[]).includes(name) ? '' : '?';
    const comment =
      schema['$comment'] === undefined ? '' : `${within}/** ${commentOf(schema['$comment'])} */\n`;
    return `${comment}${within}${key}${mark}: ${typeOf(schema, within)};`;
  });
  if (typeof additionalProperties === 'object') {
    lines.push(`${within}[column: string]: ${typeOfAny({ properties, additionalProperties }, within)};`);
  }
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function commentOf(text: unknown): string {
  return String(text).replaceAll('*/', '*\\/').replace(/\s+/g, ' ');
}

/** What an interface with properties of any name may have at one: the types of those that it names too. */
function typeOfAny({ properties = {}, additionalProperties }: ItemJsonSchema, indent: string): string {
  const named = Object.values(properties).map((schema) =>
    typeof schema['const'] === 'string' ? { type: 'string' } : schema,
  );
  const all = [...named, additionalProperties as ItemJsonSchema];
  return [...new Set(all.flatMap((schema) => alternativesOf(schema, indent)))].join(' | ');
}
