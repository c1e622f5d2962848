import { describe, expect, it } from 'vitest';
import { describeRunOnAws, givenUpText } from '../../../cli/aws/fleet-text.ts';
import { hostWaits } from '../../../cli/aws/host-waits.ts';
import { type MissingMessages, missingLine } from '../../../cli/aws/missing-text.ts';
import type { AwsProject } from '../../../cli/aws/on-aws.ts';
import { openRunLines, redrivenLines } from '../../../cli/aws/redrive.ts';
import { runText } from '../../../cli/aws/run-text.ts';
import { describeSweep, type SweepReport } from '../../../cli/aws/sweep-run.ts';
import { noRuns, showList, showRun } from '../../../cli/backend/show-status.ts';
import { forgottenFilesLine } from '../../../cli/forgotten-files.ts';
import { heldUpRunLines } from '../../../cli/held-up-text.ts';
import { nothingSwept } from '../../../shared/engine/run/sweep.ts';
import { explainCode } from '../../../shared/errors.ts';
import type { Counts, Run } from '../../../shared/model.ts';
import type { RunView } from '../../../shared/observe/run-view.ts';
import { summarise } from '../../../shared/observe/summary.ts';
import { summaryLines } from '../../../shared/observe/summary-text.ts';
import { formatDateTime, formatTime } from '../../../shared/text/format.ts';
import { plain } from '../../../shared/text/paint.ts';
import { makeRun } from '../../observe/make-run.ts';
import { keepOutput } from '../kept-output.ts';

const aws = { stack: { dashboard: 'https://dash' }, flags: '--aws' } as AwsProject;
const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const reason = { code: 'ENV_MISSING', message: 'KEY' } as const;

function viewOf(counts: Counts, run: Partial<Run> = {}, isOver = false): RunView {
  return { run: makeRun({ startedAt, ...run }), counts, isOver };
}

/** The lines of a run that follow its summary and cost. */
function linesAfter(view: RunView, around: Parameters<typeof runText>[3] = {}): string[] {
  const { lines } = runText(keepOutput(), aws, view, around);
  return lines.slice(lines.findIndex((line) => line.startsWith('  started ')));
}

