/** `untested`: no test that passes without the fault comes to evaluate what is faulty. */
export type End =
  | { end: 'killed'; by: string }
  | { end: 'survived' }
  | { end: 'timed out' }
  | { end: 'untested' };

export type Result = End & { file: string; line: number; change: string };

interface FileSummary {
  file: string;
  killed: number;
  survived: number;
  timedOut: number;
}

export interface Summary {
  seed: number;
  mutants: number;
  /** From 0 to 1. */
  score: number;
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
  }));
  const caught = count('killed') + count('timed out');
  const score = results.length === 0 ? 1 : caught / results.length;
  return { seed, mutants: results.length, score, files, results };
}

export function lineOf(result: Result): string {
  const { file, line, change, end } = result;
  const by = result.end === 'killed' ? `  (${result.by})` : '';
  return `${end.padEnd(9)} ${file}:${line}  ${change}${by}`;
}

export function reportOf({ files, results, score, mutants, seed }: Summary): string {
  const survivors = results.filter(({ end }) => end === 'survived' || end === 'untested').map(lineOf);
  return [
    '',
    'killed  survived  timed out  file',
    ...files.map(
      ({ file, killed, survived, timedOut }) =>
        `${String(killed).padStart(6)}  ${String(survived).padStart(8)}  ${String(timedOut).padStart(9)}  ${file}`,
    ),
    ...(survivors.length === 0 ? [] : ['', 'No test saw:', ...survivors]),
    '',
    `${(100 * score).toFixed(0)} % of ${mutants} mutants caught (seed ${seed})`,
  ].join('\n');
}
