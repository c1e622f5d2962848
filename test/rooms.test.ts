import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportFormats } from '../shared/job/export-formats.ts';
import { fieldTypeNames } from '../shared/job/field-types.ts';
import { sourceSchema } from '../shared/job/source-schema.ts';

const root = join(import.meta.dirname, '..');

/** Folders of the table "Rooms" in docs/architecture.md, and what each may import of the others. */
const vocabulary = [
  'shared/model.ts',
  'shared/errors.ts',
  'shared/error-codes.ts',
  'shared/exact-json.ts',
  'shared/gunzip-stream.ts',
  'shared/own-files.ts',
  'shared/is-process-alive.ts',
];
const allowed = readTable();

interface Import {
  file: string;
  target: string;
  from: string;
  to: string;
}

const imports = globSync('{shared,cli,library,functions,infra,examples,testing,docs}/**/*.ts', {
  cwd: root,
}).flatMap(importsOf);

/** Relative imports and re-exports, those of types and those by `import()` included. */
function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  const specifiers = source.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'(\.[^']+)'/gm);
  return [...specifiers].map(([, specifier = '']) => {
    const target = relative(root, join(root, dirname(file), specifier));
    return { file, target, from: roomOf(file), to: roomOf(target) };
  });
}

function roomOf(path: string): string {
  if (vocabulary.includes(path)) return 'vocabulary';
  const rooms = [...allowed.keys()].filter((room) => isIn(room, path));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? (path.split('/')[0] || path);
}

/** A room is a folder, or the files of a pattern, such as those that each of several folders has. */
function isIn(room: string, path: string): boolean {
  const pattern = room.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return new RegExp(room.endsWith('.ts') ? `^${pattern}$` : `^${pattern}/`).test(path);
}

