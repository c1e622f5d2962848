import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts, Outcome, Run } from '../../shared/model.ts';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { makeLocalLedger } from '../../shared/stores/local/local-ledger.ts';
import { makeLocalOutcomes } from '../../shared/stores/local/local-outcomes.ts';
import { type AnsweredOutcome, type AuditRow, readAudit } from './audit.ts';
import type { Plan } from './plan.ts';
import type { Arrival } from './site-process.ts';
import { expectedOutcome, type Truth } from './truth.ts';

/** What a round has left behind, and what it should have. */
export interface Evidence {
  gapMs: number;
  /** `host:port` of each host. */
  hosts: string[];
  crawlDelaysMs: number[];
  arrivals: Arrival[];
  runs: RunEvidence[];
  rows: AuditRow[];
  answered: AnsweredOutcome[];
}

export interface RunEvidence {
  id: string;
  state: Run['state'] | undefined;
  counts: Counts;
  outcomes: Outcome[];
  truth: Truth;
}

export const storeFile = 'store.db';
export const arrivalsFile = 'arrivals.ndjson';

/** Reads what lies in the folder; nobody may write there any more. */
export async function readEvidence(folder: string, plan: Plan, origins: string[]): Promise<Evidence> {
  const database = openDatabase(join(folder, storeFile));
  try {
    const ledger = makeLocalLedger(database);
    const outcomes = makeLocalOutcomes(database);
    const runs: RunEvidence[] = [];
    for (const { id, start } of plan.runs) {
      const run = await ledger.readRun(id);
      if (run === undefined) continue;
      runs.push({
        id,
        state: run.state,
        counts: await ledger.readCounts(id),
        outcomes: await collect(outcomes.list(id)),
        truth: expectedOutcome(plan.site, origins, start),
      });
    }
    return {
      gapMs: Math.min(...plan.runs.map((run) => run.gapMs)),
      hosts: origins.map((origin) => new URL(origin).host),
      crawlDelaysMs: plan.site.hosts.map(({ crawlDelayMs }) => crawlDelayMs),
      arrivals: readArrivals(join(folder, arrivalsFile)),
      runs,
      ...readAudit(database),
    };
  } finally {
    database.close();
  }
}

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of all) list.push(one);
  return list;
}

function readArrivals(file: string): Arrival[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Arrival => JSON.parse(line));
}
