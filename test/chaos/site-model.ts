import { makeRandom } from '../../bench/random.ts';

/** A way in which an answer goes wrong, and then does not any more. */
export type Failure = 'status500' | 'status502' | 'busy' | 'reset' | 'truncated' | 'hang' | 'stall';

export type PageKind =
  | 'plain'
  | 'slow'
  | 'zipped'
  | 'missing'
  | 'broken'
  | 'corrupt'
  | 'tooLarge'
  | 'comeBackTomorrow'
  | 'redirect'
  | 'canonical'
  | 'pair'
  | 'forbidden';

export interface SitePage {
  id: number;
  host: number;
  path: string;
  kind: PageKind;
  /** What an item of the page says. */
  token: string;
  /** Ids of pages, in the order in which the page names them. */
  links: number[];
  /** Where a redirect or a canonical link points; of a pair, the other one. */
  target?: number;
  /** The first answers, in order. */
  failures: Failure[];
}

export interface SiteHost {
  crawlDelayMs: number;
  /** How often robots.txt fails before it is served. */
  robotsFailures: number;
}

/** Some hosts with pages that link to each other: all that a server shows and a crawl must find. */
export interface SiteModel {
  hosts: SiteHost[];
  pages: SitePage[];
  /** Page ids, one per host: reachable from each are all pages that can be reached at all. */
  starts: number[];
}

export interface SiteSize {
  hosts: number;
  pagesPerHost: number;
  hasLateRobots: boolean;
}

/** Shares of the pages that are not plain. */
const shares: [PageKind, number][] = [
  ['slow', 0.03],
  ['zipped', 0.08],
  ['missing', 0.05],
  ['broken', 0.012],
  ['corrupt', 0.015],
  ['tooLarge', 0.01],
  ['comeBackTomorrow', 0.01],
  ['redirect', 0.07],
  ['canonical', 0.05],
  ['pair', 0.03],
  ['forbidden', 0.05],
];

const failureKinds: Failure[] = ['status500', 'status502', 'busy', 'reset', 'truncated', 'hang', 'stall'];
const failingShare = 0.16;

export function makeSite(seed: number, { hosts, pagesPerHost, hasLateRobots }: SiteSize): SiteModel {
  const random = makeRandom(seed);
  const pages: SitePage[] = [];
  for (let id = 0; id < hosts * pagesPerHost; id += 1) {
    pages.push(makePage(id, id % hosts, id < hosts ? 'plain' : kindOf(random()), random));
  }
  const plain = pages.filter(({ kind }) => kind === 'plain');
  const pick = (from: SitePage[]) => from[Math.floor(random() * from.length)] ?? (pages[0] as SitePage);
  for (const page of pages) {
    // A tree of plain pages, each below an earlier one, and every other page on it.
    if (page.id >= hosts) pick(plain.filter(({ id }) => id < page.id)).links.push(page.id);
    if (page.kind === 'redirect') page.target = pick(pages.filter(isGoal(page))).id;
    if (page.kind === 'canonical') page.target = pick(plain).id;
    if (page.kind === 'plain')
      for (let more = random() * 4; more > 1; more -= 1) page.links.push(pick(pages).id);
  }
  pairUp(pages, plain[0]);
  // Whoever starts at one finds the others.
  for (const start of pages.slice(0, hosts)) {
    start.links.push(...pages.slice(0, hosts).map(({ id }) => id));
    start.failures = [];
  }
  const late = hasLateRobots ? Math.floor(random() * hosts) : -1;
  return {
    pages,
    starts: pages.slice(0, hosts).map(({ id }) => id),
    hosts: Array.from({ length: hosts }, (_, host) => ({
      crawlDelayMs: host === 0 ? 100 : 0,
      robotsFailures: host === late ? 1 : 0,
    })),
  };
}

function makePage(id: number, host: number, kind: PageKind, random: () => number): SitePage {
  const isFailing = random() < failingShare;
  const failures = isFailing
    ? Array.from({ length: 1 + Math.floor(random() * 2) }, () => aFailure(random))
    : [];
  const folder = kind === 'forbidden' ? 'private' : 'p';
  const token = Math.floor(random() * 2 ** 32).toString(36);
  return { id, host, path: `/${folder}/${id}`, kind, token, links: [], failures };
}

function aFailure(random: () => number): Failure {
  return failureKinds[Math.floor(random() * failureKinds.length)] ?? 'reset';
}

function kindOf(number: number): PageKind {
  let rest = number;
  for (const [kind, share] of shares) {
    if (rest < share) return kind;
    rest -= share;
  }
  return 'plain';
}

/** Redirects lead to pages, to missing ones, and to further redirects that come later, so never in a circle. */
function isGoal(page: SitePage): (other: SitePage) => boolean {
  return ({ id, kind }) => kind === 'plain' || kind === 'missing' || (kind === 'redirect' && id > page.id);
}

/** Pages of a pair name each other as canonical; one left over is plain. */
function pairUp(pages: SitePage[], home: SitePage | undefined): void {
  const pairs = pages.filter(({ kind }) => kind === 'pair');
  while (pairs.length >= 2) {
    const [one, other] = pairs.splice(0, 2);
    if (one === undefined || other === undefined) return;
    one.target = other.id;
    other.target = one.id;
    home?.links.push(one.id, other.id);
  }
  for (const single of pairs) single.kind = 'plain';
}
