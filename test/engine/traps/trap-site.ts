import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site with every kind of trap, and what it really holds. */
export interface TrapSite extends AsyncDisposable {
  origin: string;
  /** Addresses asked for, in order, robots.txt left out. */
  log: string[];
  /** The paths of its pages, without those of its traps. */
  pages: ReadonlySet<string>;
  /** Ids of all items. */
  items: ReadonlySet<string>;
}

const perList = 20;
const facets = { colour: 3, size: 3, brand: 4 };

/** `items`: how many its catalogue has. */
export async function serveTrapSite(items = 3_600): Promise<TrapSite> {
  const site = { log: [] as string[], pages: new Set<string>(), items: new Set<string>(), answers: 0 };
  const lists = Math.ceil(items / perList);
  const answer = makeAnswers(site, items, lists);
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path !== '/robots.txt') site.log.push(path);
    site.answers += 1;
    const body = answer(new URL(path, 'http://site.test'));
    response
      .writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
      .end(body ?? 'not found');
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  for (let list = 1; list <= lists; list += 1) site.pages.add(`/catalogue/?page=${list}`);
  for (let item = 1; item <= items; item += 1) site.pages.add(`/item/${item}`);
  for (const path of ['/', '/about', '/news', '/wear/', '/help/', '/deep/', '/login', '/catalogue/'])
    site.pages.add(path);
  for (let page = 2; page <= 5; page += 1) site.pages.add(`/news?page=${page}`);
  for (let room = 1; room <= 30; room += 1) site.pages.add(`/room/${room}`);
  for (const path of events.values()) site.pages.add(path);
  for (let item = 1; item <= items; item += 1) site.items.add(`item ${item}`);
  for (const path of events.values()) site.items.add(path);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: site.log,
    pages: site.pages,
    items: site.items,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** By the month that shows them. */
const events = new Map([
  ['2026/9', '/event/autumn'],
  ['2026/12', '/event/winter'],
  ['2027/2', '/event/carnival'],
]);

