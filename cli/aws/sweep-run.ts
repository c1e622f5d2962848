import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { writeTask } from '../../shared/deployment/messages.ts';
import { finishRun } from '../../shared/engine/run/finish-run.ts';
import { addFindings, nothingSwept, sweepRun } from '../../shared/engine/run/sweep.ts';
import { HaltError } from '../../shared/errors.ts';
import { formatVersion, type Run, type SweepFindings } from '../../shared/model.ts';
import { formatNoun } from '../../shared/text/format.ts';
import { makeTicker } from '../progress/ticker.ts';
import { lacksMessages } from './lost-messages.ts';
import type { AwsProject } from './on-aws.ts';

/**
 * `over`: no batch is open. `present`: as many messages are there as batches are open. `swept`: its outcomes were
 * looked through. `goesOn`: some of them, and the finish function looks through the rest.
 */
export interface SweepReport extends SweepFindings {
  state: 'over' | 'present' | 'swept' | 'goesOn';
  open: number;
}

/** Up to this number, a second message for each open batch costs next to nothing. */
const fewOpen = 1_000;

/** A user waits for the command. It is enough for the outcomes of some ten thousand batches. */
const retryBudgetMs = 30_000;

const dayMs = 86_400_000;

/**
 * Sends the open batches of a run again that nobody works on, if there is reason to: few are open, or fewer messages
 * than batches are. A run without open batches is ended. Throws `HaltError` RUN_EXPIRED for a run with open batches that
 * is older than what the table keeps of it.
 */
export async function sweepOnAws(aws: AwsProject, run: Run): Promise<SweepReport> {
  const { ledger } = aws.store;
  const { open = 0 } = await ledger.readCounts(run.id);
  if (open === 0) {
    await finishRun({ ledger }, run.id, open);
    await sendTask(aws, writeTask({ task: 'finish', run: run.id }));
    return { state: 'over', open, ...nothingSwept };
  }
  refuseExpired(aws, run, open);
  if (open > fewOpen && !(await lacksMessages(aws))) return { state: 'present', open, ...nothingSwept };
  return sweep(aws, run, open);
}

export function describeSweep({ state, open, sentAgain, underWay, looked, untold }: SweepReport): string[] {
  const lines: string[] = [];
  if (state === 'over') lines.push('every batch is done: it is brought to its end');
  if (state === 'present') {
    const batches = formatNoun(open, 'batch is', 'batches are');
    lines.push(`${batches} open, and no fewer messages stand for ${them(open)}`);
  }
  if (sentAgain > 0) {
    const batches = formatNoun(sentAgain, 'batch was', 'batches were');
    lines.push(`${batches} open, and nobody worked on ${them(sentAgain)}: sent again`);
  }
  if (underWay > 0) lines.push(`${formatNoun(underWay, 'batch is', 'batches are')} being worked on`);
  if (untold > 0) {
    lines.push(
      `${formatNoun(untold, 'outcome', 'outcomes')} could not be followed: written by a newer version, or what was known of the URLs is deleted`,
    );
  }
  if (state === 'goesOn')
    lines.push(`looked through ${formatNoun(looked, 'outcome')}; the finish function goes on with the rest`);
  return lines;
}

function them(count: number): string {
  return count === 1 ? 'it' : 'them';
}

function refuseExpired({ settings }: AwsProject, { id, startedAt }: Run, open: number): void {
  if (Date.now() < startedAt + settings.aws.keepDays * dayMs) return;
  const what = `${formatNoun(open, 'batch', 'batches')} of ${id} ${open === 1 ? 'is' : 'are'} open`;
  throw new HaltError('RUN_EXPIRED', `${what}, and it is older than aws.keepDays (${settings.aws.keepDays})`);
}

async function sweep(aws: AwsProject, { id }: Run, open: number): Promise<SweepReport> {
  const { store, stack } = aws;
  // Writes in the version of the stack's workers, if that is older than this command's.
  const ports = { ...store, version: Math.min(stack.version, formatVersion) };
  const isTimeUp = (() => {
    const endsAt = performance.now() + retryBudgetMs;
    // A stack of version 0.1 has no finish queue, so nothing would continue the sweep after this command.
    return () => stack.finishQueueUrl !== undefined && performance.now() > endsAt;
  })();
  let found = nothingSwept;
  using ticker = makeTicker(() => `${formatNoun(found.looked, 'outcome')} looked through so far`);
  for (let cursor: string | undefined; ; ) {
    const { cursor: next, ...part } = await sweepRun(ports, id, { cursor, isTimeUp: () => true });
    found = addFindings(found, part);
    if (next === undefined) return { state: 'swept', open, ...found };
    cursor = next;
    ticker.tick();
    if (!isTimeUp()) continue;
    await sendTask(aws, writeTask({ task: 'sweep', run: id, cursor, found }));
    return { state: 'goesOn', open, ...found };
  }
}

async function sendTask({ store: { sqs }, stack }: AwsProject, MessageBody: string): Promise<void> {
  const { finishQueueUrl: QueueUrl } = stack;
  if (QueueUrl !== undefined) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}
