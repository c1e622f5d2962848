import { describe, expect, it } from 'vitest';
import { findSchemaMistakes } from '../../shared/schema/json-schema.ts';

describe('findSchemaMistakes', () => {
  it.each<[string, unknown]>([
    ['nothing but an annotation', { title: 'x', 'x-own': { type: 'sting' } }],
    [
      'schemas of all kinds',
      { properties: { a: { type: ['string', 'null'] } }, items: false, allOf: [true, { minimum: 1 }] },
    ],
    ['a reference within it', { $ref: '#/$defs/a', $defs: { a: { pattern: '^a+$' } } }],
    ['properties that are named like keywords', { properties: { type: { type: 'string' }, pattern: {} } }],
  ])('finds none in %s', (_, schema) => {
    expect(findSchemaMistakes(schema)).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    ['text', '', 'a JSON Schema'],
    [{ type: 'sting' }, 'type', 'one of string, number'],
    [{ properties: { a: { type: ['string', 'nul'] } } }, 'properties.a.type', 'one of string'],
    [{ properties: ['a'] }, 'properties', 'schemas by name'],
    [{ anyOf: { type: 'string' } }, 'anyOf', 'a list of schemas'],
    [{ items: { pattern: '(' } }, 'items.pattern', 'a regular expression ('],
    [{ items: { pattern: '^(a+)+$' } }, 'items.pattern', 'linear time'],
    [{ patternProperties: { '^(a|a)*$': {} } }, 'patternProperties.^(a|a)*$', 'linear time'],
    [{ $ref: 'https://schema.example/book' }, '$ref', 'nothing is fetched'],
    [{ required: 'isbn' }, 'required', 'a list of names'],
    [{ properties: { a: { minimum: '5' } } }, 'properties.a.minimum', 'a number'],
    [{ enum: 'a' }, 'enum', 'a list of values'],
  ])('finds in %j, at %s', (schema, path, expected) => {
    const [mistake, ...others] = findSchemaMistakes(schema);
    expect(others).toEqual([]);
    expect(mistake?.path.join('.')).toBe(path);
    expect(mistake?.expected).toContain(expected);
  });

  it('ends in a schema of any depth', () => {
    let schema: object = {};
    for (let depth = 0; depth < 10_000; depth += 1) schema = { not: schema };
    expect(findSchemaMistakes(schema)).toHaveLength(1);
  });
});