function makeAnswers(site: { answers: number }, items: number, lists: number) {
  const anchors = (links: string[]) => links.map((link) => `<a href="${link}">x</a>`).join('\n');
  const show = (title: string, links: string[], item?: string) =>
    `<!doctype html><title>${title}</title><h1>${title}</h1>
    <nav>${anchors(['/', '/about', '/news', `/login?next=%2F${title.replaceAll(/\W+/g, '-')}`])}</nav>
    ${item === undefined ? '' : `<p class="item">${item}</p>`}${anchors(links)}`;
  const itemsOf = (list: number) =>
    Array.from({ length: perList }, (_, index) => (list - 1) * perList + index + 1)
      .filter((item) => item <= items)
      .map((item) => `/item/${item}`);

  const answers: Record<string, (url: URL, parts: string[]) => string | undefined> = {
    '': () =>
      show('Home', [
        '/catalogue/',
        '/calendar/2026/11',
        '/wear/',
        '/help/',
        '/deep/',
        '/search?from=a&to=b',
        `/room/1;jsessionid=${idOf(site.answers)}`,
      ]),
    about: () => show('About', ['/help/']),
    item: (_, [, id = '']) => show(`Item ${id}`, [`/item/${id}?print=1`], `item ${id}`),
    catalogue(url) {
      const page = Number(url.searchParams.get('page') ?? 1);
      const link = (more: string) => `/catalogue/?page=${page}&${more}`;
      const orders = ['price', 'title', 'newest'].map((order) => link(`sort_by=${order}`));
      const filters = ['rating:5', 'colour:red'].map((facet) =>
        link(`selected_facets=${facet}&sort_by=price`),
      );
      const next = page < lists ? [`/catalogue/?page=${page + 1}`] : [];
      const first = url.search === '' ? ['/catalogue/?page=1'] : [];
      return show(`List ${page}`, [...itemsOf(page), ...first, ...next, ...orders, ...filters]);
    },
    /** Without an end, in both directions. */
    calendar(_, [, year = '', month = '', day]) {
      const at = (months: number, days = 1) =>
        new Date(Date.UTC(Number(year), Number(month) - 1 + months, days));
      const write = (date: Date, withDay: boolean) =>
        `/calendar/${date.getUTCFullYear()}/${date.getUTCMonth() + 1}${withDay ? `/${date.getUTCDate()}` : ''}`;
      if (day !== undefined) {
        const days = [-1, 1].map((step) => write(at(0, Number(day) + step), true));
        return show(`Day ${day}`, [...days, write(at(0), false)]);
      }
      const days = Array.from({ length: 28 }, (_, index) => write(at(0, index + 1), true));
      const event = events.get(`${year}/${month}`);
      return show('Month', [
        write(at(-1), false),
        write(at(1), false),
        ...(event === undefined ? [] : [event]),
        ...days,
      ]);
    },
    event: ({ pathname }) => show('Event', [], pathname),
    /** Each choice combines with every other. */
    wear(url) {
      const chosen = url.searchParams;
      const links = Object.entries(facets).flatMap(([name, values]) =>
        Array.from({ length: values }, (_, value) => {
          const next = new URLSearchParams(chosen);
          next.set(name, String(value));
          return `/wear/?${next}`;
        }),
      );
      return show('Wear', [...itemsOf(1), ...links]);
    },
    /** A relative link that lacks its slash. */
    help: () => show('Help', ['help/']),
    /** Ever deeper, two ways from each page. */
    deep: ({ pathname }) =>
      show(
        'Deep',
        ['left', 'right'].map((way) => `${pathname}${way}${idOf(pathname.length)}/`),
      ),
    search(url) {
      const { from, to } = Object.fromEntries(url.searchParams);
      return show('Search', [`/search?from=${to}&to=${to}${from}`.slice(0, 400)]);
    },
    room(_, [, room = '1']) {
      const number = Number.parseInt(room, 10);
      const others = [number + 1, number - 1].filter((other) => other >= 1 && other <= 30);
      return show(
        `Room ${number}`,
        others.map((other) => `/room/${other};jsessionid=${idOf(site.answers)}`),
      );
    },
    login: (url) => show('Log in', [`/login?next=${encodeURIComponent(`${url.pathname}${url.search}`)}`]),
    news(url) {
      const page = Number(url.searchParams.get('page') ?? 1);
      const held = page <= 5 ? itemsOf(page) : [];
      return show(`News ${page}`, [...held, `/news?page=${page + 1}`]);
    },
  };
  return (url: URL): string | undefined => {
    const parts = url.pathname.split('/').filter((part) => part !== '');
    return answers[(parts[0] ?? '').replace(/;.*$/, '')]?.(url, parts);
  };
}

function idOf(number: number): string {
  return (number * 2_654_435_761).toString(16).padStart(12, '0');
}

/** What a crawl of the site came to: which of its pages and items it missed, and how many fetches it took. */
export function judgeCrawl(site: TrapSite, found: string[]) {
  const asked = new Set(site.log.map((path) => path.replace(/;jsessionid=\w+/, '')));
  const taken = new Set(found);
  return {
    missedPages: [...site.pages].filter((path) => !asked.has(path)),
    missedItems: [...site.items].filter((item) => !taken.has(item)),
    /** Fetches of traps. Each page counts once: one whose process dies is fetched again. */
    ofTraps: [...asked].filter((path) => !site.pages.has(path)).length,
    ratio: asked.size / site.pages.size,
  };
}

/** The job that follows every link of it. */
export function trapJob(origin: string, scope: object = {}) {
  return {
    sources: [{ crawl: { start: `${origin}/` } }],
    pages: { default: { follow: ['a'], each: 'p.item', fields: { id: { required: true } } } },
    limits: { maxPages: 20_000 },
    scope,
  };
}
