import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planRelease, type ReleaseFiles } from '../../release/plan-release.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');

const files: ReleaseFiles = {
  'package.json': '{\n  "name": "it",\n  "version": "0.1.0"\n}\n',
  'package-lock.json':
    '{\n  "version": "0.1.0",\n  "packages": {\n    "": { "version": "0.1.0" },\n    "node_modules/other": { "version": "0.1.0" }\n  }\n}\n',
  'CHANGELOG.md': '# Changelog\n\n## 0.2.0\n\n- New.\n  More of it.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n',
};

describe('planRelease', () => {
  it('takes version and notes from the changelog, and changes nothing else', () => {
    const { tag, notes, files: written } = planRelease(files, 'minor', '2026-11-28');
    expect({ tag, notes }).toEqual({ tag: 'v0.2.0', notes: '- New.\n  More of it.' });
    expect(written['package.json']).toBe(files['package.json'].replace('0.1.0', '0.2.0'));
    expect(written['package-lock.json'].match(/0\.\d\.0/g)).toEqual(['0.2.0', '0.2.0', '0.1.0']);
    expect(written['CHANGELOG.md']).toContain('## 0.2.0 (2026-11-28)\n');
  });

  it.each([
    ['0.2.0', 'v0.2.0'],
    ['minor', 'v0.2.0'],
  ])('makes of %s %s', (wanted, tag) => {
    expect(planRelease(files, wanted, '2026-11-28').tag).toBe(tag);
  });

  it.each([
    ['patch', /no heading "## 0\.1\.1"/],
    ['major', /no heading "## 1\.0\.0"/],
    ['0.1.0', /not after 0\.1\.0/],
    ['0.0.9', /not after 0\.1\.0/],
    ['next', /neither major, minor or patch/],
  ])('refuses %s', (wanted, message) => {
    expect(() => planRelease(files, wanted, '2026-11-28')).toThrow(message);
  });

  it('refuses a version of which the changelog says nothing', () => {
    const empty = { ...files, 'CHANGELOG.md': '# Changelog\n\n## 0.2.0\n\n## 0.1.0\n\n- First.\n' };
    expect(() => planRelease(empty, 'minor', '2026-11-28')).toThrow(/says nothing/);
  });

  it('is possible with the files that are here', () => {
    const here = Object.keys(files).map((name) => [name, readFileSync(join(root, name), 'utf8')]);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const [, heading = ''] =
      /^## (\d+\.\d+\.\d+)$/m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')) ?? [];
    // Right after a release there is nothing to release.
    if (heading === '') return expect(version).toMatch(/^\d/);
    expect(planRelease(Object.fromEntries(here), heading, '2026-11-28').notes).toMatch(/^- /);
  });
});

describe('npm run release', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.path, encoding: 'utf8' });
  const call = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'release/main.ts'), ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    });

  beforeEach(() => {
    folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
    git('init', '--quiet');
    git('config', 'user.name', 'Tester');
    git('config', 'user.email', 'tester@example.com');
    git('add', '.');
    git('commit', '--quiet', '--message', 'First');
  });

  afterEach(() => folder.remove());

  it('says what it would do, and does nothing, with --dry-run', () => {
    const { status, stdout } = call('minor', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^v0\.2\.0 \(dry run.*\n\n- New\./);
    expect(git('status', '--porcelain') + git('tag')).toBe('');
    expect(git('log', '--format=%s').trim()).toBe('First');
  });

  it('writes, commits and tags with the notes', () => {
    expect(call('minor').status).toBe(0);
    expect(git('log', '-1', '--format=%s').trim()).toBe('Release 0.2.0');
    expect(git('tag', '--list', '-n9', 'v0.2.0')).toContain('- New.');
    expect(JSON.parse(readFileSync(join(folder.path, 'package.json'), 'utf8'))).toMatchObject({
      version: '0.2.0',
    });
    expect(git('status', '--porcelain')).toBe('');
  });

  it('refuses changes that are not committed, and a tag that is there', () => {
    git('tag', 'v0.2.0');
    expect(call('minor').stderr).toContain('v0.2.0 is there already');
    writeFileSync(join(folder.path, 'more.txt'), '');
    const { status, stderr } = call('minor');
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('more.txt') });
  });
});
