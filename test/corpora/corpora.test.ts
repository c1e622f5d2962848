import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type Comparison, compareCorpus, verdictOf } from './compare-corpus.ts';
import { tableOf } from './comparison-lines.ts';
import { type Corpus, corpora } from './corpora.ts';
import { findCorpus } from './find-corpus.ts';

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
const names = Object.entries(corpora);

describe('docs/conformance.md', () => {
  it.each(names)('has the recorded counts of %s in its table', (name, { recorded }) => {
    const [row] = page.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
    const counts = `${recorded.equal.toLocaleString('en')} of ${recorded.cases.toLocaleString('en')}`;
    expect(row).toMatch(new RegExp(`\\| ${counts} \\|$`));
  });

  it.each(names.filter(([, { recorded }]) => recorded.equal < recorded.cases))(
    'explains what stays of %s',
    (name, { recorded }) => {
      const explained = /^\*\*[^*]+\.\*\*|^## Documentation as Markdown$/gm;
      const heads = (page.match(explained) ?? []).join(' ');
      const own = name === 'markdown-pages' ? '## Documentation as Markdown' : `${name}, `;
      expect(heads).toContain(own);
      if (name !== 'markdown-pages') {
        expect(heads).toMatch(new RegExp(`\\b${name}, ${recorded.cases - recorded.equal}\\b`));
      }
    },
  );
});

describe('verdictOf', () => {
  const recorded = { equal: 9, cases: 10 };
  const result = (cases: number, misses: number) => ({ cases, misses: Array<string>(misses).fill('one') });

  it.each([
    ['as many as recorded', result(10, 1), true, 'equal'],
    ['more than recorded', result(10, 0), true, 'equal'],
    ['fewer than recorded', result(10, 2), true, 'fallen'],
    ['fewer cases of the recorded version', result(9, 0), true, 'fallen'],
    ['fewer cases of another version, the same share', result(5, 0), false, 'equal'],
    ['a smaller share of another version', result(20, 3), false, 'fallen'],
    ['no case at all', result(0, 0), false, 'fallen'],
  ] as const)('of %s', (_, found, isRecorded, verdict) => {
    expect(verdictOf(found, recorded, isRecorded)).toBe(verdict);
  });
});

describe('findCorpus', () => {
  it('reads the recorded commit of a clone, else the newest, and nothing but the paths', () => {
    const { path, remove } = temporaryFolder();
    try {
      const clone = join(path, 'from', 'cases');
      const commits = ['one', 'two'].map((text) => commitFile(clone, text));
      const find = (commit: string) =>
        findCorpus(
          { repository: 'someone/cases', commit, paths: ['kept'] },
          { from: join(path, 'from'), cache: join(path, 'cache') },
        );
      const [first = '', second = ''] = commits;
      const old = find(first);
      expect(old).toMatchObject({ version: `someone/cases at ${first.slice(0, 7)}`, isRecorded: true });
      expect(readFileSync(join(old?.folder ?? '', 'kept/file.txt'), 'utf8')).toBe('one');
      expect(() => readFileSync(join(old?.folder ?? '', 'left.txt'))).toThrow('ENOENT');
      const other = find('0000000');
      expect(other).toMatchObject({ version: `someone/cases at ${second.slice(0, 7)}`, isRecorded: false });
      expect(readFileSync(join(other?.folder ?? '', 'kept/file.txt'), 'utf8')).toBe('two');
    } finally {
      remove();
    }
  });
});

function commitFile(clone: string, text: string): string {
  mkdirSync(join(clone, 'kept'), { recursive: true });
  writeFileSync(join(clone, 'kept/file.txt'), text);
  writeFileSync(join(clone, 'left.txt'), text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@a.example', ...args], {
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', text);
  return git('rev-parse', 'HEAD');
}

describe('compareCorpus', () => {
  const found = (check: Corpus['check']): Corpus => ({
    sources: [
      { repository: 'nobody/nothing', commit: 'any', paths: [] },
      // A package of the project itself, which is not installed anew.
      { npm: 'entities', version: versionOf('entities') },
    ],
    recorded: { equal: 1, cases: 2 },
    check,
  });

  it('takes the first source that is to be had', async () => {
    const comparison = await compare(found(() => ({ cases: 2, misses: ['one'] })));
    expect(comparison).toMatchObject({ verdict: 'equal', version: `npm entities ${versionOf('entities')}` });
  });

  it('names home and way of a corpus that is not to be had', async () => {
    const { sources, ...rest } = found(() => ({ cases: 0, misses: [] }));
    const comparison = await compare({ ...rest, sources: sources.slice(0, 1) });
    const clone = 'git clone https://github.com/nobody/nothing into a folder, and give that folder as --from';
    expect(comparison).toEqual({
      name: 'prices',
      verdict: 'not found',
      reasons: [`https://github.com/nobody/nothing (${clone})`],
    });
    expect(tableOf([comparison]).at(-1)).toBe('1 corpora: 1 not found');
  });

  it('keeps the error of a reader that fails', async () => {
    const comparison = await compare(
      found(() => {
        throw new Error('no such file');
      }),
    );
    expect(comparison).toMatchObject({ verdict: 'failed', error: new Error('no such file') });
  });

  it('finds no difference from what is recorded of a corpus that is small', async ({ skip }) => {
    const { path, remove } = temporaryFolder();
    try {
      const comparison = await compareCorpus('csv-spectrum', corpora['csv-spectrum'] as Corpus, {
        cache: path,
      });
      if (comparison.verdict === 'not found') return skip(comparison.reasons.join('; '));
      expect(comparison).toMatchObject({ verdict: 'equal', result: { cases: 12 } });
    } finally {
      remove();
    }
  });

  function compare(corpus: Corpus): Promise<Comparison> {
    return compareCorpus('prices', corpus, { cache: '/nowhere' });
  }
});

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
