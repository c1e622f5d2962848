/**
 * `untested`: no test comes to evaluate what is faulty. `not run`: no test that was run sees it, but these may, and are
 * too slow to be run or fail without it as well.
 */
export type End =
  | { end: 'killed'; by: string }
  | { end: 'survived' }
  | { end: 'timed out' }
  | { end: 'untested' }
  | { end: 'not run'; left: string[] };

export type Result = End & { file: string; line: number; change: string };

interface FileSummary {
  file: string;
  killed: number;
  survived: number;
  timedOut: number;
  notRun: number;
}

export interface Summary {
  seed: number;
  mutants: number;
  /** Of those that were caught, survived or are untested: from 0 to 1. */
  score: number;
  /** Of these nothing is known. */
  notRun: number;
  files: FileSummary[];
  results: Result[];
}

export function summary(results: Result[], seed: number): Summary {
  const count = (end: End['end'], of = results) => of.filter((result) => result.end === end).length;
  const files = [...Map.groupBy(results, ({ file }) => file)].map(([file, of]) => ({
    file,
    killed: count('killed', of),
    survived: count('survived', of) + count('untested', of),
    timedOut: count('timed out', of),
    notRun: count('not run', of),
  }));
  const caught = count('killed') + count('timed out');
  const notRun = count('not run');
  const known = results.length - notRun;
  const score = known === 0 ? 1 : caught / known;
  return { seed, mutants: results.length, score, notRun, files, results };
}

export function lineOf(result: Result): string {
  const { file, line, change, end } = result;
  const by = result.end === 'killed' ? `  (${result.by})` : '';
  const left = result.end === 'not run' ? `  (${result.left.join(', ')})` : '';
  return `${end.padEnd(9)} ${file}:${line}  ${change}${by}${left}`;
}

export function reportOf({ files, results, score, mutants, notRun, seed }: Summary): string {
  const survivors = results.filter(({ end }) => end === 'survived' || end === 'untested').map(lineOf);
  const unknown = results.filter(({ end }) => end === 'not run').map(lineOf);
  const column = (value: number, title: string) => String(value).padStart(title.length);
  return [
    '',
    'killed  survived  timed out  not run  file',
    ...files.map((of) =>
      [
        column(of.killed, 'killed'),
        column(of.survived, 'survived'),
        column(of.timedOut, 'timed out'),
        column(of.notRun, 'not run'),
        of.file,
      ].join('  '),
    ),
    ...(survivors.length === 0 ? [] : ['', 'No test saw:', ...survivors]),
    ...(unknown.length === 0 ? [] : ['', 'Not run, since too slow, or failing without a fault:', ...unknown]),
    '',
    `${(100 * score).toFixed(0)} % of ${mutants - notRun} mutants caught${notRun === 0 ? '' : `, ${notRun} not run`} (seed ${seed})`,
  ].join('\n');
}