describe('runText', () => {
  const started = `  started ${formatDateTime(startedAt)}`;
  const fleet = { workers: 2, queue: { due: 1, inFlight: 2, delayed: 3 } };

  it('begins with the summary and the cost', () => {
    const view = viewOf({ stored: 10, 'used:writeUnits': 1e6 }, { finishedAt: startedAt + 1_000 });
    const { lines } = runText(keepOutput(), aws, view);
    const summary = summaryLines(summarise(view.run, view.counts, Date.now()), plain);
    expect(lines.slice(0, summary.length)).toEqual(summary);
    expect(lines[summary.length]).toMatch(/^ {2}cost {4}\$0\.\d+ so far: DynamoDB /);
    const over = runText(keepOutput(), aws, { ...view, isOver: true }).lines;
    expect(over[summary.length]).toMatch(/^ {2}cost {4}\$0\.\d+: DynamoDB /);
  });

  it.each<[string, RunView, Parameters<typeof runText>[3], string[]]>([
    ['goes on', viewOf({}), {}, [started, '  more    https://dash']],
    [
      'has pages that wait, in batches or behind better ones',
      viewOf({ admitted: 1_250, stored: 40, failed: 6, skipped: 4, open: 2 }),
      {},
      [started, '  open    2 batches', '  queued  1,200 pages found and not done', '  more    https://dash'],
    ],
    [
      'is over, with nothing that waits',
      viewOf({ admitted: 9, stored: 4 }, {}, true),
      {},
      [started, '  more    https://dash'],
    ],
    [
      'has open batches, a fleet, a host that it waits for, and messages that are lost',
      viewOf({ open: 1 }),
      {
        fleet,
        waits: [{ host: 'a.test', until: 1_000, why: 'asked', pauses: 0 }],
        missing: { state: 'lost', open: 1 },
      },
      [
        started,
        '  open    1 batch',
        `  waits   for a.test until ${formatTime(1_000)}: it asked for a pause (HTTP 429, 503 or Retry-After)`,
        '  fleet   2 workers a minute ago · 1 batch due, 2 under way, 3 for later (for all runs)',
        '  more    https://dash',
        '  1 batch is open, and fewer messages stand for it: its messages are lost, and this sends them again: npx spinneret resume books-1 --aws',
      ],
    ],
    [
      'is paused by command',
      viewOf({ open: 2 }, { state: 'paused' }),
      {},
      [
        started,
        '  open    2 batches',
        '  more    https://dash',
        '  paused; go on with: npx spinneret resume books-1 --aws',
      ],
    ],
    [
      'is paused by a fault',
      viewOf({}, { state: 'paused', reason }),
      {},
      [
        started,
        '  more    https://dash',
        '  paused by ENV_MISSING: KEY; when that is mended: npx spinneret resume books-1 --aws',
        `  do      ${explainCode('ENV_MISSING').remedy}`,
      ],
    ],
    [
      'was paused, and is over',
      viewOf({}, { state: 'paused' }, true),
      {},
      [started, '  more    https://dash'],
    ],
    [
      'is over, with items',
      viewOf({ items: 1 }, { state: 'finished' }, true),
      {},
      [started, '  more    https://dash', 'next: npx spinneret export books-1 --aws --output items.jsonl'],
    ],
    ['is over without any', viewOf({}, { state: 'finished' }, true), {}, [started, '  more    https://dash']],
    ['goes on with items', viewOf({ items: 1 }), {}, [started, '  more    https://dash']],
  ])('of a run that %s says what to know and what to do', (_, view, around, lines) => {
    expect(linesAfter(view, around)).toEqual(lines);
  });

  it('has for programs what is known, and no more', () => {
    const missing: MissingMessages = { state: 'unsure', open: 1 };
    const known = runText(keepOutput(), aws, viewOf({ open: 1 }), { fleet, missing, waits: [] });
    expect(known.around).toEqual({ fleet, dashboard: 'https://dash' });
    expect(known.entry).toMatchObject({ open: 1, waits: [], missingMessages: missing });
    const plainly = runText(keepOutput(), aws, viewOf({}));
    expect(plainly.around).toEqual({ dashboard: 'https://dash' });
    expect(Object.keys(plainly.entry)).toEqual(['summary', 'open', 'cost']);
  });
});

describe('describeRunOnAws', () => {
  const reasonOf = (view: RunView, missing?: MissingMessages) =>
    describeRunOnAws([], view, '--aws', missing).reason;

  it.each<[string, RunView, MissingMessages | undefined, string | undefined]>([
    ['goes on', viewOf({}), undefined, undefined],
    [
      'is cancelled',
      viewOf({}, { state: 'cancelled' }),
      undefined,
      'cancelled: the workers are counting what is left',
    ],
    [
      'is over, whatever was',
      viewOf({}, { state: 'cancelled' }, true),
      { state: 'lost', open: 1 },
      undefined,
    ],
  ])('of a run that %s', (_, view, missing, text) => {
    expect(reasonOf(view, missing)).toBe(text);
  });

  it('names all failures where there are three kinds', () => {
    const counts = { failed: 4, 'failed:TIMEOUT': 2, 'failed:HTTP_404': 1, 'failed:HTTP_500': 1 };
    expect(describeRunOnAws([], viewOf(counts), '').done).toMatch(
      /failures: 2 TIMEOUT, 1 HTTP_\d+, 1 HTTP_\d+$/,
    );
    expect(describeRunOnAws([], viewOf({}), '').done).not.toContain('failures');
  });

  it('takes a run that has ended to have taken until then', () => {
    const ended = viewOf({}, { finishedAt: startedAt + 61_000 }, true);
    expect(describeRunOnAws([], ended, '').pace).toBe('1 m 1 s · $0.00');
  });
});

