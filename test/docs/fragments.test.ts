import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { parseJobs } from '../../shared/job/load.ts';

const root = join(import.meta.dirname, '../..');
const pages = globSync(
  '{README.md,CONTRIBUTING.md,SECURITY.md,docs/*.md,docs/decisions/*.md,examples/README.md}',
  { cwd: root },
).sort();
const texts = new Map(pages.map((page) => [page, readFileSync(join(root, page), 'utf8')]));

/** Keys that a part of a job may begin with, and what makes a job of it. */
const completions: [begins: RegExp, complete: (fragment: string) => string][] = [
  [/^fields:/m, (fields) => `${head}pages:\n  p:\n${indented(fields, 4)}`],
  [/^pages:/m, (rest) => head + rest],
  [
    /^(?:limits|politeness|fetch|output|proxies|scope|sessions|urls):/m,
    (rest) => `${head}${rest}\npages: { p: {} }\n`,
  ],
];
const head = 'name: j\nsources: [{ crawl: { start: https://a.example/ } }]\n';

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces));
}

function blocksOf(page: string, language: string): string[] {
  return [...(texts.get(page) ?? '').matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    ([, block = '']) => block,
  );
}

function completed(block: string): string {
  if (/^name:/m.test(block)) return block;
  const [, complete] = completions.find(([begins]) => begins.test(block)) ?? [];
  if (complete === undefined) throw new Error(`neither a job nor a part of one:\n${block}`);
  return complete(block);
}

describe('what the docs show', () => {
  const yaml = pages.flatMap((page) => blocksOf(page, 'yaml').map((block) => [page, block] as const));
  const shown = yaml.filter(([, block]) => block.replaceAll(/^\s*#.*$/gm, '').trim() !== '');

  it.each(shown)('in %s is a valid job, or a part of one', (page, block) => {
    expect(parseJobs(completed(block), page).length).toBeGreaterThan(0);
  });

  it('in the README is the example file of the same job', () => {
    const bare = (text: string) => text.replace(/^# yaml-language-server.*\n/, '');
    const [example = ''] = blocksOf('README.md', 'yaml');
    expect(bare(readFileSync(join(root, 'config/examples/books.yaml'), 'utf8'))).toBe(bare(example));
  });

  it.each(pages)('in %s calls commands that there are, with files that there are', async (page) => {
    const text = texts.get(page) ?? '';
    const commands = new Set((await makeProgram()).commands.map((command) => command.name()));
    for (const [, command = ''] of text.matchAll(/npx spinneret ([a-z]+)/g)) {
      expect([...commands]).toContain(command);
    }
    for (const [, path = ''] of text.matchAll(
      /(?<![\w/.-])((?:config|examples|bench|docs|test|cli|functions|infra|library|shared)\/[\w./-]+\.\w+)/g,
    )) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
  });

  it.each(pages)('in %s links to pages and headings that there are', (page) => {
    const folder = join(root, page, '..');
    for (const [, target = ''] of (texts.get(page) ?? '').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? join(root, page) : join(folder, path);
      expect(existsSync(file), target).toBe(true);
      if (anchor === undefined || !file.endsWith('.md')) continue;
      const linked = readFileSync(file, 'utf8');
      const anchors = [...linked.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
      expect([...anchors, ...[...linked.matchAll(/<a id="(.*?)">/g)].map(([, id]) => id)]).toContain(anchor);
    }
  });
});

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
