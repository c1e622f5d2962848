/**
 * `npm run release -- minor [--dry-run]`: writes version and changelog, commits and tags. It neither pushes nor publishes.
 * It works on the repository of the working directory.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { planRelease, type Release, type ReleaseFiles } from './plan-release.ts';

const names = ['package.json', 'package-lock.json', 'CHANGELOG.md'] as const;

const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false } },
  allowPositionals: true,
});

try {
  release(positionals[0], values['dry-run']);
} catch (error) {
  console.error(`no release: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function release(wanted: string | undefined, isDry: boolean): void {
  if (wanted === undefined)
    throw new Error('say which: npm run release -- major|minor|patch|VERSION [--dry-run]');
  const plan = planRelease(readFiles(), wanted, new Date().toISOString().slice(0, 10));
  const left = git('status', '--porcelain').trim();
  if (left !== '') throw new Error(`the work tree has changes that are not committed:\n${left}`);
  if (git('tag', '--list', plan.tag).trim() !== '') throw new Error(`the tag ${plan.tag} is there already`);
  console.log(`${plan.tag}${isDry ? ' (dry run: nothing is written)' : ''}\n\n${plan.notes}\n`);
  if (!isDry) write(plan);
  console.log('next: npm ci && npm test, git push --follow-tags, npm publish');
}

function readFiles(): ReleaseFiles {
  const entries = names.map((name) => [name, readFileSync(name, 'utf8')] as const);
  return Object.fromEntries(entries) as unknown as ReleaseFiles;
}

function write({ version, tag, notes, files }: Release): void {
  for (const name of names) writeFileSync(name, files[name]);
  git('commit', '--quiet', '--message', `Release ${version}`, '--', ...names);
  // Not stripped: a line of notes may begin with the mark of a comment.
  git('tag', '--annotate', tag, '--cleanup=verbatim', '--message', `${tag}\n\n${notes}`);
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' });
}
