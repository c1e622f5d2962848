import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findRun, findRunOrLast, findRunsOrLast } from '../../cli/find-run.ts';
import { makeProgram } from '../../cli/program.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { openCliFolder } from './call-cli.ts';
import { storeRun } from './stored-run.ts';

const database = openDatabase(':memory:');
const ledger = makeLocalLedger(database, Date.now);
afterAll(() => database.close());

const start = (id: string, startedAt: number) =>
  ledger.createRun({ id, job: {}, baseDir: '/', state: 'running', startedAt });

describe('findRun', () => {
  it('finds an old run by its whole name, and says that others were looked for among the newest', async () => {
    await start('old-1', 1);
    await expect(findRun(ledger, 'old-2')).rejects.toThrow('no run old-2; did you mean old-1?');
    for (let index = 0; index < 500; index += 1) await start(`new-${index}`, 2 + index);
    expect(await findRun(ledger, 'old-1')).toMatchObject({ id: 'old-1' });
    expect(await findRun(ledger, 'new-499')).toMatchObject({ id: 'new-499' });
    await expect(findRun(ledger, 'old-')).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
      message: expect.stringContaining('no run old- among the newest 500; give its whole name'),
    });
    expect(await findRunOrLast(ledger, undefined, true)).toMatchObject({ id: 'new-499' });
  });
});

describe('a name cut short', () => {
  it('is of the only run that begins so, and of none where several do', async () => {
    await start('cut-b-1', 8_100);
    await start('cut-b-2', 8_101);
    await start('cut-c-1', 8_102);
    expect(await findRun(ledger, 'cut-c')).toMatchObject({ id: 'cut-c-1' });
    for (const find of [
      findRun,
      (of: typeof ledger, name: string) => findRunsOrLast(of, ['cut-c', name], false),
    ]) {
      await expect(find(ledger, 'cut-b')).rejects.toMatchObject({
        code: 'USAGE',
        message: '2 runs begin with cut-b: cut-b-2, cut-b-1',
      });
    }
    await start('cut-b', 8_103);
    expect(await findRun(ledger, 'cut-b')).toMatchObject({ id: 'cut-b' });
  });

  it('names no more than five of them', async () => {
    for (let index = 0; index < 7; index += 1) await start(`many-${index}`, 8_200 + index);
    await expect(findRun(ledger, 'many')).rejects.toThrow(
      '7 runs begin with many: many-6, many-5, many-4, many-3, many-2',
    );
  });
});

describe('findRunsOrLast', () => {
  it('takes names, each once, or the last, and not both', async () => {
    await start('both-1', 9_000);
    await start('both-2', 9_001);
    const ids = async (names: string[], last?: boolean) =>
      (await findRunsOrLast(ledger, names, last)).map(({ id }) => id);
    expect(await ids(['both-1', 'both-2', 'both-1'])).toEqual(['both-1', 'both-2']);
    expect(await ids([], true)).toEqual(['both-2']);
    for (const [names, last] of [
      [['both-1'], true],
      [['both-1', 'both-2'], true],
      [[], undefined],
    ] as const) {
      await expect(findRunsOrLast(ledger, [...names], last)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });
});

describe('every command that takes a run', async () => {
  const takingRuns = (await makeProgram()).commands.filter(({ registeredArguments }) =>
    registeredArguments.some((argument) => /^runs?$/.test(argument.name())),
  );

  it.each(takingRuns.map((command) => [command.name(), command] as const))(
    '%s takes --last',
    (_, command) => {
      expect(command.options.map(({ long }) => long)).toContain('--last');
    },
  );

  it.each(takingRuns.map((command) => command.name()).filter((name) => name !== 'redrive'))(
    '%s refuses a name that begins two runs, and leaves both as they are',
    async (name) => {
      using folder = openCliFolder();
      for (const id of ['twin-1', 'twin-2']) await storeRun(folder, { id, state: 'running', open: 1 });
      folder.write(
        'job.yaml',
        'name: j\nsources: [{ urls: { list: [https://a.example/] } }]\npages: { default: {} }\n',
      );
      const before = process.cwd();
      process.chdir(folder.path);
      try {
        const called = (await makeProgram()).parseAsync([
          ...['node', 'spinneret', name, 'twin'],
          ...(name === 'extract' ? ['--job', 'job.yaml'] : []),
        ]);
        await expect(called).rejects.toMatchObject({
          code: 'USAGE',
          message: '2 runs begin with twin: twin-2, twin-1',
        });
      } finally {
        process.chdir(before);
      }
      const stored = openDatabase(join(folder.path, '.spinneret/store.db'));
      const runs = await makeLocalLedger(stored, Date.now).listRuns(10);
      stored.close();
      expect(runs.map(({ id, state }) => [id, state])).toEqual([
        ['twin-2', 'running'],
        ['twin-1', 'running'],
      ]);
    },
  );

  it('is known here', () => {
    const names = takingRuns.map((command) => command.name()).sort();
    expect(names).toEqual([
      ...[
        'cancel',
        'coverage',
        'diff',
        'export',
        'extract',
        'forget',
        'pause',
        'redrive',
        'resume',
        'status',
      ],
    ]);
  });
});
