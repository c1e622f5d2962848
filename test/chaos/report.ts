import type { Finding } from './checks.ts';
import type { RoundProgress, RoundResult } from './round.ts';

const shownViolations = 8;

/** One line per invariant, then what was done to the round, then what came of it. */
export function describeRound(findings: Finding[], result: RoundResult): string {
  const width = Math.max(...findings.map(({ invariant }) => invariant.length));
  const lines = findings.flatMap(({ invariant, checked, violations }) => [
    `  ${violations.length === 0 ? 'ok ' : 'BAD'} ${invariant.padEnd(width)} ${String(checked).padStart(6)} checked, ${violations.length} violations`,
    ...violations.slice(0, shownViolations).map((text) => `        ${text}`),
  ]);
  return [...lines, `  faults: ${describeFaults(result.faults)}`, `  ${describeWork(result)}`].join('\n');
}

export function describeFaults(faults: RoundResult['faults']): string {
  return Object.entries(faults)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function describeWork({ evidence, reported, reportedFaults, ms, isStuck }: RoundResult): string {
  const pages = evidence.runs.reduce((sum, { counts }) => sum + (counts['admitted'] ?? 0), 0);
  const refused = evidence.rows.filter(
    ({ kind, data }) => kind === 'refused' && data['what'] === 'commit',
  ).length;
  return [
    `${evidence.runs.length} runs, ${pages} pages, ${evidence.arrivals.length} requests in ${(ms / 1_000).toFixed(1)} s`,
    `${turnsGranted(evidence)} turns granted`,
    `${refused} commits refused as stale, ${reportedFaults.length} batches put back for a fault`,
    `${reported.incremented} increments, ${reported.refused} stale writes refused, ${reported.stoodStill} stood still, ${reported.lockFaults} locks lost or not got`,
    ...(isStuck ? ['the round was STUCK'] : []),
  ].join('; ');
}

/** Many more than requests: processes let turns pass, and the host stands idle. */
function turnsGranted({ rows }: RoundResult['evidence']): number {
  const grants = rows.filter(({ kind }) => kind === 'turns');
  return grants.reduce((sum, { data }) => sum + Number(data['count']), 0);
}

export function describeProgress({ ms, runs, faults }: RoundProgress): string {
  const states = runs.map(({ state, counts }) => {
    const { open = 0, stored = 0, failed = 0, skipped = 0 } = counts;
    return `${state || 'to come'} open ${open} stored ${stored} failed ${failed} skipped ${skipped}`;
  });
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `  ${(ms / 1_000).toFixed(0).padStart(3)} s  ${states.join(' | ')}  faults ${injected}`;
}
