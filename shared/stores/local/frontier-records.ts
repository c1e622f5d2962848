import type {
  Draw,
  DrawRequest,
  FrontierCounter,
  FrontierCounts,
  FrontierEntry,
  FrontierStore,
} from '../../coordination/ports.ts';
import { addCount, readCount } from './count-records.ts';
import type { Database, Statement } from './database.ts';

/** The frontiers of a run's hosts. A draw is answered when it is kept, since requests follow it. */
export function frontierRecords(database: Database): FrontierStore & FrontierCounter {
  return {
    async putInFrontier(run, batch, entries) {
      database.gather(() => put(database, database.runNumber(run), batch, entries));
    },

    async drawFromFrontier(request) {
      return database.keep(() => draw(database, request));
    },

    async countFrontier(run, limit) {
      return count(database, database.runNumber(run), limit);
    },
  };
}

function put(database: Database, run: number, batch: string, entries: FrontierEntry[]): void {
  if (rowOf(database, run, batch) === undefined) throw new Error(`batch ${batch} puts without a lease`);
  const { changes } = database
    .prepare('UPDATE batches SET has_put = 1 WHERE run = ? AND id = ? AND has_put IS NULL')
    .run(run, batch);
  if (changes === 0) return;
  const insert = database.prepare(
    'INSERT INTO frontier (run, host, priority, depth, request) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { host, priority, depth, request } of entries) {
    insert.run(run, host, priority, depth, JSON.stringify(request));
  }
}

const counter = 'reserved:pages';

const bestFirst = 'priority DESC, depth, number';
const worstFirst = 'priority, depth DESC, number DESC';

function draw(database: Database, request: DrawRequest): Draw | undefined {
  const { batch, host, count: wanted, maxPages } = request;
  const run = database.runNumber(request.run);
  const row = rowOf(database, run, batch);
  if (row === undefined) throw new Error(`batch ${batch} draws without a lease`);
  if (row['done'] === 1) return undefined;
  const left = Math.max(0, maxPages - readCount(database, run, counter));
  const before = drawOf(row);
  if (before !== undefined) return { ...before, isFull: left === 0 };

  const places = Math.min(wanted, left, placesAmongBest(database, run, host, left));
  const granted = take(database, { run, host, order: bestFirst, limit: places });
  const refused = take(database, { run, host, order: worstFirst, limit: wanted - places });
  addCount(database, run, counter, granted.length);
  const text = `{"granted":[${granted}],"refused":[${refused}]}`;
  database.prepare('UPDATE batches SET draw = ? WHERE run = ? AND id = ?').run(text, run, batch);
  return { ...JSON.parse(text), isFull: left === granted.length };
}

/** With more places left than this, hosts are not compared: it would take a draw a millisecond per ten thousand. */
const maxCompared = 10_000;

/** How many of the host's entries are among the best of the run, as many as places are left. */
function placesAmongBest(database: Database, run: number, host: string, left: number): number {
  if (left > maxCompared) return left;
  const row = database
    .prepare(
      `SELECT count(*) AS places
       FROM (SELECT host FROM frontier WHERE run = ? ORDER BY ${bestFirst} LIMIT ?) WHERE host = ?`,
    )
    .get(run, left, host);
  return Number(row?.['places'] ?? 0);
}

/** Requests as JSON. */
function take(
  database: Database,
  { run, host, order, limit }: { run: number; host: string; order: string; limit: number },
): string[] {
  const rows = database
    .prepare(`SELECT number, request FROM frontier WHERE run = ? AND host = ? ORDER BY ${order} LIMIT ?`)
    .all(run, host, limit);
  const remove = database.prepare('DELETE FROM frontier WHERE number = ?');
  return rows.map((row) => {
    remove.run(Number(row['number']));
    return String(row['request']);
  });
}

type Row = ReturnType<Statement['get']>;

function rowOf(database: Database, run: number, batch: string): Row {
  return database.prepare('SELECT done, draw FROM batches WHERE run = ? AND id = ?').get(run, batch);
}

function drawOf(row: Row): Pick<Draw, 'granted' | 'refused'> | undefined {
  const text = row?.['draw'] ?? null;
  return text === null ? undefined : JSON.parse(String(text));
}

function count(database: Database, run: number, limit: number): FrontierCounts {
  const rows = database
    .prepare(
      'SELECT priority, count(*) AS waiting FROM frontier WHERE run = ? GROUP BY priority ORDER BY priority DESC',
    )
    .all(run)
    .map((row) => ({ priority: Number(row['priority']), waiting: Number(row['waiting']) }));
  return {
    waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
    priorities: rows.slice(0, limit),
    others: Math.max(0, rows.length - limit),
  };
}
