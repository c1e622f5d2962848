import type { Counts } from '../model.ts';
import { byCount } from '../text/code-counts.ts';
import type { ChangeSummary, Changes, Summary } from './summary-of-run.ts';

/** What a run of a job that recrawls has found beside the runs before; nothing of other jobs. */
export function changesOf(counts: Counts): Pick<Summary, 'changes'> {
  const isKnown = Object.keys(counts).some((name) => name.startsWith('change:') || name.startsWith('reused'));
  return isKnown ? { changes: summaryOf(counts) } : {};
}

function summaryOf(counts: Counts): ChangeSummary {
  const [doubt] = byCount(counts, 'change:doubt:');
  return {
    pages: ofKind(counts, 'pages'),
    items: ofKind(counts, 'items'),
    otherBodies: counts['change:otherBody'] ?? 0,
    tooLarge: counts['change:tooLarge'] ?? 0,
    ...(doubt === undefined ? {} : { doubt: doubt.name }),
    reused: counts['reused'] ?? 0,
    notDue: counts['notDue'] ?? 0,
    checked: counts['reused:checked'] ?? 0,
    untrue: byCount(counts, 'untrue:').map(({ name, count }) => ({ host: name, count })),
  };
}

function ofKind(counts: Counts, kind: 'pages' | 'items'): Changes {
  const of = (mark: string) => counts[`change:${kind}:${mark}`] ?? 0;
  return {
    new: of('new'),
    changed: of('changed'),
    unchanged: of('unchanged'),
    gone: of('gone'),
    notSeen: of('notSeen'),
  };
}
