import { parseHtml } from '../../../shared/extract/tree/parse-html.ts';
import { compileBoth, namesRule, structureRule } from '../../extract/scan/both-ways.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { readTreeCases, type TreeCase } from './tree-construction.ts';
import { linesOf, withPlainAttributes } from './tree-lines.ts';

/**
 * The tree of each case (html5lib-tests, `tree-construction/`), and whether its page is read in one pass as
 * by the tree. Cases of fragments and those that need scripts count only for the second.
 */
export function checkHtmlTrees(folder: string): CorpusResult {
  const all = readTreeCases(folder);
  const pages = all.filter(({ isFragment, scripts }) => !isFragment && scripts !== true);
  const misses = pages.flatMap(checkTree);
  const compare = [compileBoth(structureRule()), compileBoth(namesRule())];
  let scanned = 0;
  for (const { name, data } of all) {
    try {
      const [compared] = compare.map((read) => read(data));
      if (compared?.isScanned) scanned++;
    } catch (error) {
      misses.push(`${name}, in one pass: ${String(error)}`);
    }
  }
  const notes = [
    `of ${all.length} pages ${scanned} are read in one pass, ${all.length - scanned} by the tree`,
  ];
  return { cases: pages.length + all.length, misses, notes };
}

function checkTree({ name, data, tree }: TreeCase): string[] {
  const [expected, found] = [withPlainAttributes(tree), linesOf(parseHtml(data))];
  return found === expected ? [] : [`${name}: ${JSON.stringify(data)}\n${expected}\nnot\n${found}`];
}