function readTable(): Map<string, string> {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [, section = ''] = page.split('\n## Rooms\n');
  const rooms = new Map<string, string>();
  for (const row of (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'))) {
    const [, folders = '', , mayImport = ''] = row.split('|').map((cell) => cell.trim());
    for (const [, folder = ''] of folders.matchAll(/`([^`]+)`/g)) {
      if (!vocabulary.some((file) => file.endsWith(folder))) rooms.set(folder, mayImport);
    }
  }
  return rooms;
}

/** The rooms that a cell names, in the table's words. */
function roomsNamed(room: string, cell: string): string[] {
  const order = [...allowed.keys()];
  const above = order.slice(0, order.indexOf(room));
  if (cell === 'nothing') return [];
  if (cell === 'everything') return ['vocabulary', ...order];
  if (cell === 'all of the above') return ['vocabulary', ...above];
  const shared = order.filter((known) => known.startsWith('shared/'));
  const named = cell.split(',').map((word) => word.trim().replace(/'s \w+$/, ''));
  return [
    'vocabulary',
    ...named.flatMap((word) =>
      word === 'shared'
        ? shared
        : (order.find((known) => known === word || known === `shared/${word}`) ?? []),
    ),
  ];
}

/** What a file of a source adds to the kinds of requests. */
function kindsOf(file: string): string[] {
  const [, body = ''] = /interface RequestKinds \{([^}]*)/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  return [...body.matchAll(/^\s+(\w+): /gm)].map(([, kind = '']) => kind);
}

function outside(list: Import[]): string[] {
  return list.map(({ file, to }) => `${file} imports ${to}`);
}

describe('the rooms of docs/architecture.md', () => {
  it('are all there, and there is no other', () => {
    expect([...allowed.keys()]).toContain('shared/engine');
    const folders = globSync('shared/**/*.ts', { cwd: root }).map(roomOf);
    expect([...new Set(folders)].sort()).toEqual(
      ['vocabulary', ...allowed.keys()]
        .filter((room) => room === 'vocabulary' || room.startsWith('shared/'))
        .sort(),
    );
  });

  it.each([...allowed])('%s imports only: %s', (room, cell) => {
    const known = new Set([room, ...roomsNamed(room, cell)]);
    const foreign = imports.filter(({ from, to }) => from === room && !known.has(to));
    expect(outside(foreign)).toEqual([]);
  });

  it('let export and observe know no more of the engine than its counts', () => {
    const readers = imports.filter(({ from, to }) => /export|observe/.test(from) && to === 'shared/engine');
    expect(new Set(readers.map(({ target }) => target))).toEqual(new Set(['shared/engine/counts.ts']));
  });

  it('name no source and none of its kinds of requests, but in its own folder and in the lists', () => {
    const sources = Object.keys(sourceSchema.shape);
    const kinds = globSync('shared/sources/*/**/*kind*.ts', { cwd: root }).flatMap(kindsOf);
    expect(sources).toContain('places');
    expect(kinds).toContain('cell');
    // A job has `urls` of its own, and links and sheets have them, too.
    const settings = sources.filter((name) => name !== 'urls').join('|');
    const ways = [
      `sources/(${sources.join('|')})/`,
      `(=== |!== |\\bkind: |\\bcase )'(${[...sources, ...kinds].join('|')})'`,
      `['\`](${kinds.join('|')}):`,
      `(?<!\\.|accuracy)\\.(${settings})\\b(?! *\\()`,
      `\\(\\{ (${settings})( = [^}]*)?(: \\w+)? \\}`,
      `\\b(${sources.join('|')}): \\{ (list|url|start)\\b`,
    ];
    const naming = globSync('{cli,functions,library,shared/{engine,export,extract,observe,stores}}/**/*.ts', {
      cwd: root,
    }).flatMap((file) => {
      const source = readFileSync(join(root, file), 'utf8').replaceAll(/^ *(?:\*|\/\*\*|\/\/).*/gm, '');
      return ways.filter((way) => new RegExp(way).test(source)).map((way) => `${file}: ${way}`);
    });
    expect(naming).toEqual([]);
  });

  it('name no kind of request in the engine, the stores and what reads their results', () => {
    const kinds = globSync('shared/sources/**/*kind*.ts', { cwd: root }).flatMap(kindsOf);
    expect(kinds).toContain('cell');
    const named = new RegExp(`\\bkind(: | === | !== )'(${['page', 'seed', ...kinds].join('|')})'`);
    const files = globSync('{shared/{engine,stores,export,extract,observe},functions}/**/*.ts', {
      cwd: root,
    });
    const naming = files.filter((file) => named.test(readFileSync(join(root, file), 'utf8')));
    expect(naming).toEqual([]);
  });

  it('compare no format of files and no type of fields by its name', () => {
    const others = exportFormats.filter((name) => name !== 'jsonl').join('|');
    const types = fieldTypeNames.filter((name) => name !== 'string').join('|');
    const named = [
      { of: '{shared/{export,job},functions,cli}/**/*.ts', by: `(=== |!== |includes\\()'(${others})'` },
      { of: 'shared/{extract,job}/**/*.ts', by: `\\btype (===|!==) '(${types})'` },
    ];
    const naming = named.flatMap(({ of, by }) =>
      globSync(of, { cwd: root }).filter((file) =>
        new RegExp(by).test(readFileSync(join(root, file), 'utf8')),
      ),
    );
    // It is about the types of JSON Schema.
    expect(naming).toEqual(['shared/job/expectations.ts']);
  });

  it('share words that import nothing but each other', () => {
    expect(outside(imports.filter(({ from, to }) => from === 'vocabulary' && to !== 'vocabulary'))).toEqual(
      [],
    );
  });

  it('keep the stores for those who wire the parts', () => {
    const callers = imports.filter(({ from, to }) => to.startsWith('shared/stores/') && from !== to);
    const isWiring = (room: string) => ['cli', 'library', 'functions', 'shared/local-run'].includes(room);
    expect(callers.map(({ from }) => from).filter((from) => !isWiring(from))).toEqual([]);
    expect(callers).not.toEqual([]);
  });

  it('never reach from shared/ into what calls it', () => {
    const upwards = imports.filter(
      ({ from, to }) => /^(shared|vocabulary)/.test(from) && !/^(shared|vocabulary)/.test(to),
    );
    expect(outside(upwards)).toEqual([]);
  });

  it('leave the demo shop to itself', () => {
    expect(outside(imports.filter(({ from, to }) => from === 'testing/demo-shop' && to !== from))).toEqual(
      [],
    );
  });

  it('have no circle between files, types included', () => {
    const targets = Map.groupBy(imports, ({ file }) => file);
    const reach = (from: string): Set<string> => {
      const seen = new Set<string>();
      const open = [from];
      for (let file = open.pop(); file !== undefined; file = open.pop()) {
        for (const { target } of targets.get(file) ?? []) {
          if (!seen.has(target)) open.push(target);
          seen.add(target);
        }
      }
      return seen;
    };
    const inCircles = [...targets.keys()].filter((file) => reach(file).has(file));
    expect(inCircles.sort()).toEqual([]);
  });

  it('stand in the engine one above the other: each of its folders imports those below it in the table at most', () => {
    const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
    const [, table = ''] = page.split('Inside `shared/engine`');
    const order = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, folder = '']) => folder);
    const folderOf = (path: string) => /^shared\/engine\/(\w+)\//.exec(path)?.[1];
    const between = imports.flatMap(({ file, target }) => {
      const [from, to] = [folderOf(file), folderOf(target)];
      return from === undefined || to === undefined || from === to ? [] : [{ file, target, from, to }];
    });
    expect(between.length).toBeGreaterThan(40);
    const upwards = between.filter(({ from, to }) => order.indexOf(from) >= order.indexOf(to));
    expect(upwards.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('do not import each other in a circle', () => {
    const edges = new Map<string, Set<string>>();
    for (const { from, to } of imports) {
      if (from !== to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
    const finished = new Set<string>();
    const visit = (room: string, path: string[]): void => {
      if (path.includes(room)) throw new Error([...path, room].join(' → '));
      if (finished.has(room)) return;
      for (const next of edges.get(room) ?? []) visit(next, [...path, room]);
      finished.add(room);
    };
    for (const room of edges.keys()) visit(room, []);
    expect(finished.size).toBeGreaterThan(8);
  });
});
