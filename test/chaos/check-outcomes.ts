import { childId, urlKeyOf } from '../../shared/engine/ids.ts';
import type { Batch, Outcome, PageRequest } from '../../shared/model.ts';
import { type AuditRow, nameOfKey } from './audit.ts';
import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';

/** Invariant 1: an outcome never changes, and what follows from it is there. */
export function checkOutcomes(evidence: Evidence): Finding[] {
  const { answered } = evidence;
  const changed = answered.filter(({ hashes }) => hashes !== 1);
  return [
    {
      invariant: '1 an outcome is written once',
      checked: answered.length,
      violations: changed.map(({ run, batch, hashes }) => `${run}: batch ${batch} had ${hashes} outcomes`),
    },
    checkChildren(evidence),
  ];
}

/** Every request that goes on is in exactly one child, whose id derives from the parent's, and the child is done. */
function checkChildren({ runs, rows }: Evidence): Finding {
  const violations: string[] = [];
  let checked = 0;
  for (const { id: run, outcomes } of runs) {
    const own = rows.filter((row) => row.run === run);
    const sent = batchesSent(own, violations);
    const done = new Set(own.filter(({ kind }) => kind === 'done').map(({ key }) => key));
    const ended = new Set(outcomes.map(({ batch }) => batch));
    const owners = new Map(
      own.filter(({ kind }) => kind === 'admit').map((row) => [row.key, row.data['batch']]),
    );
    for (const outcome of outcomes) {
      const children = childrenOf(outcome, sent);
      for (const request of goesOn(outcome, owners)) {
        checked += 1;
        const holders = children.filter(({ requests }) => requests.some((other) => isSame(request, other)));
        const [child] = holders;
        const name = `${run}: ${request.url} of batch ${outcome.batch}`;
        if (holders.length !== 1 || child === undefined)
          violations.push(`${name} is in ${holders.length} children`);
        else if (!done.has(child.id) || !ended.has(child.id))
          violations.push(`${name}: its child is not done`);
      }
    }
  }
  return { invariant: '1 every child of an outcome is done', checked, violations };
}

/** What was sent under each id, which must always be the same. */
function batchesSent(rows: AuditRow[], violations: string[]): Map<string, Batch> {
  const sent = new Map<string, Batch>();
  for (const { kind, run, key, data } of rows) {
    if (kind !== 'send') continue;
    const batch = data['body'] as unknown as Batch;
    const earlier = sent.get(key);
    if (earlier === undefined) sent.set(key, batch);
    else if (JSON.stringify(earlier.requests) !== JSON.stringify(batch.requests)) {
      violations.push(`${run}: batch ${key} was sent with other requests`);
    }
  }
  return sent;
}

export function childrenOf(outcome: Outcome, sent: Map<string, Batch>): Batch[] {
  const most = outcome.retries.length + outcome.links.length;
  return Array.from({ length: most }, (_, index) => sent.get(childId(outcome.batch, index)) ?? []).flat();
}

function goesOn({ batch, links, retries }: Outcome, owners: Map<string, unknown>): PageRequest[] {
  const own = new Map(links.map((link) => [urlKeyOf(link, asWritten).key, link]));
  const admitted = [...own].filter(([key]) => owners.get(nameOfKey(key)) === batch).map(([, link]) => link);
  return [...retries, ...admitted];
}

/** The URLs of the crawled sites are in their normal form. */
function asWritten(url: string): string {
  return url;
}

function isSame(one: PageRequest, other: PageRequest): boolean {
  return urlKeyOf(one, asWritten).key === urlKeyOf(other, asWritten).key && one.attempt === other.attempt;
}
