import type { Corpus } from './corpora.ts';
import type { CorpusResult } from './corpus-result.ts';
import { type CorpusSource, type FoundCorpus, homeOf, howToGet } from './corpus-source.ts';
import { type CorpusFolders, findCorpus } from './find-corpus.ts';

/** What came of one corpus. `equal`: as many as recorded, or a larger share. */
export type Comparison = { name: string } & (
  | { verdict: 'equal' | 'fallen'; version: string; isRecorded: boolean; result: CorpusResult }
  | { verdict: 'not found'; reasons: string[] }
  | { verdict: 'failed'; version: string; error: unknown }
);

/** Compares a corpus in the first of its sources that is to be had. */
export async function compareCorpus(
  name: string,
  corpus: Corpus,
  folders: CorpusFolders,
): Promise<Comparison> {
  const reasons: string[] = [];
  for (const source of corpus.sources) {
    const found = tryToFind(source, folders);
    if (typeof found === 'string') reasons.push(found);
    else return compare(name, corpus, found, folders);
  }
  return { name, verdict: 'not found', reasons };
}

function tryToFind(source: CorpusSource, folders: CorpusFolders): FoundCorpus | string {
  try {
    return findCorpus(source, folders) ?? `${homeOf(source)} (${howToGet(source)})`;
  } catch (error) {
    return `${homeOf(source)} (${howToGet(source)}): ${error instanceof Error ? error.message : error}`;
  }
}

async function compare(
  name: string,
  corpus: Corpus,
  found: FoundCorpus,
  folders: CorpusFolders,
): Promise<Comparison> {
  const { version, isRecorded } = found;
  try {
    const needed = corpus.needs === undefined ? '' : (findCorpus(corpus.needs, folders)?.folder ?? '');
    const result = await corpus.check(found.folder, needed);
    return { name, verdict: verdictOf(result, corpus.recorded, isRecorded), version, isRecorded, result };
  } catch (error) {
    return { name, verdict: 'failed', version, error };
  }
}

/**
 * A share falls if it is smaller than the recorded one. In the recorded version the number of cases is the same each time: fewer are a reader
 * that has lost some, none are one that finds nothing.
 */
export function verdictOf(
  { cases, misses }: Pick<CorpusResult, 'cases' | 'misses'>,
  recorded: Corpus['recorded'],
  isRecorded: boolean,
): 'equal' | 'fallen' {
  const share = (cases - misses.length) / cases;
  const hasFallen = !(share >= recorded.equal / recorded.cases) || (isRecorded && cases < recorded.cases);
  return hasFallen ? 'fallen' : 'equal';
}
