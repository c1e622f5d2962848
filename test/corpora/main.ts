/**
 * Holds the project against public corpora: `npm run corpora`, or `npm run corpora -- NAME …` for some. Packages are installed into
 * `--cache` (by default the user's cache folder); `--from FOLDER` has clones of repositories. Exits with 1 where a share is smaller than the
 * recorded one. docs/conformance.md explains the misses; `--misses` prints them.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Comparison, compareCorpus } from './compare-corpus.ts';
import { tableOf } from './comparison-lines.ts';
import { type Corpus, corpora } from './corpora.ts';

const cacheRoot = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string' },
    cache: { type: 'string', default: join(cacheRoot, 'spinneret-corpora') },
    misses: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => corpora[name] === undefined);
if (unknown.length > 0) {
  console.error(`No corpus is called ${unknown.join(', ')}. Known: ${Object.keys(corpora).join(', ')}`);
  process.exit(2);
}

const names = positionals.length > 0 ? positionals : Object.keys(corpora);
const comparisons: Comparison[] = [];
for (const name of names) {
  const start = performance.now();
  const comparison = await compareCorpus(name, corpora[name] as Corpus, values);
  comparisons.push(comparison);
  if ('result' in comparison) {
    const { misses, notes = [] } = comparison.result;
    for (const line of values.misses ? [...misses, ...notes] : notes) console.log(`${name}: ${line}`);
  }
  if ('error' in comparison) console.error(comparison.error);
  console.error(`${name}: ${comparison.verdict}, ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
for (const line of tableOf(comparisons)) console.log(line);
// One that was asked for by its name and is not there is a failure; of all, those that are not there are named.
const isBad = ({ verdict }: Comparison) =>
  verdict === 'fallen' || verdict === 'failed' || (verdict === 'not found' && positionals.length > 0);
process.exitCode = comparisons.some(isBad) ? 1 : 0;
