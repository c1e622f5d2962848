/** What is read of a JSON Schema here. */
export interface Schema {
  $ref?: string;
  if?: Schema;
  then?: Schema;
  else?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | boolean;
  definitions?: Record<string, Schema>;
}

/** The keys that a schema knows, as sorted paths: `sources[].rest.url`, `pages.*.fields.*.select`. What refers to itself is entered once. */
export function keysOf(root: Schema): string[] {
  const keys = new Set<string>();
  const visit = (schema: Schema | boolean | undefined, path: string, entered: readonly string[]): void => {
    if (typeof schema !== 'object') return;
    const { $ref, properties = {}, additionalProperties, items } = schema;
    const name = $ref?.split('/').at(-1);
    if (name !== undefined && !entered.includes(name)) {
      visit(root.definitions?.[name], path, [...entered, name]);
    }
    const { anyOf = [], oneOf = [], allOf = [] } = schema;
    for (const part of [...anyOf, ...oneOf, ...allOf, schema.then, schema.else]) visit(part, path, entered);
    for (const [key, value] of Object.entries(properties)) {
      const own = path === '' ? key : `${path}.${key}`;
      keys.add(own);
      visit(value, own, entered);
    }
    visit(items, `${path}[]`, entered);
    visit(additionalProperties, `${path}.*`, entered);
  };
  visit(root, '', []);
  return [...keys].sort();
}
