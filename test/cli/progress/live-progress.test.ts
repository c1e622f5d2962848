import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Output } from '../../../cli/output.ts';
import { drawnBlock, maxLines } from '../../../cli/progress/drawn-block.ts';
import { liveProgress } from '../../../cli/progress/live-progress.ts';
import type { Counts, Run } from '../../../shared/model.ts';
import type { RunView } from '../../../shared/observe/run-view.ts';
import { plain } from '../../../shared/text/paint.ts';
import { makeRun } from '../../observe/make-run.ts';

/** A stream that keeps what is written; as a terminal, one without colours. */
function openStream(terminal: { isTTY?: boolean; rows?: number; columns?: number }) {
  let written = '';
  const keeping = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const stream = Object.assign(keeping, {
    ...terminal,
    getColorDepth: () => 1,
  }) as unknown as NodeJS.WriteStream;
  const taken = () => {
    const text = written;
    written = '';
    return text;
  };
  return { stream, taken };
}

const view = (counts: Counts, run: Partial<Run> = {}): RunView => ({
  run: makeRun(run),
  counts,
  isOver: false,
});
const erased = (lines: number) => `\r\u001b[${lines}A\u001b[0J`;

describe('drawnBlock', () => {
  it('replaces its lines by others, and is taken away once', () => {
    const { stream, taken } = openStream({ rows: 24, columns: 80 });
    const block = drawnBlock(stream);
    block.clear();
    expect(taken()).toBe('');
    block.draw(['one', 'two']);
    expect(taken()).toBe('one\ntwo\n');
    block.draw(['three']);
    expect(taken()).toBe(`${erased(2)}three\n`);
    block.clear();
    block.clear();
    expect(taken()).toBe(erased(1));
    block.redraw();
    expect(taken()).toBe('three\n');
  });

  it('has nothing to draw again before it has drawn', () => {
    const { stream, taken } = openStream({});
    drawnBlock(stream).redraw();
    expect(taken()).toBe('');
  });

  it('keeps within the screen, whose last line is the cursor’s', () => {
    const { stream, taken } = openStream({ rows: 3, columns: 5 });
    const block = drawnBlock(stream);
    block.draw(['1234', '12345', 'more']);
    const [first, second, ...rest] = taken().split('\n');
    expect([first, rest]).toEqual(['1234', ['']]);
    expect(second).toHaveLength(4);
    expect([{ rows: 24 }, { rows: 1 }, {}].map((screen) => maxLines(screen as { rows: number }))).toEqual([
      23, 1, 23,
    ]);
    const usual = openStream({});
    drawnBlock(usual.stream).draw(['x'.repeat(79), 'x'.repeat(80)]);
    expect(
      usual
        .taken()
        .split('\n')
        .map(({ length }) => length),
    ).toEqual([79, 79, 0]);
  });
});

