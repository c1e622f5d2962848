import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The files that export a type of each name. A type that is only exported on by another file is declared once. */
function declarationsByName(): Map<string, string[]> {
  const declaration = /^export (?:declare |abstract )*(?:interface|type|class|enum) (\w+)/gm;
  const files = globSync('{shared,cli,functions,infra,library}/**/*.ts', { cwd: root }).sort();
  const declarations = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(declaration)].map(([, name = '']) => ({
      name,
      file,
    })),
  );
  return new Map(
    [...Map.groupBy(declarations, ({ name }) => name)].map(([name, all]) => [
      name,
      all.map(({ file }) => file),
    ]),
  );
}

describe('the name of an exported type', () => {
  it('is declared once in the product, so that whoever searches for it finds one meaning', () => {
    const declared = declarationsByName();
    expect(declared.size).toBeGreaterThan(500);
    const clashes = [...declared].filter(([, files]) => files.length > 1);
    expect(clashes.map(([name, files]) => `${name}: ${files.join(', ')}`)).toEqual([]);
  });
});

it('no retired word of the glossary is used, in code, comments or messages', () => {
  const retired = /\b(?:told(?! apart)|patiently|concealments?|surroundings)\b|\b(?:most|shortest)[A-Z]\w*/g;
  const files = globSync('{shared,cli,functions,infra,library}/**/*.ts', { cwd: root });
  const found = files.flatMap((file) =>
    (readFileSync(join(root, file), 'utf8').match(retired) ?? []).map((word) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});
