import { hash } from 'node:crypto';
import type { Json, Outcome } from '../../shared/model.ts';
import type { Database } from '../../shared/stores/local/database.ts';
import { packKey } from '../../shared/stores/local/packed-key.ts';
import type { Call } from './wire.ts';

/** What happened in the store, in order, noted in the transaction in which it happened. */
export interface AuditRow {
  seq: number;
  /** Epoch ms by the store's clock. */
  at: number;
  kind:
    | 'lease'
    | 'done'
    | 'open'
    | 'admit'
    | 'send'
    | 'turns'
    | 'turnsBack'
    | 'register'
    | 'grant'
    | 'refused';
  /** The run's id; '' where it belongs to none. */
  run: string;
  /** A batch, URL key, host, or name of a lock. */
  key: string;
  data: Record<string, Json>;
}

/** How many different outcomes were ever answered for a batch. */
export interface AnsweredOutcome {
  run: string;
  batch: string;
  hashes: number;
}

export interface Audit {
  /** Names the call whose changes are noted from now on. */
  begin(call: Call): void;
  /** Notes what only the answer tells. */
  answered(call: Call, value: unknown): void;
}

/** How the key of a URL is named in an audit. */
export function nameOfKey(key: string): string {
  const packed = packKey(key);
  return typeof packed === 'string' ? packed : Buffer.from(packed).toString('hex').toUpperCase();
}

const tables = `
  CREATE TABLE IF NOT EXISTS main.audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL DEFAULT (unixepoch('subsec') * 1000),
    kind TEXT NOT NULL, run INTEGER, key TEXT NOT NULL, data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS main.audit_outcomes (
    run TEXT, batch TEXT, hash TEXT, PRIMARY KEY (run, batch, hash)) WITHOUT ROWID;
  CREATE TEMP TABLE current_call (request TEXT);
  INSERT INTO current_call VALUES ('{}');`;

const request = (path: string) => `(SELECT json_extract(request, '$.${path}') FROM current_call)`;

/** Triggers of this connection alone: the file itself is as the adapter made it. */
const triggers: Record<string, string> = {
  leased_first: on(
    'INSERT ON main.batches WHEN NEW.fence > 0',
    'lease',
    'NEW.run',
    'NEW.id',
    `'fence', NEW.fence`,
  ),
  leased: on('UPDATE OF fence ON main.batches', 'lease', 'NEW.run', 'NEW.id', `'fence', NEW.fence`),
  done: on(
    'UPDATE OF done ON main.batches WHEN NEW.done = 1',
    'done',
    'NEW.run',
    'NEW.id',
    `'fence', NEW.fence, 'before', OLD.done, 'carried', ${request('fence')}`,
  ),
  opened: on(`INSERT ON main.counts WHEN NEW.name = 'open'`, 'open', 'NEW.run', `''`, `'value', NEW.value`),
  open: on(`UPDATE ON main.counts WHEN NEW.name = 'open'`, 'open', 'NEW.run', `''`, `'value', NEW.value`),
  admitted: on(
    'INSERT ON main.seen',
    'admit',
    'NEW.run',
    `iif(typeof(NEW.key) = 'blob', hex(NEW.key), NEW.key)`,
    `'batch', (SELECT id FROM batches WHERE number = NEW.batch)`,
  ),
  sent: on(
    'INSERT ON main.messages',
    'send',
    '(SELECT number FROM runs WHERE id = NEW.run)',
    `json_extract(NEW.body, '$.id')`,
    `'body', json(NEW.body)`,
  ),
  turns_first: on('INSERT ON main.hosts WHEN NEW.last_end > 0', 'turns', 'NULL', 'NEW.host', turnFacts()),
  turns: on(
    'UPDATE ON main.hosts WHEN NEW.last_end > OLD.last_end',
    'turns',
    'NULL',
    'NEW.host',
    turnFacts(),
  ),
  // Whoever ends gives back the turns that he has not used, and the clock goes back to the last that he has.
  turns_back: on(
    'UPDATE ON main.hosts WHEN NEW.last_end < OLD.last_end',
    'turnsBack',
    'NULL',
    'NEW.host',
    `'lastEnd', NEW.last_end`,
  ),
  registered_first: on(
    'INSERT ON main.registers WHEN NEW.value IS NOT NULL',
    'register',
    'NULL',
    'NEW.name',
    registerFacts(),
  ),
  // To read with a fence changes the fence alone.
  registered: on('UPDATE OF value ON main.registers', 'register', 'NULL', 'NEW.name', registerFacts()),
};

