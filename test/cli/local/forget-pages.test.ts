import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forgetPages, forgottenPagesLine } from '../../../cli/local/forget-pages.ts';
import { keptFolder } from '../../../cli/local/join-pages.ts';
import type { Project } from '../../../cli/project.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';

it('deletes the pages that runs have kept, put together or not, and nothing else', async () => {
  const { path, remove } = temporaryFolder();
  const settings = { store: '.spinneret/store.db', outputDir: 'output' };
  const project = { projectDir: path, settings } as Project;
  const write = (folder: string, name: string, bytes: number) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), 'x'.repeat(bytes));
  };
  const output = (run: string) => join(path, 'output', run);
  write(output('joined'), 'pages-00001.warc.gz', 100);
  write(output('joined'), 'items.jsonl', 7);
  write(join(keptFolder(project, 'joined'), 'ab'), 'part', 30);
  write(keptFolder(project, 'stopped'), 'part', 5);
  write(output('plain'), 'items.jsonl', 7);
  write(keptFolder(project, 'other'), 'part', 5);
  // The bytes of files alone: folders have sizes of the file system's own making.
  expect(await forgetPages(project, ['joined', 'stopped', 'plain'])).toEqual([
    { run: 'joined', freedBytes: 130 },
    { run: 'stopped', freedBytes: 5 },
  ]);
  expect(['joined', 'stopped', 'other'].map((run) => existsSync(keptFolder(project, run)))).toEqual([
    ...[false, false, true],
  ]);
  expect(['joined', 'plain'].map((run) => readdirSync(output(run)))).toEqual([
    ['items.jsonl'],
    ['items.jsonl'],
  ]);
  remove();
});

it('says how much room that made', () => {
  expect(forgottenPagesLine({ run: 'b-1', freedBytes: 1_500 })).toBe(
    'the pages that b-1 had kept were deleted: 1.5 kB before, none now',
  );
});
