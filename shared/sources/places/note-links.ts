import type { PlacesSource } from '../../job/schema.ts';
import { type ReferenceForm, readPlaceReference } from '../../places/place-reference.ts';
import { problemOf } from '../../places/reference-problem.ts';
import { formatCount, formatNoun } from '../../text/format.ts';
import type { OpenSourceFile } from '../types.ts';
import { firstLines } from './place-links.ts';

const formNames: Record<ReferenceForm, string> = {
  placeId: 'by place id',
  featureId: 'by feature id',
  cid: 'by CID',
  shortLink: 'by short link',
  none: 'by nothing known',
};

/** How many links name their place in which form. */
export function linksText(links: { link: string }[]): string {
  const byForm = Map.groupBy(links, ({ link }) => readPlaceReference(link).form);
  const parts = [...byForm].map(([form, of]) => `${formatCount(of.length)} ${formNames[form]}`);
  return `${formatNoun(links.length, 'link')} (${parts.join(', ')})`;
}

/**
 * What the beginning of a source's file of links holds, and what of it the source cannot resolve, which would fail in the run. Throws
 * `DropError` SOURCE_MISSING.
 */
export async function noteLinks(source: PlacesSource, openFile: OpenSourceFile): Promise<string[]> {
  const { linkFile } = source;
  if (linkFile === undefined) return [];
  const { given, hasMore } = await firstLines(openFile, linkFile);
  const begins = hasMore ? 'begins with' : 'has';
  const problems = given.flatMap((entry) => {
    const problem = problemOf(source, readPlaceReference(entry.link));
    return problem === undefined ? [] : [`${entry.where}: ${problem}`];
  });
  const [first] = problems;
  return [
    `${linkFile} ${begins} ${linksText(given)}`,
    ...(first === undefined
      ? []
      : [`${formatCount(problems.length)} of them cannot be resolved by ${source.source}, such as ${first}`]),
  ];
}
