import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandNames } from '../../cli/command-list.ts';
import { sourceSchema } from '../../shared/job/source-schema.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The text between a heading and the next one. */
function sectionOf(file: string, heading: string): string {
  const [, rest = ''] = read(file).split(`\n${heading}\n`);
  return rest.split(/\n#+ /)[0] ?? '';
}

/** Files that answer each member of a union: one does not compile when a member is added. */
function answering(union: string): string[] {
  const record = new RegExp(`(?<!Partial<)Record<${union}, |\\[\\w+ in ${union}\\](?!\\?)`);
  const files = globSync('{shared,cli,library,functions,infra}/**/*.ts', { cwd: root });
  return files.filter((file) => record.test(read(file))).sort();
}

describe('the maps of the tree', () => {
  it.each([
    ['FieldType', '### A field type'],
    ['ExportFormat', '### An export format'],
  ])('name every file that answers a %s', (union, recipe) => {
    const files = answering(union);
    expect(files).not.toEqual([]);
    const contributing = sectionOf('CONTRIBUTING.md', recipe);
    expect(files.filter((file) => !contributing.includes(`\`${file}\``))).toEqual([]);
    const architecture = sectionOf('docs/architecture.md', '## Rooms');
    expect(files.filter((file) => !architecture.includes(`\`${file.replace(/^shared\//, '')}\``))).toEqual(
      [],
    );
  });

  it('have a row for every folder of the engine, and for no other', () => {
    const rows = sectionOf('docs/architecture.md', '## Rooms').split('Inside `shared/engine`')[1] ?? '';
    const named = [...rows.matchAll(/^\| `(\w+)` \|/gm)].map(([, folder = '']) => folder);
    const folders = globSync('shared/engine/*/*.ts', { cwd: root }).map((file) => basename(dirname(file)));
    expect(named.sort()).toEqual([...new Set(folders)].sort());
  });

  it('name every source', () => {
    const [, words = ''] = /^\| source \| [^:]*: ([^|]*) \|/m.exec(read('docs/glossary.md')) ?? [];
    expect(words.split(', ').sort()).toEqual(Object.keys(sourceSchema.shape).sort());
  });

  it('name every command', () => {
    const [list = ''] = sectionOf('README.md', '## Commands').split('\nEach has');
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(commandNames);
  });

  it('name files that are there', () => {
    const paths = ['CONTRIBUTING.md', 'docs/architecture.md'].flatMap((page) =>
      [...read(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/[\w.-]+\.(?:ts|md|cjs|mjs))`/g)].map(
        ([, path = '']) => path,
      ),
    );
    const bases = ['', 'shared', 'shared/engine'];
    const isThere = (path: string) => bases.some((base) => existsSync(join(root, base, path)));
    expect(paths.length).toBeGreaterThan(50);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});
