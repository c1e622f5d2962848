import { childId } from '../../shared/engine/ids.ts';
import type { AuditRow } from './audit.ts';
import type { Finding } from './checks.ts';
import type { Evidence, RunEvidence } from './evidence.ts';

/** Invariant 5: `open` reaches 0 when all is done, and not before. */
export function checkOpen({ runs, rows }: Evidence): Finding[] {
  const early: Finding = { invariant: '5 open is not 0 too early', checked: 0, violations: [] };
  const order: Finding = { invariant: '5 no batch is sent before it is counted', checked: 0, violations: [] };
  const end: Finding = { invariant: '5 open is 0 and the run finished', checked: 0, violations: [] };
  for (const run of runs) {
    const own = rows.filter((row) => row.run === run.id);
    followOpen(run.id, own, early);
    followSends(run, own, order);
    end.checked += 1;
    const open = run.counts['open'];
    const isOver = open === 0 && run.state === 'finished';
    if (!isOver) end.violations.push(`${run.id} is ${run.state} with ${open} batches open`);
  }
  return [early, order, end];
}

function followOpen(run: string, rows: AuditRow[], finding: Finding): void {
  const sent = new Set<string>();
  const done = new Set<string>();
  let isOver = false;
  for (const { kind, key, data } of rows) {
    const isNew = (kind === 'lease' && data['fence'] === 1) || kind === 'done' || kind === 'admit';
    if (isOver && isNew) finding.violations.push(`${run}: ${kind} of ${key} after open was 0`);
    if (kind === 'send') sent.add(key);
    if (kind === 'done') done.add(key);
    if (kind !== 'open') continue;
    finding.checked += 1;
    const open = Number(data['value']);
    if (open < 0) finding.violations.push(`${run}: open was ${open}`);
    if (open > 0) continue;
    isOver = true;
    const unfinished = [...sent].filter((batch) => !done.has(batch));
    for (const batch of unfinished)
      finding.violations.push(`${run}: open was 0 before batch ${batch} was done`);
  }
}

/** A child that works before its parent has counted it could bring `open` to 0. */
function followSends({ id, outcomes }: RunEvidence, rows: AuditRow[], finding: Finding): void {
  const parents = new Map<string, string>();
  for (const { batch, retries, links } of outcomes) {
    for (let index = 0; index < retries.length + links.length; index += 1) {
      parents.set(childId(batch, index), batch);
    }
  }
  const done = new Set<string>();
  for (const { kind, key } of rows) {
    if (kind === 'done') done.add(key);
    const parent = kind === 'send' ? parents.get(key) : undefined;
    if (parent === undefined) continue;
    finding.checked += 1;
    if (!done.has(parent)) finding.violations.push(`${id}: batch ${key} was sent before ${parent} was done`);
  }
}
