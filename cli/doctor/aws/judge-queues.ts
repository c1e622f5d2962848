import { formatCount, formatDuration, formatNoun } from '../../../shared/text/format.ts';
import { type CheckFinding, commands, look, ok, unchecked, wrong } from '../check.ts';

/** The number of messages of a standard queue that SQS allows in flight ("Amazon SQS message quotas"). */
const maxInFlight = 120_000;
/** Of it, what is no reason to look. */
const usualShare = 0.6;
/** The longest delay of SQS, after which a batch looks again. */
const maxDelayMs = 900_000;

export interface StackQueue {
  /** The logical id of the queue in the template. */
  name: string;
  waiting: number;
  inFlight: number;
  delayed: number;
}

/** The finding for the queues of a stack. */
export function judgeQueues(queues: StackQueue[]): CheckFinding {
  if (queues.length === 0) return unchecked('the stack has no queues');
  const filled = queues.filter(({ waiting }) => waiting > 0);
  // The final dead-letter queues are read by people alone.
  const last = filled.filter(({ name }) =>
    /Graveyard|FinalDeadLetter|FinishDeadLetters|MissedStarts/.test(name),
  );
  if (last.length > 0) {
    const messages = last.map(
      ({ name, waiting }) => `${formatNoun(waiting, 'message')} in ${shortName(name)}`,
    );
    return wrong(
      `${messages.join(', ')}, which nothing reads`,
      commands([...new Set(last.map(({ name }) => remedyOfLast(name)))]),
    );
  }
  const says = queues.flatMap(depthOf).join('; ');
  if (filled.some(({ name }) => /^DeadLetters/.test(name))) {
    return look(
      says,
      'Dead letters are split by their function; if they stay, see Dead letters pile up in docs/operations.md.',
    );
  }
  if (queues.some(({ inFlight }) => inFlight > usualShare * maxInFlight)) {
    return look(
      `${says}; SQS allows ${formatCount(maxInFlight)} under way`,
      'Lower aws.maxConcurrency, and deploy.',
    );
  }
  return ok(says === '' ? `${formatNoun(queues.length, 'queue')}, all empty` : says);
}

/** The finding for how long the oldest message has waited; without a figure, none has. */
export function judgeAge(ageSeconds: number | undefined, visibilityMs: number): CheckFinding {
  if (ageSeconds === undefined) return unchecked('CloudWatch has no age: nothing has waited lately');
  const says = `the oldest has waited ${formatDuration(ageSeconds * 1_000)}`;
  if (ageSeconds * 1_000 <= 2 * (maxDelayMs + visibilityMs)) return ok(says);
  return look(says, 'See Batches wait too long in docs/operations.md.');
}

function depthOf({ name, waiting, inFlight, delayed }: StackQueue): string[] {
  if (waiting + inFlight + delayed === 0) return [];
  return [
    `${shortName(name)} ${formatCount(waiting)} due, ${formatCount(inFlight)} under way, ${formatCount(delayed)} for later`,
  ];
}

function remedyOfLast(name: string): string {
  if (/^Finish/.test(name)) return 'See A run cannot be finished in docs/operations.md.';
  if (/^MissedStarts/.test(name)) return 'See Starts missed in docs/operations.md.';
  return 'Mend the cause, then: npx spinneret redrive. See A batch cannot be saved in docs/operations.md.';
}

/** CDK puts `Queue` and a hash after the name that infra/queues.ts gives. */
function shortName(logicalId: string): string {
  return logicalId.replace(/Queue[0-9A-F]{8}$/, '');
}
