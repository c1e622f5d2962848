import { deepStrictEqual } from 'node:assert';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileReadings } from '../../extract/scan/standard-readings.ts';
import type { CorpusResult } from '../corpus-result.ts';

/** Texts, cells and links of whole pages: by parse5's own tree, by ours, in one pass. */
export function checkHtmlPages(folder: string): CorpusResult {
  const lists = ['p', 'li', 'td', 'th', 'dt', 'dd', 'pre', 'a[href]', 'h1, h2, h3, h4'];
  const fields = Object.fromEntries(lists.map((select) => [select, { select, list: true }]));
  const read = compileReadings({ follow: ['a'], fields: { text: 'body', ...fields } });
  const names = globSync('**/*.{html,htm,shtml}', { cwd: folder }).sort();
  const misses: string[] = [];
  const left: string[] = [];
  for (const name of names) {
    const { standard, tree, scan, isScanned } = read(readFileSync(join(folder, name)));
    if (!isScanned) left.push(name);
    try {
      deepStrictEqual(tree, standard);
      deepStrictEqual(scan, standard);
    } catch (error) {
      misses.push(`${name}: ${String(error)}`);
    }
  }
  return { cases: names.length, misses, notes: [`left to the tree: ${left.length} ${left.join(' ')}`] };
}
