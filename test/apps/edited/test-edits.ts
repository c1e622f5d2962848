import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Changes } from '../../../shared/observe/summary-of-run.ts';
import { type CliFolder, openCliFolder, parseLines } from '../../cli/call-cli.ts';
import { type App, describeApp, startApp } from '../start-app.ts';

/** What was done to the pages of an application between two runs, by their paths. All others are as they were. */
export interface Edits {
  new: string[];
  changed: Record<string, Record<string, { from: unknown; to: unknown }>>;
  /** With the reason that the run can give. */
  gone: Record<string, string>;
}

export interface EditedApp {
  /** A job of the application's name with `recrawl`, whose pages with items have one each. */
  job(app: App): string;
  /** Edits, adds and deletes pages as its users do. */
  edit(app: App): Promise<Edits>;
}

const nothing: Edits = { new: [], changed: {}, gone: {} };

/** A job runs, its pages are edited, and it runs again, and once more: the marks are what was done. */
export function testEdits(name: string, { job, edit }: EditedApp): void {
  const body = () => {
    it('marks exactly what was edited, added and deleted by the application itself', async () => {
      await using app = await startApp(name);
      using folder = openCliFolder();
      folder.write('edited.yaml', job(app));
      const first = await runJob(folder, app);
      const paths = Object.keys(first.marks);
      expect(first.changes.items).toMatchObject({ new: paths.length, changed: 0, unchanged: 0, gone: 0 });
      // Even of a site that has not changed each answer may be another one.
      expectEdits(await runJob(folder, app), paths, nothing);
      const edits = await edit(app);
      const third = await runJob(folder, app);
      expectEdits(third, paths, edits);
      const diff = await folder.call('diff', first.run, third.run, '--json');
      expect(differencesIn(diff.stdout, app)).toEqual(marksOf(edits));
      const left = paths.filter((path) => edits.gone[path] === undefined);
      const fourth = await runJob(folder, app);
      expectEdits(fourth, [...left, ...edits.new], nothing);
      expect(fourth.changes.pages).toMatchObject({ new: 0, changed: 0, gone: 0, notSeen: 0 });
      console.log(`${name}: ${paths.length} items, marks ${JSON.stringify(third.changes)}`);
    });
  };
  describeApp(name, body, { isLong: true });
}

interface EndedRun {
  run: string;
  changes: { pages: Changes; items: Changes };
  /** Of the items, by the paths of their pages. */
  marks: Record<string, unknown>;
}

async function runJob(folder: CliFolder, app: App): Promise<EndedRun> {
  const answer = await folder.call('run', 'edited.yaml', '--processes', '2', '--json');
  expect(answer.code, answer.stdout + answer.stderr).toBe(0);
  const last = parseLines(answer.stdout).at(-1) as unknown as { runs: [Pick<EndedRun, 'run' | 'changes'>] };
  const [{ run, changes }] = last.runs;
  const files = ['items', 'gone'].map((what) => `output/${run}/${what}.jsonl`);
  // A list that is reached by another address than before is among what is gone, without an item.
  const items = files.flatMap((file) => (existsSync(join(folder.path, file)) ? folder.readLines(file) : []));
  const ofPages = items.filter(({ _item: item }) => item !== null);
  return { run, changes, marks: Object.fromEntries(ofPages.map((item) => markOf(item, app))) };
}

function markOf(item: Record<string, unknown>, app: App): [string, unknown] {
  const { _url: url, _change: change, _changes: changes, _reason: reason } = item;
  return [pathOf(String(url), app), change === 'changed' ? changes : change === 'gone' ? { reason } : change];
}

function pathOf(url: string, { origin }: App): string {
  return url.replace(origin, '');
}

function marksOf({ new: added, changed, gone }: Edits): Record<string, unknown> {
  return {
    ...Object.fromEntries(added.map((path) => [path, 'new'])),
    ...changed,
    ...Object.fromEntries(Object.entries(gone).map(([path, reason]) => [path, { reason }])),
  };
}

function expectEdits({ marks, changes }: EndedRun, paths: string[], edits: Edits): void {
  const wanted = { ...Object.fromEntries(paths.map((path) => [path, 'unchanged'])), ...marksOf(edits) };
  expect(marks).toEqual(wanted);
  const [changed, gone] = [edits.changed, edits.gone].map((some) => Object.keys(some).length);
  const unchanged = paths.length - (changed ?? 0) - (gone ?? 0);
  expect(changes.items).toEqual({ new: edits.new.length, changed, unchanged, gone, notSeen: 0 });
}

/** `diff` compares the items of two runs alone: what is gone, it knows by the later run's list of them. */
function differencesIn(stdout: string, app: App): Record<string, unknown> {
  const differences = parseLines(stdout).filter(({ type }) => type === 'difference');
  return Object.fromEntries(
    differences.map(({ url, is, changes, why }) => [
      pathOf(String(url), app),
      is === 'changed' ? changes : is === 'gone' ? { reason: why } : is,
    ]),
  );
}
