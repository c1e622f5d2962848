import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Over numbers, or texts from elsewhere: there is always another one. */
const open = [
  'shared/extract/feed/read-feed.ts',
  ...['end', 'head', 'start', 'table'].map((name) => `shared/extract/scan/${name}-rules.ts`),
  'shared/extract/xlsx/read-sheet.ts',
  'shared/fetch/signing/signature-base.ts',
  'shared/fetch/signing/signing-key.ts',
  'shared/job/expectations.ts',
  'shared/places/areas/geojson.ts',
];

/** Its text, to the bracket at its own depth: the code is formatted. */
function switchesOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/^( *)switch \([\s\S]*?\n\1\}/gm)].map(([text]) => text);
}

describe('every switch', () => {
  it('ends in `satisfies never`, so that a case that is added later does not compile without its own', () => {
    const files = globSync('{shared,cli,functions,infra,examples,testing}/**/*.ts', { cwd: root });
    const switches = files.flatMap((file) => switchesOf(file).map((text) => ({ file, text })));
    expect(switches.length).toBeGreaterThan(20);
    const leaving = switches.filter(
      ({ text }) => !/ default:\n +return \w+ satisfies never;\n *\}$/.test(text),
    );
    expect([...new Set(leaving.map(({ file }) => file))].sort()).toEqual(open);
  });
});