describe('liveProgress', () => {
  /** Shows these views at these times (ms), and takes what was written by each. */
  function shownAt(
    terminal: { isTTY?: boolean; rows?: number; isJson?: boolean },
    steps: [at: number, views: RunView[]][],
  ): string[][] {
    let at = 0;
    const { isJson = false, ...screen } = terminal;
    const { stream, taken } = openStream({ columns: 120, ...screen });
    let said: string[] = [];
    const output: Output = {
      isJson,
      paint: plain,
      line: () => undefined,
      note: (text) => said.push(text),
      data: (value) => said.push(JSON.stringify(value)),
    };
    const progress = liveProgress(output, { stillAfterMs: 1_000_000 }, stream, () => at);
    return steps.map(([time, views]) => {
      at = time;
      said = [];
      progress.show(views, [1, 2]);
      const drawn = taken();
      return [...said, ...(drawn === '' ? [] : [drawn])];
    });
  }
  const done = '3 pages stored · 0 items';
  const runs = (count: number, counts: Counts = {}): RunView[] =>
    Array.from({ length: count }, (_, index) => view(counts, { id: `r${index}` }));

  it('writes a line of each run every five seconds in a log, and when a state changes', () => {
    const views = [view({ stored: 3 })];
    const paused = [view({ stored: 3 }, { state: 'paused' })];
    const line = (at: string) => `books-1: ${done} · ${at}`;
    expect(
      shownAt({}, [
        [0, views],
        [4_999, views],
        [5_000, views],
        [9_999, views],
        [10_000, paused],
        [10_001, paused],
        [10_002, views],
      ]),
    ).toEqual([
      [],
      [],
      [line('0 pages/s · 2 processes · 5.0 s')],
      [],
      [line('0 pages/s · 2 processes · 10 s · paused; go on with: spinneret resume books-1')],
      [],
      [line('0 pages/s · 2 processes · 10 s')],
    ]);
  });

  it('writes an object of each run every second with --json', () => {
    const paused = view({ stored: 3 }, { state: 'paused' });
    const of = { type: 'progress', run: 'books-1', state: 'paused', processes: 2, counts: { stored: 3 } };
    const going = { ...of, state: 'running' };
    const reason = 'paused; go on with: spinneret resume books-1';
    expect(
      shownAt({ isJson: true, isTTY: true }, [
        [999, [view({ stored: 3 })]],
        [1_000, [view({ stored: 3 })]],
        [1_001, [paused]],
      ]),
    ).toEqual([[], [JSON.stringify(going)], [JSON.stringify({ ...of, reason })]]);
  });

  it('draws every run in full on a terminal that has room, at once', () => {
    const shown = shownAt({ isTTY: true, rows: 8 }, [
      [500, [view({ stored: 3 }), view({}, { id: 'r1', state: 'paused' })]],
    ]);
    expect(shown).toEqual([
      [
        [
          'books-1',
          `  ${done}`,
          '  2 processes · 500 ms',
          'r1',
          '  0 pages stored · 0 items',
          '  2 processes · 500 ms',
          '  paused; go on with: spinneret resume r1',
          '',
        ].join('\n'),
      ],
    ]);
  });

  it.each([
    // Two lines for those that failed, which is all of them.
    [4, 2, ['  r0: ', '  r1: ']],
    // Of three, one has room beside the line that counts the others.
    [4, 3, ['  r0: ', '  … and 2 more: npx spinneret status']],
    [5, 3, ['  r0: ', '  r1: ', '  r2: ']],
    [5, 0, []],
  ])('sums runs up that have no room in %i rows, and names %i that need a look', (rows, failed, lines) => {
    const views = [...runs(failed, { failed: 1 }), ...runs(6).slice(failed)];
    const [[drawn = ''] = []] = shownAt({ isTTY: true, rows }, [[0, views]]);
    const [total, ...named] = drawn.split('\n').slice(0, -1);
    expect(total).toMatch(/^6 runs: 0 over · 0 pages stored/);
    expect(named.map((line) => line.replace(/(r\d: ).*/, '$1'))).toEqual(lines);
    for (const line of named.filter((text) => text.includes(': 0')))
      expect(line).toMatch(/: 0 pages stored · 1 failed · 0 items · 2 processes · 0 ms$/);
  });

  it('sums up more than five runs in a log, and names five that need a look', () => {
    const [five = []] = shownAt({}, [[5_000, runs(5)]]);
    expect(five).toHaveLength(5);
    const [six = []] = shownAt({}, [[5_000, runs(6, { failed: 1 })]]);
    expect(six[0]).toMatch(/^6 runs: 0 over · /);
    expect(six.slice(1).map((line) => line.slice(0, 4))).toEqual(['r0: ', 'r1: ', 'r2: ', 'r3: ', 'r4: ']);
    expect(shownAt({}, [[5_000, runs(6)]])[0]).toHaveLength(1);
  });

  it('makes way for a message, and is gone at the end', () => {
    const { stream, taken } = openStream({ isTTY: true, rows: 24, columns: 80 });
    const said: string[] = [];
    const output = { isJson: false, note: (text: string) => said.push(`${text} after ${taken()}`) };
    const progress = liveProgress(output as unknown as Output, { stillAfterMs: 1_000 }, stream, () => 0);
    progress.show([view({})], []);
    const block = taken();
    progress.note('stopping');
    expect(said).toEqual([`stopping after ${erased(3)}`]);
    expect(taken()).toBe(block);
    progress.end();
    expect(taken()).toBe(erased(3));
  });
});
