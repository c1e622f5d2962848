import type { PageRequest } from '../../model.ts';
import type { SourceEnv } from '../../sources/kind.ts';
import type { BatchKeep } from '../keep/batch-keep.ts';
import type { BatchHistory } from '../recrawl/batch-history.ts';
import type { RenderAnswer } from '../render/render-answer.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import type { RobotsGate } from '../turns/robots-gate.ts';
import type { LinkOrigin } from './links.ts';

/** What the visit of one request needs: the run, its batch, and what is known of the host. */
export interface VisitContext {
  run: RunContext;
  /** Id of the batch. */
  batch: string;
  gate: RobotsGate;
  now(): number;
  /** Has the process no time left for handlers? @default never */
  mustEnd?: (() => boolean) | undefined;
  /** Called with each refused link of the page. @default not called */
  onRefusedLink?: LinkOrigin['onRefused'];
  /** Called with what the list of an API ends by, where it ends with this page. @default not called */
  onListEnd?(end: string): void;
  /**
   * May `page` be skipped in favour of `canonical`? Of two pages that name each other only one may be skipped,
   * although each is found on its own. @default always
   */
  mayYield?(page: string, canonical: string): Promise<boolean>;
  /** Has an earlier run given what this request is for, and does its source want new ones alone? @default never */
  isKnown?(request: PageRequest): boolean;
  areKnown?: SourceEnv['areKnown'];
  /** Of a job that reads pages in a browser. */
  render?: RenderAnswer;
  /** Of a job with sessions. */
  sessions?: BatchSessions;
  /** Of a job that recrawls. */
  history?: BatchHistory;
  /** Of a job that keeps its pages. */
  keep?: BatchKeep;
}

/** Is the request not sent, so that it takes no turn: this machine keeps the answer (`--cached`), or the page is not due? */
export function isKept(
  { run, sessions, history }: Pick<VisitContext, 'run' | 'sessions' | 'history'>,
  request: PageRequest,
): boolean {
  if (run.cached === undefined && history === undefined) return false;
  const session = sessions?.of(request)?.name;
  return run.cached?.has(request, session) === true || history?.notDue(request, session) !== undefined;
}

/** How many of the requests are sent, and so take a turn of their host. */
export function countToSend(
  run: RunContext,
  requests: readonly PageRequest[],
  sessions: BatchSessions | undefined,
  history: BatchHistory | undefined,
): number {
  const context = {
    run,
    ...(sessions === undefined ? {} : { sessions }),
    ...(history === undefined ? {} : { history }),
  };
  return requests.filter((request) => !isKept(context, request)).length;
}
