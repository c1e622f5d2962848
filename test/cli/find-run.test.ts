import { afterAll, describe, expect, it } from 'vitest';
import { findRun, findRunOrLast } from '../../cli/find-run.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';

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
