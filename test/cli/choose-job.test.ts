import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseJob, pickJobs } from '../../cli/choose-job.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const loaded = (name: string) => ({ file: 'shop.yaml', job: { name } }) as LoadedJob;

describe('pickJobs', () => {
  const jobs = [loaded('books'), loaded('toys'), loaded('toys')];

  it.each<[string | undefined, LoadedJob[]]>([
    [undefined, jobs],
    ['books', jobs.slice(0, 1)],
    ['toys', jobs.slice(1)],
  ])('of the name %s', (name, picked) => {
    expect(pickJobs(jobs, name)).toEqual(picked);
  });

  it.each([
    ['bokks', jobs, 'shop.yaml has no job bokks; did you mean books?'],
    ['zzz', jobs, 'shop.yaml has no job zzz; it has books, toys, toys'],
    ['zzz', [], 'the file has no job zzz; it has '],
  ])('refuses %s', (name, of, message) => {
    expect(() => pickJobs(of, name)).toThrow(expect.objectContaining({ code: 'USAGE', message }));
  });
});

describe('chooseJob', () => {
  const text = (name: string) =>
    `name: ${name}\nsources: [{ urls: { list: [https://a.example/] } }]\npages: { default: {} }\n`;

  /** What is chosen in a folder with these files. */
  async function chosenOf(files: Record<string, string>, file?: string, name?: string): Promise<string> {
    const { path, remove } = temporaryFolder();
    for (const [at, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, at)), { recursive: true });
      writeFileSync(join(path, at), content);
    }
    const before = process.cwd();
    process.chdir(path);
    try {
      const { job } = await chooseJob(file, name);
      return job.name;
    } finally {
      process.chdir(before);
      remove();
    }
  }

  const several = `${text('a')}---\n${text('b')}`;

  it.each<[string, Record<string, string>, string?, string?]>([
    ['books', { 'books.yaml': text('books'), 'settings.yaml': '', '.hidden.yaml': '', 'notes.txt': '' }],
    ['books', { 'config/books.yml': text('books') }],
    ['b', { 'one.yaml': text('a'), 'two.yaml': several }, 'two.yaml', 'b'],
  ])('takes %s of %j', async (name, files, file, job) => {
    expect(await chosenOf(files, file, job)).toBe(name);
  });

  it.each<[string, Record<string, string>, string?]>([
    ['say --file FILE: there is no job file here', {}],
    ['say --file FILE: which of a.yaml, config/b.yaml?', { 'a.yaml': text('a'), 'config/b.yaml': text('b') }],
    ['a.yaml has several jobs; say --job a or b', { 'a.yaml': several }, 'a.yaml'],
  ])('says %j', async (message, files, file) => {
    await expect(chosenOf(files, file)).rejects.toMatchObject({ code: 'USAGE', message });
  });
});
