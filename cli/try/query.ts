import { setTimeout as sleep } from 'node:timers/promises';
import { makeVisit, type Visit } from '../../shared/engine/make-visit.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { openGate, type RobotsGate } from '../../shared/engine/turns/robots-gate.ts';
import { failVisit } from '../../shared/engine/visit/fail-visit.ts';
import { visit } from '../../shared/engine/visit/visit.ts';
import type { DropError, RetryError } from '../../shared/errors.ts';
import type { PageRequest } from '../../shared/model.ts';
import type { QueryReport, QueryTrial, TrialVisit } from '../../shared/sources/ahead-parts.ts';
import { kindOf } from '../../shared/sources/sources.ts';
import { askRobots } from './robots.ts';

/**
 * Sends one query, and follows the first `limit` requests of its answer to their items, and the first of these to what a
 * run would ask for after it. Writes nothing. `isAnswered`: a valid answer was received.
 */
export async function tryQuery(
  context: RunContext,
  trial: QueryTrial,
  limit: number,
): Promise<QueryReport & { isAnswered: boolean }> {
  const answer = await visitPolitely(context, trial.request);
  const found = answer.links.filter(trial.leadsToItem);
  const steps: TrialVisit[] = [];
  for (const [index, item] of found.slice(0, limit).entries()) {
    let next: PageRequest | undefined = item;
    while (next !== undefined) {
      const asked: PageRequest = next;
      const { step, visited } = await takeStep(context, asked);
      steps.push(step);
      next = visited.retry ?? (index === 0 ? trial.after(asked, step.fact) : undefined);
    }
  }
  const report = trial.report({ ...answer, url: trial.request.url }, found, steps);
  return { ...report, isAnswered: answer.fact.end === 'stored' };
}

async function takeStep(
  context: RunContext,
  request: PageRequest,
): Promise<{ step: TrialVisit; visited: Visit }> {
  const answer = await visitPolitely(context, request);
  // A run would retry later; here the retry counts as a failure.
  const visited = answer.fact.end === 'retry' ? makeVisit(request, { end: 'failed' }) : answer;
  const { fact, links, linkCounts } = answer;
  return { step: { url: request.url, fact, links, linkCounts, items: visited.items }, visited };
}

async function visitPolitely(context: RunContext, request: PageRequest): Promise<Visit> {
  const { touchesHost, hostRules } = kindOf(request);
  const isUngated = !touchesHost || hostRules(request, context.env).robots !== 'obey';
  const { gate, failure } = isUngated ? { gate: openGate } : await askPolitely(context, request);
  const visiting = { run: context, batch: 'try', gate, now: Date.now };
  if (failure !== undefined) return failVisit(visiting, request, failure);
  const visited = await visit(visiting, request);
  if (visited === 'late') throw new Error('a request without a turn cannot be late');
  return visited;
}

/** Pages of one website are a few at most, each in its turn. */
async function askPolitely(
  context: RunContext,
  { url }: PageRequest,
): Promise<{ gate: RobotsGate; failure?: RetryError | DropError }> {
  const asked = await askRobots(context, url, { mode: 'obey' });
  await sleep(Math.max(context.job.politeness.gapMs, asked.gate.crawlDelayMs));
  return asked;
}
