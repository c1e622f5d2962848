import { paintFor } from '../shared/observe/paint.ts';
import {
  describeProgress,
  type ProgressOptions,
  type ProgressSample,
  type RunProgressText,
  remember,
} from '../shared/observe/progress.ts';
import type { RunView } from '../shared/observe/run-view.ts';
import { drawnBlock } from './drawn-block.ts';
import type { Output } from './output.ts';

/** Shows how runs get on, on stderr; with --json on stdout. */
export interface LiveProgress {
  show(views: RunView[], pids: number[]): void;
  /** Says something without tearing the display. */
  note(text: string): void;
  /** Takes the display away. */
  end(): void;
}

/** Off a terminal, a log would fill up. */
const linesEveryMs = 5_000;
const jsonEveryMs = 1_000;

/** Redrawn in place on a terminal; elsewhere one line a run now and then. */
export function liveProgress(output: Output, options: ProgressOptions): LiveProgress {
  let history: ProgressSample[] = [];
  let shownAt = Date.now();
  let shownStates = '';
  const block = drawnBlock(process.stderr);
  // Somebody who pauses a run from another terminal wants to see it happen.
  const isDue = ({ at, views }: ProgressSample, everyMs: number) => {
    const states = views.map(({ run }) => run.state).join();
    const hasChanged = shownStates !== '' && shownStates !== states;
    shownStates = states;
    if (!hasChanged && at - shownAt < everyMs) return false;
    shownAt = at;
    return true;
  };
  return {
    show(views, pids) {
      const sample = { at: Date.now(), views, processes: pids.length };
      history = remember(history, sample, options);
      if (output.isJson) {
        if (isDue(sample, jsonEveryMs)) showJson(output, sample, describeProgress(history, options));
      } else if (process.stderr.isTTY) {
        block.draw(describeProgress(history, options).flatMap(blockLines));
      } else if (isDue(sample, linesEveryMs)) {
        for (const text of describeProgress(history, options)) output.note(oneLine(text));
      }
    },
    note(text) {
      block.clear();
      output.note(text);
      block.redraw();
    },
    end: () => block.clear(),
  };
}

function showJson(output: Output, { views, processes }: ProgressSample, texts: RunProgressText[]): void {
  for (const [index, { run, counts }] of views.entries()) {
    const { reason } = texts[index] ?? {};
    const why = reason === undefined ? {} : { reason };
    output.data({ type: 'progress', run: run.id, state: run.state, processes, counts, ...why });
  }
}

function oneLine({ run, done, pace, reason }: RunProgressText): string {
  return [`${run}: ${done}`, pace, ...(reason === undefined ? [] : [reason])].join(' · ');
}

function blockLines({ run, done, pace, reason }: RunProgressText): string[] {
  const paint = paintFor(process.stderr);
  const lines = [paint('bold', run), `  ${done}`, `  ${paint('dim', pace)}`];
  return reason === undefined ? lines : [...lines, `  ${paint('yellow', reason)}`];
}
