import { setTimeout as sleep } from 'node:timers/promises';
import { hasLostMessages, progressOf, remember, type StallState } from '../../shared/engine/run/stall.ts';
import { isGivenUp, type RunView } from '../../shared/observe/run-view.ts';
import { countMessages } from '../../shared/stores/aws/queue-depth.ts';
import { batchQueuesOf } from './find-stack.ts';
import type { MissingMessages } from './missing-text.ts';
import type { AwsProject } from './on-aws.ts';
import type { Fleet } from './read-fleet.ts';
import { readViews } from './read-runs.ts';

/** Missing messages by the id of their run. */
export type MissingByRun = ReadonlyMap<string, MissingMessages>;

type Where = Pick<AwsProject, 'store' | 'stack'>;

/** The maximum number of runs whose open batches are counted, since each costs reads. */
const maxRunsCounted = 100;

/** A queue's counts are right a minute after the last message at the latest ("GetQueueAttributes", SQS API reference). */
const settledMs = 60_000;

/** The pause between the two reads of a command that does not watch. */
const secondLookMs = 2_000;

/** The interval of checks while watching: each check reads the counts of all active runs. */
const watchLookMs = 15_000;

/** Whether there are fewer messages than open batches. A queue does not distinguish runs, so all open runs are counted. */
export async function lacksMessages({ store: { ledger, sqs }, stack }: Where): Promise<boolean> {
  // The final dead-letter queue is not counted, since nothing reads its messages.
  const messages = await countMessages(sqs, [...batchQueuesOf(stack), stack.deadLetterQueueUrl]);
  let open = 0;
  for (const run of await ledger.listRuns(maxRunsCounted)) {
    if (run.state !== 'finished' && !isGivenUp(run)) open += (await ledger.readCounts(run.id))['open'] ?? 0;
    if (open > messages) return true;
  }
  return false;
}

/**
 * The runs among `views` whose messages are missing, by the rule that the watchdog repairs them by: two looks in a row
 * that see no progress and too few messages. The second look is taken only if the first finds a shortage.
 */
export async function findMissing(
  aws: Where,
  views: RunView[],
  { workersSeen = 0 }: Pick<Fleet, 'workersSeen'>,
): Promise<MissingByRun> {
  const going = views.filter(goesByItself);
  if (going.length === 0 || workersSeen > 0 || !(await lacksMessages(aws))) return new Map();
  const at = Date.now();
  const before = new Map(going.map((view) => [view.run.id, firstLook(view, at)]));
  await sleep(secondLookMs);
  const again = await readViews(
    aws.store.ledger,
    going.map(({ run }) => run),
  );
  const isShort = again.some(goesByItself) && (await lacksMessages(aws));
  return new Map(
    again.filter(goesByItself).flatMap((view) => {
      const { run, counts } = view;
      const sight = { at: Date.now(), progress: progressOf(counts), isShort };
      if (!hasLostMessages(remember(before.get(run.id), sight))) return [];
      const state = at - run.startedAt < settledMs ? 'unsure' : 'lost';
      return [[run.id, { state, open: counts['open'] ?? 0 }] as const];
    }),
  );
}

function firstLook({ counts }: RunView, at: number): StallState {
  return remember(undefined, { at, progress: progressOf(counts), isShort: true });
}

/** `findMissing` for repeated calls: the runs without progress for a minute that lack messages all that time. */
export function watchMissing(aws: Where): (views: RunView[]) => Promise<MissingByRun> {
  const looks = new Map<string, StallState>();
  let missing: MissingByRun = new Map();
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async (views) => {
    const at = Date.now();
    const going = views.filter(goesByItself);
    const still = going.filter(({ run, counts }) => looks.get(run.id)?.progress === progressOf(counts));
    if (at - lookedAt < watchLookMs) return onlyOf(missing, still);
    lookedAt = at;
    const isShort = still.length > 0 && (await lacksMessages(aws));
    missing = new Map(
      going.flatMap(({ run, counts }) => {
        const look = remember(looks.get(run.id), { at, progress: progressOf(counts), isShort });
        looks.set(run.id, look);
        const isLost = hasLostMessages(look) && at - look.since >= settledMs;
        return isLost ? [[run.id, { state: 'lost', open: counts['open'] ?? 0 }] as const] : [];
      }),
    );
    return missing;
  };
}

function onlyOf(missing: MissingByRun, views: RunView[]): MissingByRun {
  const ids = new Set(views.map(({ run }) => run.id));
  return new Map([...missing].filter(([id]) => ids.has(id)));
}

/** False for a paused run, whose messages are deferred again and again, and for one that was given up. */
function goesByItself({ run, counts, isOver }: RunView): boolean {
  return !isOver && (counts['open'] ?? 0) > 0 && (run.state === 'running' || run.state === 'cancelled');
}
