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
