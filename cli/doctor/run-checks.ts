import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownModule } from '../../shared/own-files.ts';
import { formatDuration } from '../../shared/text/format.ts';
import type { Check, CheckFinding, CheckGroup, CheckTarget } from './check.ts';
import { look, wrong } from './check.ts';
import type { CheckReport, Order } from './process.ts';

export interface Checked {
  id: string;
  title: string;
  finding: CheckFinding;
}

const main = ownModule('cli/doctor/process');

/**
 * Runs all checks at once, each group in a process of its own, and ends within `limitMs` in any case: a check that
 * has not ended by then is reported as such. Never rejects because of a check.
 */
export async function runChecks(checks: Check[], target: CheckTarget, limitMs: number): Promise<Checked[]> {
  const groups = [...new Set(checks.map(({ group }) => group))];
  const findings = new Map<string, CheckFinding>();
  const deaths = new Map<CheckGroup, string>();
  await Promise.all(
    groups.map(async (group) => {
      const death = await runGroup({ group, target: target }, limitMs, ({ id, finding }) =>
        findings.set(`${group} ${id}`, finding),
      );
      if (death !== undefined) deaths.set(group, death);
    }),
  );
  return checks.map(({ id, title, group }) => ({
    id,
    title,
    finding: findings.get(`${group} ${id}`) ?? unfinished(deaths.get(group), limitMs),
  }));
}

function unfinished(death: string | undefined, limitMs: number): CheckFinding {
  if (death === undefined) {
    return look(
      `no answer within ${formatDuration(limitMs)}`,
      'Look for what hangs: a name server, a disk, a handler that never ends, a very large store.',
    );
  }
  return wrong(
    `the process that looked at it died: ${death}`,
    'Read the message; a handler or the machine may be at fault.',
  );
}

/** Why the process died, if it did so by itself. */
async function runGroup(
  order: Order,
  limitMs: number,
  onReport: (report: CheckReport) => void,
): Promise<string | undefined> {
  const child = spawn(process.execPath, [main, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-2_000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const report = parseReport(line);
    if (report !== undefined) onReport(report);
  });
  const finished = once(child, 'close').then(
    ([code, signal]) => (code === 0 ? undefined : deathOf(errors, signal ?? code)),
    (error: unknown) => String(error),
  );
  const isEnded = new AbortController();
  const late = sleep(limitMs, undefined, { signal: isEnded.signal }).then(() => {
    child.kill('SIGKILL');
    // Its own child processes may hold the pipes, and a hanging disk even the process.
    child.stdout.destroy();
    child.stderr.destroy();
    child.unref();
  });
  const death = await Promise.race([finished, late.catch(() => undefined)]);
  isEnded.abort();
  return death ?? undefined;
}

function deathOf(errors: string, exit: unknown): string {
  return errors.split('\n').find((line) => /Error/.test(line)) ?? `exit ${exit}`;
}

/** A loaded handler may write to the same output. */
function parseReport(line: string): CheckReport | undefined {
  try {
    const value: Partial<CheckReport> = JSON.parse(line);
    return value.id === undefined || value.finding === undefined ? undefined : (value as CheckReport);
  } catch {
    return undefined;
  }
}
