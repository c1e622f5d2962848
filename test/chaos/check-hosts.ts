import type { Finding } from './checks.ts';
import type { Evidence } from './evidence.ts';
import type { Arrival } from './site-process.ts';

/** Invariant 3, by the store's grants and by the server's log, over all processes and runs. */
export function checkHosts(evidence: Evidence): Finding[] {
  return [checkTurns(evidence), checkArrivalsInTurn(evidence), checkGaps(evidence), checkForbidden(evidence)];
}

/** Turns of one grant. Times are epoch ms by the store's clock. */
interface Grant {
  firstAt: number;
  lastEnd: number;
  spacingMs: number;
  slackMs: number;
  /** Beyond the slack of its turns, once for all of them. */
  spareMs: number;
  count: number;
  gapMs: number;
  /** How the clock stood before: after the grant before it, less what was given back. */
  before: Pick<Grant, 'lastEnd' | 'gapMs'> | undefined;
}

function grantsOf({ rows }: Evidence, host: string): Grant[] {
  let before: Grant['before'];
  return rows
    .filter(({ kind, key }) => (kind === 'turns' || kind === 'turnsBack') && key === host)
    .flatMap(({ kind, data }) => {
      if (kind === 'turnsBack') {
        before = { gapMs: before?.gapMs ?? 0, lastEnd: Number(data['lastEnd']) };
        return [];
      }
      const names = ['lastEnd', 'count', 'gapMs', 'slackMs', 'spareMs'];
      const [lastEnd, count, gapMs, slackMs, spareMs] = names.map((name) => Number(data[name])) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const spacingMs = gapMs + slackMs;
      const grant: Grant = {
        before,
        firstAt: lastEnd - spareMs - slackMs - (count - 1) * spacingMs,
        lastEnd,
        spacingMs,
        slackMs,
        spareMs,
        count,
        gapMs,
      };
      before = grant;
      return [grant];
    });
}

function checkTurns(evidence: Evidence): Finding {
  const violations: string[] = [];
  let checked = 0;
  for (const host of evidence.hosts) {
    const grants = grantsOf(evidence, host);
    checked += grants.length;
    for (const { firstAt, gapMs, before } of grants) {
      // Where a gap is no whole number, both ends are rounded up.
      const earliest = before === undefined ? 0 : before.lastEnd + Math.max(gapMs, before.gapMs) - 1;
      if (firstAt < earliest) violations.push(`${host}: turns granted ${earliest - firstAt} ms too early`);
    }
  }
  return { invariant: '3 turns are granted a gap apart', checked, violations };
}

/** Clocks are right to some milliseconds. A machine with fewer cores than processes delivers late. */
const tolerance = { earlyMs: 50, lateMs: 2_000 };

function checkArrivalsInTurn(evidence: Evidence): Finding {
  const violations: string[] = [];
  for (const [index, host] of evidence.hosts.entries()) {
    const turns = grantsOf(evidence, host)
      .flatMap(({ firstAt, count, spacingMs, slackMs, spareMs }) =>
        Array.from({ length: count }, (_, turn) => ({
          from: firstAt + turn * spacingMs - tolerance.earlyMs,
          to: firstAt + turn * spacingMs + slackMs + spareMs + tolerance.lateMs,
        })),
      )
      .sort((a, b) => a.to - b.to);
    for (const { at, path } of arrivalsAt(evidence, index)) {
      // The turn that is over first: if any choice fits all arrivals, this one does.
      const found = turns.findIndex(({ from, to }) => from <= at && at <= to);
      if (found < 0) violations.push(`${host}${path} was asked for at ${at} without a turn`);
      else turns.splice(found, 1);
    }
  }
  return { invariant: '3 every request has a turn', checked: evidence.arrivals.length, violations };
}

/**
 * The log says when the server came to look, not when a request was written: on a machine with fewer cores than
 * processes the former of two may be seen late, by some milliseconds, and the latter is then seen early. A clock that did
 * not hold would show in half of the gaps, or by much in one.
 */
const tolerated = { share: 1 / 6, atLeast: 6, ms: 2, mostOfGap: 1 / 2 };

function checkGaps(evidence: Evidence): Finding {
  const violations: string[] = [];
  let checked = 0;
  const early: string[] = [];
  for (const [index, host] of evidence.hosts.entries()) {
    const gapMs = Math.max(evidence.gapMs, evidence.crawlDelaysMs[index] ?? 0);
    const arrivals = arrivalsAt(evidence, index);
    for (const [place, { at, path }] of arrivals.entries()) {
      const before = arrivals[place - 1];
      if (before === undefined) continue;
      checked += 1;
      const betweenMs = at - before.at;
      if (betweenMs >= gapMs - tolerated.ms) continue;
      const line = `${host}: ${path} came ${betweenMs.toFixed(1)} ms after ${before.path}, gap ${gapMs}`;
      if (betweenMs < gapMs * (1 - tolerated.mostOfGap)) violations.push(line);
      else early.push(line);
    }
  }
  if (early.length > Math.max(tolerated.atLeast, checked * tolerated.share)) violations.push(...early);
  return { invariant: `3 requests arrive a gap apart (${early.length} early)`, checked, violations };
}

function checkForbidden({ arrivals, runs }: Evidence): Finding {
  const forbidden = new Set(runs.flatMap(({ truth }) => truth.forbidden));
  const violations = arrivals
    .filter(({ path }) => forbidden.has(path))
    .map(({ path }) => `${path} was asked for, though robots.txt forbids it`);
  return { invariant: '3 robots.txt is obeyed', checked: arrivals.length, violations };
}

function arrivalsAt({ arrivals }: Evidence, host: number): Arrival[] {
  return arrivals.filter((arrival) => arrival.host === host).sort((a, b) => a.at - b.at);
}
