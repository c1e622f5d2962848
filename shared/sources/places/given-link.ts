import { type ReferenceForm, readPlaceReference } from '../../places/place-reference.ts';
import { formatCount, formatNoun } from '../../text/format.ts';

/** A place as the user of the job names it, with an id of the user's own. */
interface GivenLink {
  link: string;
  id?: string | undefined;
}

/** An entry of a list of places: its position, and where that is, for messages. */
export interface Given extends GivenLink {
  at: number;
  where: string;
  /** Of a short link that was resolved: where it leads. */
  leadsTo?: string;
}

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
