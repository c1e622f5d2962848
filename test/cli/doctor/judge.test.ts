import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { judgeCanary } from '../../../cli/doctor/aws/canary.ts';
import {
  judgeBrowser,
  judgeConcurrency,
  judgeFunctions,
  judgeMappings,
  judgeRecursion,
} from '../../../cli/doctor/aws/judge-functions.ts';
import { judgeAge, judgeQueues } from '../../../cli/doctor/aws/judge-queues.ts';
import { type CheckFinding, findingOf, look, ok, unchecked, wrong } from '../../../cli/doctor/check.ts';
import { judgeSkew, setClock, skewBetween } from '../../../cli/doctor/clock-skew.ts';
import { reportChecks } from '../../../cli/doctor/doctor.ts';
import { HaltError } from '../../../shared/errors.ts';
import { makeRun } from '../../observe/make-run.ts';
import { keepOutput } from '../kept-output.ts';

const queue = (name: string, waiting = 0, inFlight = 0, delayed = 0) => ({
  name,
  waiting,
  inFlight,
  delayed,
});

describe('judgeBrowser', () => {
  const browser = { memoryMb: 2_048, maxConcurrency: 20 };

  it.each<[string, Parameters<typeof judgeBrowser>, CheckFinding['state'], RegExp]>([
    ['has none, as the settings say', [undefined, {}], 'ok', /jobs with render are refused/],
    [
      'has what the settings say',
      [{ MemorySize: 2_048 }, { browser }],
      'ok',
      /functions of 2,048 MB, for 5 pages at once each$/,
    ],
    [
      'has another memory than the settings say',
      [{ MemorySize: 1_024 }, { browser }],
      'look',
      /1,024 MB, for 2 pages at once each; the settings say aws\.browser\.memoryMb: 2048$/,
    ],
    ['lacks what the settings ask for', [undefined, { browser }], 'wrong', /aws\.browser/],
    ['has what the settings do not name', [{}, {}], 'look', /the next deployment removes them/],
  ])('says whether the stack %s', (_, of, state, says) => {
    expect(judgeBrowser(...of)).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});

describe('judgeConcurrency', () => {
  const quota = { unreserved: 1_000 };

  it.each<[string, Parameters<typeof judgeConcurrency>, CheckFinding]>([
    [
      'are as the settings say',
      [{ workers: 9 }, { workers: 9 }, quota],
      ok('up to 9 workers, of 1,000 functions that may run at once'),
    ],
    [
      'are others, workers and functions with a browser',
      [{ workers: 9, browsers: 5 }, { workers: 8, browsers: 6 }, quota],
      look(
        'up to 9 workers and 5 functions with a browser, of 1,000 functions that may run at once; the settings say aws.maxConcurrency: 8 and aws.browser.maxConcurrency: 6',
        'Deploy the settings: npx cdk deploy --all.',
      ),
    ],
    [
      'have a browser that the settings do not name, which is said elsewhere',
      [{ workers: 9, browsers: 5 }, { workers: 9 }, quota],
      ok('up to 9 workers and 5 functions with a browser, of 1,000 functions that may run at once'),
    ],
  ])('says whether functions at once %s', (_, of, finding) => {
    expect(judgeConcurrency(...of)).toEqual(finding);
  });
});

describe('judgeQueues', () => {
  const operations = 'in docs/operations.md.';

  it.each<[string, ReturnType<typeof queue>[], CheckFinding]>([
    ['no queue', [], unchecked('the stack has no queues')],
    ['an empty one', [queue('WorkQueue0123ABCD')], ok('1 queue, all empty')],
    [
      'two empty ones',
      [queue('WorkQueue0123ABCD'), queue('GraveyardQueue0123ABCD')],
      ok('2 queues, all empty'),
    ],
    [
      'filled ones, with their names in the source, and no others',
      [queue('WorkQueue0123ABCD', 1_000, 2, 3), queue('FinishQueue0123ABCD'), queue('Other', 0, 0, 1)],
      ok('Work 1,000 due, 2 under way, 3 for later; Other 0 due, 0 under way, 1 for later'),
    ],
    [
      'dead letters',
      [queue('DeadLettersQueue0123ABCD', 1)],
      look(
        'DeadLetters 1 due, 0 under way, 0 for later',
        `Dead letters are split by their function; if they stay, see Dead letters pile up ${operations}`,
      ),
    ],
    [
      'dead letters that are being split',
      [queue('DeadLettersQueue0123ABCD', 0, 1)],
      ok('DeadLetters 0 due, 1 under way, 0 for later'),
    ],
    [
      'letters that nothing reads, whatever else there is',
      [
        queue('DeadLettersQueue0123ABCD', 7),
        queue('GraveyardQueue0123ABCD', 1),
        queue('FinalDeadLetterQueue0123ABCD', 2),
        queue('FinishDeadLettersQueue0123ABCD', 1),
        queue('MissedStartsQueue0123ABCD', 3),
      ],
      wrong(
        '1 message in Graveyard, 2 messages in FinalDeadLetter, 1 message in FinishDeadLetters, 3 messages in MissedStarts, which nothing reads',
        [
          `Mend the cause, then: npx spinneret redrive. See A batch cannot be saved ${operations}`,
          `See A run cannot be finished ${operations}`,
          `See Starts missed ${operations}`,
        ].join('\n'),
      ),
    ],
    [
      'as many under way as is no reason to look',
      [queue('WorkQueue0123ABCD', 0, 72_000)],
      ok('Work 0 due, 72,000 under way, 0 for later'),
    ],
    [
      'more than three fifths of what SQS allows',
      [queue('WorkQueue0123ABCD', 0, 72_001)],
      look(
        'Work 0 due, 72,001 under way, 0 for later; SQS allows 120,000 under way',
        'Lower aws.maxConcurrency, and deploy.',
      ),
    ],
  ])('of %s', (_, queues, finding) => {
    expect(judgeQueues(queues)).toEqual(finding);
  });
});

describe('judgeAge', () => {
  it.each<[number | undefined, CheckFinding]>([
    [undefined, unchecked('CloudWatch has no age: nothing has waited lately')],
    // Twice the longest delay, and twice a visibility of 100 s.
    [2_000, ok('the oldest has waited 33 m 20 s')],
    [2_001, look('the oldest has waited 33 m 21 s', 'See Batches wait too long in docs/operations.md.')],
  ])('of %s s', (ageSeconds, finding) => {
    expect(judgeAge(ageSeconds, 100_000)).toEqual(finding);
  });
});

describe('judgeFunctions', () => {
  const active = { FunctionName: 'a', State: 'Active', LastUpdateStatus: 'Successful' } as const;
  const again = 'Deploy again: npx cdk deploy --all.';

  it.each<[string, FunctionConfiguration[], CheckFinding]>([
    ['one that is active', [active], ok('1 function active')],
    [
      'idle ones, and one of which nothing is said',
      [{ ...active, State: 'Inactive' }, {}],
      ok('2 functions active'),
    ],
    [
      'one that failed',
      [active, { ...active, State: 'Failed', StateReason: 'no role' }],
      wrong('a is Failed, last update Successful no role', again),
    ],
    [
      'one whose update failed',
      [{ ...active, LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no image' }],
      wrong('a is Active, last update Failed no image', again),
    ],
    [
      'those that are under way',
      [
        { ...active, State: 'Pending' },
        { ...active, LastUpdateStatus: 'InProgress' },
      ],
      look(
        'a is Pending, last update Successful; a is Active, last update InProgress',
        'Look again when that is over.',
      ),
    ],
    [
      'one under way and one that failed',
      [
        { ...active, State: 'Pending' },
        { ...active, State: 'Failed' },
      ],
      wrong('a is Pending, last update Successful; a is Failed, last update Successful', again),
    ],
  ])('of %s', (_, functions, finding) => {
    expect(judgeFunctions(functions)).toEqual(finding);
  });
});

describe('judgeMappings', () => {
  const work = { EventSourceArn: 'arn:aws:sqs:eu-west-1:1:work', State: 'Enabled', UUID: 'u1' };
  const other = { ...work, EventSourceArn: 'arn:aws:sqs:eu-west-1:1:other', UUID: 'u2' };

  it.each<[string, EventSourceMappingConfiguration[], CheckFinding]>([
    ['none', [], wrong('no queue feeds a function', 'Deploy again: npx cdk deploy --all.')],
    ['one', [{ ...work, LastProcessingResult: 'OK' }], ok('1 queue feeds its function')],
    ['two', [work, other], ok('2 queues feed their functions')],
    [
      'some that are off',
      [work, { ...other, State: 'Disabled', LastProcessingResult: 'PROBLEM: denied' }],
      wrong(
        'the queue other feeds nothing: its mapping is Disabled',
        'aws lambda update-event-source-mapping --region eu-west-1 --uuid u2 --enabled',
      ),
    ],
    [
      'some that fail',
      [work, { ...other, LastProcessingResult: 'PROBLEM: denied' }],
      look(
        'the mapping of other says PROBLEM: denied',
        'Read the log group of its function: npx spinneret status --aws has the dashboard.',
      ),
    ],
  ])('of %s', (_, mappings, finding) => {
    expect(judgeMappings(mappings, 'eu-west-1')).toEqual(finding);
  });
});

describe('judgeRecursion', () => {
  const allow =
    'aws lambda put-function-recursion-config --region eu-west-1 --function-name a --recursive-loop Allow';
  const says = 'Lambda ends chains of a after some sixteen batches: deep crawls lose pages';

  it.each<[string, string[], { finishQueueUrl?: string }, CheckFinding]>([
    ['none', [], {}, ok('allowed for the functions that send to their own queue')],
    ['some', ['a'], { finishQueueUrl: 'http://q' }, wrong(says, allow)],
    [
      'some of the first release',
      ['a'],
      {},
      wrong(says, `Deploy this version: npx cdk deploy --all. Until then:\n${allow}`),
    ],
  ])('of %s that are ended', (_, stopped, stack, finding) => {
    expect(judgeRecursion(stopped, { region: 'eu-west-1', ...stack })).toEqual(finding);
  });
});

describe('judgeCanary', () => {
  const more = 'npx spinneret status canary-1 --aws';
  const paused = makeRun({ id: 'canary-1', state: 'paused' });

  it.each<[string, Parameters<typeof judgeCanary>[1], CheckFinding]>([
    [
      'a page that was stored',
      { run: makeRun(), counts: { open: 0, stored: 1, 'used:lambdaMbMs': 1e6 } },
      ok('one page stored in 40 s, for $0.000013'),
    ],
    [
      'a run that goes on',
      { run: makeRun(), counts: { open: 1 } },
      wrong('canary-1 is not over after 40 s', `Nobody works on it, or slowly: ${more}`),
    ],
    // Its record may not be there.
    [
      'an unknown run',
      { run: undefined, counts: { open: 1 } },
      wrong('canary-1 is not over after 40 s', `Nobody works on it, or slowly: ${more}`),
    ],
    [
      'a run paused by command',
      { run: paused, counts: { open: 1 } },
      wrong('canary-1 was paused: by command', `Mend that; then ${more}`),
    ],
    [
      'a run paused by a fault',
      { run: { ...paused, reason: { code: 'ENV_MISSING', message: 'KEY' } }, counts: {} },
      wrong('canary-1 was paused: ENV_MISSING: KEY', `Mend that; then ${more}`),
    ],
    [
      'a page that failed',
      { run: makeRun(), counts: { failed: 1, 'failed:HTTP_404': 1 } },
      withoutPage('failed:HTTP_404'),
    ],
    [
      'a page that was skipped',
      { run: makeRun(), counts: { 'skipped:ROBOTS_DENIED': 1 } },
      withoutPage('skipped:ROBOTS_DENIED'),
    ],
    ['no page at all', { run: makeRun(), counts: {} }, withoutPage('not admitted')],
  ])('of %s', (_, end, finding) => {
    expect(judgeCanary('canary-1', end, '40 s', '--aws')).toEqual(finding);
  });
});

function withoutPage(code: string): CheckFinding {
  return look(
    `canary-1 ended in 40 s, without its page: ${code}`,
    'The stack works; the page does not. Name another, or look the code up in docs/errors.md.',
  );
}

describe('judgeSkew', () => {
  const refused = `${setClock} AWS refuses calls that are five minutes off.`;

  it.each<[number, CheckFinding]>([
    [1_999, ok('agrees with that of X')],
    [-1_999, ok('agrees with that of X')],
    [2_000, ok('2 s ahead of that of X')],
    [4_999, ok('5 s ahead of that of X')],
    [5_000, look('5 s ahead of that of X', setClock)],
    [-5_000, look('5 s behind that of X', setClock)],
    [299_999, look('300 s ahead of that of X', setClock)],
    [300_000, wrong('300 s ahead of that of X', refused)],
    [-300_000, wrong('300 s behind that of X', refused)],
  ])('of %i ms', (ms, finding) => {
    expect(judgeSkew(ms, 'X')).toEqual(finding);
  });

  it.each([
    // The header names a second, of which any moment may be meant, before and after the call.
    [10_999, 11_100, 10_000, 0],
    [11_001, 11_100, 10_000, 1],
    [9_000, 10_000, 10_000, 0],
    [9_000, 9_999, 10_000, -1],
  ])('of a call from %i to %i that names %i is %i', (sentAt, receivedAt, date, skew) => {
    expect(skewBetween(sentAt, receivedAt, date)).toBe(skew);
  });
});

describe('findingOf', () => {
  it.each<[string, unknown, Partial<CheckFinding>]>([
    [
      'what may not be read',
      new HaltError('AWS_DENIED', 'sqs:Get\nmore'),
      { state: 'unchecked', says: 'may not be asked: sqs:Get' },
    ],
    [
      'an error of ours',
      new HaltError('ENV_MISSING', 'KEY\nmore'),
      { state: 'wrong', says: 'ENV_MISSING: KEY' },
    ],
    ['another error', new Error('boom'), wrong('failed: boom', 'Report it: it is a fault of Spinneret.')],
    ['what is no error', 'boom', wrong('failed: boom', 'Report it: it is a fault of Spinneret.')],
  ])('of %s', (_, error, finding) => {
    expect(findingOf(error)).toMatchObject(finding);
  });
});

describe('reportChecks', () => {
  const entry = (id: string, finding: CheckFinding) => ({ id, title: id, finding });
  const one = [entry('node', ok('Node 24')), entry('mail', unchecked('nobody knows'))];

  it('prints each finding, with what to do, and what it comes to', () => {
    const output = keepOutput();
    reportChecks(output, [
      ...one,
      entry('disk', look('10 GB free', 'Make room.')),
      entry('store', wrong('damaged', 'first\nsecond')),
    ]);
    expect(output.lines).toEqual([
      'ok           node          Node 24',
      'not checked  mail          nobody knows',
      'look         disk          10 GB free',
      '             what to do: Make room.',
      'wrong        store         damaged',
      '             what to do: first',
      '                         second',
      '1 thing is wrong: begin with the first',
    ]);
    expect(output.values).toEqual([
      {
        ...{ ok: 1, look: 1, wrong: 1, unchecked: 1 },
        checks: [
          { id: 'node', state: 'ok', says: 'Node 24' },
          { id: 'mail', state: 'unchecked', says: 'nobody knows' },
          { id: 'disk', state: 'look', says: '10 GB free', remedy: 'Make room.' },
          { id: 'store', state: 'wrong', says: 'damaged', remedy: 'first\nsecond' },
        ],
      },
    ]);
  });

  it.each([
    ['all is well', one],
    ['nothing is wrong; 1 thing to look at', [...one, entry('a', look('b', 'c'))]],
    ['nothing is wrong; 2 things to look at', [entry('a', look('b', 'c')), entry('a', look('b', 'c'))]],
    ['2 things are wrong: begin with the first', [entry('a', wrong('b', 'c')), entry('a', wrong('b', 'c'))]],
  ])('says %s', (last, checked) => {
    const output = keepOutput();
    reportChecks(output, checked);
    expect(output.lines.at(-1)).toBe(last);
  });
});