function on(event: string, kind: string, run: string, key: string, facts: string): string {
  return `AFTER ${event} BEGIN
    INSERT INTO audit (kind, run, key, data) VALUES ('${kind}', ${run}, ${key}, json_object(${facts})); END`;
}

function turnFacts(): string {
  const asked = ['count', 'gapMs', 'slackMs', 'spareMs'].map((name) => `'${name}', ${request(name)}`);
  return `'lastEnd', NEW.last_end, ${asked.join(', ')}`;
}

function registerFacts(): string {
  return `'value', json(NEW.value), 'fence', NEW.fence`;
}

export function openAudit(database: Database): Audit {
  for (const statement of tables.split(';').filter((text) => text.trim() !== '')) {
    database.prepare(statement).run();
  }
  for (const [name, body] of Object.entries(triggers)) {
    database.prepare(`CREATE TEMP TRIGGER ${name} ${body}`).run();
  }
  const note = (kind: AuditRow['kind'], key: string, data: object) =>
    database
      .prepare('INSERT INTO audit (kind, key, data) VALUES (?, ?, ?)')
      .run(kind, key, JSON.stringify(data));
  return {
    begin({ args }) {
      database.prepare('UPDATE current_call SET request = ?').run(JSON.stringify(args[0] ?? {}));
    },
    answered({ method, args }, value) {
      const isOutcome = method.startsWith('outcomes.') && value !== undefined;
      if (isOutcome) noteOutcome(database, value as Outcome);
      if (method === 'ledger.commit' && (value as { state: string }).state === 'stale') {
        const { batch, fence } = args[0] as { batch: string; fence: number };
        note('refused', batch, { what: 'commit', fence });
      }
      if (method.endsWith('.acquireLock') && (value as { state: string }).state === 'mine') {
        note('grant', (args[0] as { name: string }).name, { fence: (value as { fence: number }).fence });
      }
      if (method.endsWith('.writeRegister') && value === false) {
        note('refused', String(args[0]), { what: 'register', fence: Number(args[2]) });
      }
    },
  };
}

function noteOutcome(database: Database, outcome: Outcome): void {
  const digest = hash('sha256', JSON.stringify(outcome), 'hex');
  database
    .prepare('INSERT OR IGNORE INTO audit_outcomes VALUES (?, ?, ?)')
    .run(outcome.run, outcome.batch, digest);
}

export function readAudit(database: Database): { rows: AuditRow[]; answered: AnsweredOutcome[] } {
  const rows = database
    .prepare(
      'SELECT seq, at, kind, runs.id AS run, key, data FROM audit LEFT JOIN runs ON number = run ORDER BY seq',
    )
    .all()
    .map(
      ({ seq, at, kind, run, key, data }): AuditRow => ({
        seq: Number(seq),
        at: Number(at),
        kind: kind as AuditRow['kind'],
        run: String(run ?? ''),
        key: String(key),
        data: JSON.parse(String(data)),
      }),
    );
  const answered = database
    .prepare('SELECT run, batch, count(*) AS hashes FROM audit_outcomes GROUP BY run, batch')
    .all()
    .map(({ run, batch, hashes }) => ({
      run: String(run),
      batch: String(batch),
      hashes: Number(hashes),
    }));
  return { rows, answered };
}