describe('what is said of a run on AWS', () => {
  it('that was given up', () => {
    expect(givenUpText(makeRun({ reason }))).toBe('ended by ENV_MISSING: KEY; its items so far are there');
  });

  it('whose messages may be behind', () => {
    expect(missingLine(makeRun(), { state: 'unsure', open: 3 }, '--aws')).toBe(
      '3 batches are open, and fewer messages stand for them; it has just begun, and the queue’s count may be a minute behind: if it does not go on, its messages are lost, and this sends them again: npx spinneret resume books-1 --aws',
    );
  });
});

describe('describeSweep', () => {
  it.each<[Partial<SweepReport>, string[]]>([
    [{ state: 'swept' }, []],
    [{ state: 'over' }, ['every batch is done: it is brought to its end']],
    [{ state: 'present', open: 1 }, ['1 batch is open, and no fewer messages stand for it']],
    [{ state: 'present', open: 2 }, ['2 batches are open, and no fewer messages stand for them']],
    [{ state: 'swept', sentAgain: 1 }, ['1 batch was open, and nobody worked on it: sent again']],
    [{ state: 'swept', sentAgain: 2 }, ['2 batches were open, and nobody worked on them: sent again']],
    [
      { state: 'goesOn', underWay: 1, untold: 1, looked: 2 },
      [
        '1 batch is being worked on',
        '1 outcome could not be followed: written by a newer version, or what was known of the URLs is deleted',
        'looked through 2 outcomes; the finish function goes on with the rest',
      ],
    ],
  ])('of %j', (report, lines) => {
    expect(describeSweep({ open: 0, ...nothingSwept, ...report } as SweepReport)).toEqual(lines);
  });
});

describe('redrive', () => {
  it('says what was moved and what stays', () => {
    const of = (moved: number, others: number, unreadable: number) =>
      redrivenLines({ moved, others, unreadable });
    expect(of(0, 0, 0)).toEqual(['0 batches sent back to the work queue']);
    expect(of(1, 1, 1)).toEqual([
      '1 batch sent back to the work queue',
      '1 of other runs stay',
      '1 that hold no batch stay: look at them in the SQS console',
    ]);
  });

  it('names runs that may have lost a batch, with what sends it again', () => {
    expect(openRunLines([], '--aws')).toEqual([]);
    const runs = [
      { id: 'a-1', state: 'running' },
      { id: 'b-1', state: 'cancelled' },
    ] as const;
    expect(openRunLines([...runs], '--aws')).toEqual([
      '2 runs have open batches; if one does not go on, their messages are lost, and this sends them again:',
      '  npx spinneret resume a-1 --aws',
      '  npx spinneret cancel b-1 --aws',
    ]);
    expect(openRunLines([runs[0]], '')[0]).toMatch(/^1 run has open batches; /);
  });
});

describe('hostWaits', () => {
  const until = Date.now() + 60_000;
  const asked: string[] = [];
  const ledger = {
    readHost: async (host: string) => {
      asked.push(host);
      return host.startsWith('slow') ? { delayedUntil: until } : {};
    },
  } as Parameters<typeof hostWaits>[0];

  it('are of the hosts that the sources name, each once', async () => {
    const urls = [
      'http://slow.test/',
      'https://SLOW.test:8443/b',
      'http://slow.test/again',
      'http://fast.test/',
    ];
    const job = { sources: [{ urls: { list: [...urls, 'slow.csv', 'http://['] } }] };
    expect(await hostWaits(ledger, makeRun({ job }))).toEqual([
      { host: 'slow.test', until, why: 'asked', pauses: 0 },
      { host: 'slow.test:8443', until, why: 'asked', pauses: 0 },
    ]);
    expect(asked).toEqual(['slow.test', 'slow.test:8443', 'fast.test']);
  });

  it('are of twenty at most, and of none where a job says nothing', async () => {
    asked.length = 0;
    const list = Array.from({ length: 21 }, (_, index) => `http://h${index}.test/`);
    await hostWaits(ledger, makeRun({ job: { sources: [{ urls: { list } }] } }));
    expect(asked).toHaveLength(20);
    for (const job of [{}, null, [], 'x', { sources: null }]) {
      expect(await hostWaits(ledger, makeRun({ job }))).toEqual([]);
    }
  });
});

