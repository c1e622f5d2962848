import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

const sources = globSync('{shared,cli,functions,infra,library,testing}/**/*.ts', { cwd: root })
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

/** `file:line` of each match. */
function found(pattern: RegExp): string[] {
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(({ index }) => `${file}:${text.slice(0, index).split('\n').length}`),
  );
}

describe('the comments of the product', () => {
  it('are read', () => {
    expect(found(/^\s*\/\*\*/gm).length).toBeGreaterThan(3_000);
  });

  it('stand before what they describe: of two docstrings in a row one describes nothing', () => {
    expect(found(/\*\/\s*\n\s*\/\*\*/g)).toEqual([]);
  });

  it('say what they are about, without pointing at the line above', () => {
    expect(found(/^\s*(?:\/\*)?\*+ The same\b/gm)).toEqual([]);
  });

  it('are no wider than 150 characters, but in tables', () => {
    expect(found(/^(?=\s*(?:\/\*\*|\*|\/\/))(?!\s*\* \|).{151,}$/gm)).toEqual([]);
  });
});
