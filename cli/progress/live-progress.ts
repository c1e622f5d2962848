import {
  describeProgress,
  describeTotal,
  type ProgressOptions,
  type ProgressSample,
  type RunProgressText,
  remember,
} from '../../shared/observe/progress.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { type Paint, paintFor } from '../../shared/text/paint.ts';
import type { Output } from '../output.ts';
import { drawnBlock, maxLines } from './drawn-block.ts';

/** Shows the progress of runs, on stderr; with --json on stdout. */
export interface LiveProgress {
  show(views: RunView[], pids: number[]): void;
  /** Prints a message without breaking the display. */
  note(text: string): void;
  /** Removes the display. */
  end(): void;
}

/** In a log, more lines would be too many. */
const linesEveryMs = 5_000;
const jsonEveryMs = 1_000;

/** Redrawn in place on a terminal; elsewhere one line per run at intervals. */
export function liveProgress(
  output: Output,
  { stillAfterMs, isSample = false }: ProgressOptions,
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = Date.now,
): LiveProgress {
  const options = { stillAfterMs, isSample, units: new Map() };
  let history: ProgressSample[] = [];
  let shownAt = now();
  let shownStates = '';
  const block = drawnBlock(stream);
  // A pause from another terminal has to be visible at once.
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
      const sample = { at: now(), views, processes: pids.length };
      history = remember(history, sample, options);
      if (output.isJson) {
        if (isDue(sample, jsonEveryMs)) showJson(output, sample, describeProgress(history, options));
      } else if (stream.isTTY) {
        block.draw(fittingLines(stream, history, describeProgress(history, options), options));
      } else if (isDue(sample, linesEveryMs)) {
        for (const line of logLines(history, describeProgress(history, options), options)) output.note(line);
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

/** More runs than these are summed up in one line of a log. */
const maxLoggedRuns = 5;

function logLines(history: ProgressSample[], texts: RunProgressText[], options: ProgressOptions): string[] {
  if (texts.length <= maxLoggedRuns) return texts.map(oneLine);
  const { line, toLookAt } = describeTotal(history, texts, options);
  return [line, ...toLookAt.slice(0, maxLoggedRuns).flatMap((index) => lineOf(texts[index]))];
}

/** Every run in full where the screen has room; else a total, and a line for each run that needs attention. */
function fittingLines(
  stream: NodeJS.WriteStream,
  history: ProgressSample[],
  texts: RunProgressText[],
  options: ProgressOptions,
): string[] {
  const rows = maxLines(stream);
  const full = texts.flatMap((text) => blockLines(text, paintFor(stream)));
  if (full.length <= rows) return full;
  const { line, toLookAt } = describeTotal(history, texts, options);
  const room = rows - 1;
  const shown = toLookAt.slice(0, toLookAt.length > room ? room - 1 : room);
  const left = toLookAt.length - shown.length;
  return [
    line,
    ...shown.flatMap((index) => lineOf(texts[index])).map((text) => `  ${text}`),
    ...(left === 0 ? [] : [`  … and ${left} more: npx spinneret status`]),
  ];
}

function lineOf(text: RunProgressText | undefined): string[] {
  return text === undefined ? [] : [oneLine(text)];
}

function oneLine({ run, done, pace, reason }: RunProgressText): string {
  return [`${run}: ${done}`, pace, ...(reason === undefined ? [] : [reason])].join(' · ');
}

function blockLines({ run, done, pace, reason }: RunProgressText, paint: Paint): string[] {
  const lines = [paint('bold', run), `  ${done}`, `  ${paint('dim', pace)}`];
  return reason === undefined ? lines : [...lines, `  ${paint('yellow', reason)}`];
}