describe('the list of runs', () => {
  const entryOf = (counts: Counts, run: Partial<Run> = {}) => ({
    summary: summarise(makeRun({ startedAt, ...run }), counts, startedAt + 61_000),
    open: counts['open'] ?? 0,
  });
  const counts = { admitted: 1_100, stored: 1_000, failed: 20, skipped: 3, cancelled: 2, items: 999 };

  it('has a column for each figure, what is to do where something is open', () => {
    const output = keepOutput();
    const over = { state: 'finished', finishedAt: startedAt + 5_000, id: 'a-1' } as const;
    showList(output, {
      ...noRuns,
      entries: [entryOf({ ...counts, open: 1 }), entryOf({ open: 0 }, over)],
      notes: ['a note'],
    });
    const started = formatDateTime(startedAt);
    expect(output.lines).toEqual([
      'run      state     stored  failed  items  to do  started              took',
      `books-1  running    1,000      20    999     75  ${started}  1 m 1 s`,
      `a-1      finished       0       0      0         ${started}  5.0 s`,
      'a note',
    ]);
  });

  it('has what runs cost where that is known', () => {
    const output = keepOutput();
    const entries = [{ ...entryOf({}), cost: { totalUsd: 1.5 } }, entryOf({}, { id: 'b-1' })];
    showList(output, { ...noRuns, entries, around: { hasOlder: false } });
    expect(output.lines[0]).toMatch(/items {2}to do {3}cost {2}started/);
    expect(output.lines[1]).toContain('  $1.50  ');
    expect(output.lines[2]).not.toContain('$');
    expect(output.values).toEqual([
      { runs: entries.map(({ summary, ...rest }) => ({ ...summary, ...rest })), hasOlder: false },
    ]);
  });

  it('says how to begin where nothing was run yet', () => {
    const output = keepOutput();
    showList(output, noRuns);
    expect(output.lines).toEqual(['nothing was run yet; begin with: npx spinneret run FILE']);
  });

  it('shows one run with what is around it', () => {
    const output = keepOutput();
    const entry = entryOf({});
    showRun(output, { entry, around: { dashboard: 'd' }, lines: ['one', 'two'] });
    expect(output.lines).toEqual(['one', 'two']);
    expect(output.values).toEqual([{ ...entry.summary, open: 0, dashboard: 'd' }]);
  });
});

describe('other lines about runs', () => {
  it('say why one is held up, and how to take what there is', () => {
    const run = { run: 'books-1', state: 'paused', reason };
    expect(heldUpRunLines(run, plain)).toEqual([
      '  paused  ENV_MISSING: KEY',
      `  do      ${explainCode('ENV_MISSING').remedy}`,
      '  so far  npx spinneret export books-1 --output items.xlsx     # writes what there is',
    ]);
    expect(heldUpRunLines({ ...run, state: 'running' }, plain)).toEqual([]);
    expect(heldUpRunLines({ run: 'books-1', state: 'paused' }, plain)).toEqual([]);
  });

  it('say which files of a job are gone, and which stay', () => {
    const gone = { job: 'books', files: 2, freedBytes: 2_000, linkedBytes: 0 };
    expect(forgottenFilesLine(gone)).toBe('2 files of books deleted that no other run names: 2.0 kB freed');
    expect(forgottenFilesLine({ ...gone, files: 1, linkedBytes: 1_000 })).toBe(
      '1 file of books deleted that no other run names: 2.0 kB freed; 1.0 kB stay in the output of their runs',
    );
    expect(forgottenFilesLine({ ...gone, heldBy: 'books-2' })).toBe(
      'files of books stay, since books-2 goes on and may need them: forget a run of it again when that is over',
    );
  });
});
