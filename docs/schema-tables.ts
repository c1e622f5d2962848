/** The parts of JSON Schema that z.toJSONSchema writes for this project's schemas. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  definitions?: Record<string, JsonSchema>;
  $ref?: string;
}

/**
 * A heading, a description and a table of keys for a mapping, then the same for every mapping below
 * it. `path` is how the mapping is reached from the document, `''` for the document itself.
 */
export function describeMapping(schema: JsonSchema, path: string, title = `\`${path}\``): string[] {
  const lines = [`### ${title}`, ''];
  if (schema.description !== undefined) lines.push(schema.description, '');
  const rows = [['key', 'value', 'default', 'meaning']];
  const below: string[] = [];
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(key) ?? false;
    rows.push(row(key, value, isRequired));
    for (const inner of mappingsIn(value, path === '' ? key : `${path}.${key}`)) {
      below.push(...describeMapping(inner.schema, inner.path, inner.title));
    }
  }
  return [...lines, ...table(rows), '', ...below];
}

/** A Markdown table; the first row is its head. Cells are not padded: one word would change every line of its table. */
export function table(rows: string[][]): string[] {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const [head = [], ...body] = escaped;
  return [line(head), line(head.map(() => '---')), ...body.map(line)];
}

function row(key: string, schema: JsonSchema, isRequired: boolean): string[] {
  const fallback = isRequired ? '**required**' : describeDefault(schema);
  return [`\`${key}\``, describeType(schema, key), fallback, schema.description ?? ''];
}

function describeDefault({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '';
  return value === '' ? 'empty' : `\`${JSON.stringify(value)}\``;
}

function describeType(schema: JsonSchema, key: string): string {
  if (schema.$ref !== undefined) return '[field](#fields)';
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map((each) => describeType(each, key)))].join(' or ');
  if (schema.items) return `list of ${describeType(schema.items, '').replace(' or ', ' / ')}`;
  if (schema.additionalProperties && typeof schema.additionalProperties === 'object') {
    return `mapping of name to ${describeType(schema.additionalProperties, '')}`;
  }
  return [schema.type]
    .flat()
    .map((type) => describeScalar(type ?? '', schema, key))
    .join(', ');
}

const words: Record<string, string> = { string: 'text', boolean: '`true`, `false`', object: 'mapping' };

function describeScalar(type: string, schema: JsonSchema, key: string): string {
  if (type !== 'integer') return words[type] ?? type;
  const unit = /(Ms|Bytes)$/.exec(key)?.[1] === 'Ms' ? ' (ms)' : key.endsWith('Bytes') ? ' (bytes)' : '';
  return `whole number${unit}${describeRange(schema)}`;
}

function describeRange({ minimum, maximum }: JsonSchema): string {
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (to !== undefined) return `, ${minimum ?? 0} to ${to}`;
  return minimum === undefined ? '' : `, at least ${minimum}`;
}

interface Below {
  schema: JsonSchema;
  path: string;
  title?: string;
}

/** Mappings with keys of their own that a value may hold. Fields are described once, elsewhere. */
function mappingsIn(schema: JsonSchema, path: string): Below[] {
  if (schema.properties) return [{ schema, path }];
  if (schema.items) return mappingsIn(withDescription(schema.items, schema), `${path}[]`);
  if (schema.oneOf) return schema.oneOf.flatMap((each) => variant(each, path));
  if (schema.anyOf) return schema.anyOf.flatMap((each) => mappingsIn(each, path));
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? mappingsIn(additionalProperties, `${path}.<name>`) : [];
}

function withDescription(schema: JsonSchema, { description }: JsonSchema): JsonSchema {
  return schema.description !== undefined || description === undefined ? schema : { ...schema, description };
}

function variant(schema: JsonSchema, path: string): Below[] {
  const [key, value] =
    Object.entries(schema.properties ?? {}).find(([, each]) => each.const !== undefined) ?? [];
  return [{ schema, path, title: `\`${path}\` with \`${key}: ${String(value?.const)}\`` }];
}
