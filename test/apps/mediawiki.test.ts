import { accountOf } from './account-app.ts';
import { type Account, type App, truthOf } from './start-app.ts';
import { testAccounts } from './test-accounts.ts';

interface Truth {
  accounts: Account[];
  pages: WikiPage[];
  watchlist: Record<string, string[]>;
}

interface WikiPage {
  namespace: number;
  title: string;
  path: string;
  redirect: boolean;
  fields: { range?: string; elevationMetres?: number; firstAscent?: number | null; coordinates?: string };
}

testAccounts('mediawiki', () => {
  const { accounts, pages, watchlist } = truthOf<Truth>('mediawiki');
  return {
    // Shows nothing but its main page without a login, with status 200.
    options: { PRIVATE: '1' },
    accounts: { reader: accountOf(accounts, 'Reader'), editor: accountOf(accounts, 'Editor') },
    job: wikiJob,
    wanted: (account) => [
      ...pages.filter(({ redirect }) => !redirect).map((page) => wantedPage(page, userOf[account] ?? '')),
      ...pages.filter(({ namespace }) => namespace === 0).map(({ title }) => ({ title })),
      // Every account watches its own page; the truth has what Reader watches besides.
      { watched: watchlist[userOf[account] ?? ''] ?? [`User:${userOf[account]}`] },
    ],
    slowGapMs: 10,
    ending: { end: logOut },
  };
});

const userOf: Record<string, string> = { reader: 'Reader', editor: 'Editor' };

function wantedPage({ path, title, fields }: WikiPage, reader: string): Record<string, unknown> {
  const {
    image: _,
    elevationMetres: elevation,
    ...others
  } = fields as WikiPage['fields'] & { image?: string };
  const known = Object.entries({ ...others, elevation }).filter(([, value]) => value != null);
  return { path, title, reader, ...Object.fromEntries(known) };
}

/** Every page by the lists of the wiki, those of one namespace by its API as well, and a page that is the account's own. */
function wikiJob({ origin, host }: App, account: string, gapMs: number): string {
  const name = account.toUpperCase();
  const listOf = (more: string) => `"${origin}/index.php?title=Special:AllPages&${more}"`;
  const lists = ['hideredirects=1', ...[6, 10, 14].map((namespace) => `namespace=${namespace}`)].map(listOf);
  return `name: ${account}
network: allowPrivate
sources:
  - crawl: { start: [${lists.join(', ')}], label: list }
  - crawl: { start: "${origin}/wiki/Special:EditWatchlist/raw", label: watchlist }
  - rest:
      url: "${origin}/api.php?action=query&list=allpages&aplimit=100&format=json"
      items: query.allpages
      page: { by: cursor, path: continue.apcontinue, param: apcontinue }
      label: title
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/index.php?title=Special:UserLogin"
        - form:
            select: form[name=userlogin]
            fields: { wpName: "\${env:${name}_USER}", wpPassword: "\${env:${name}_PASS}" }
      check: { select: "#pt-logout", not: { select: "form[name=userlogin]" } }
    endedBy: { select: "[id^=pt-login]", text: readapidenied }
pages:
  list:
    follow:
      - { select: ".mw-allpages-chunk a", label: page }
      - { select: ".mw-allpages-nav a", label: list }
  title: { fields: { title: { path: title, required: true } } }
  watchlist: { fields: { watched: { select: textarea, transform: [{ split: "\\n" }, sort], required: true } } }
  page:
    fields:
      path: { page: url, regex: "^http://[^/]+(/.*)$", required: true }
      title: { select: "#firstHeading", required: true }
      reader: "#pt-userpage"
      range: { label: Range }
      elevation: { label: Elevation, type: number }
      firstAscent: { label: First ascent, type: integer }
      coordinates: { label: Coordinates }
politeness: { gapMs: ${gapMs}, slowDown: false, robots: ignore, robotsMeta: ignore }
`;
}

/** Logs the visitor with these cookies out, as the wiki's own link does. */
async function logOut({ origin }: App, cookies: Record<string, string>): Promise<void> {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const headers = { cookie: pairs.join('; ') };
  const address = `${origin}/index.php?title=Special:UserLogout`;
  const form = await (await fetch(address, { headers })).text();
  const [field = ''] = /<input[^>]*name="wpEditToken"[^>]*>/.exec(form) ?? [];
  const [, token = ''] = /value="([^"]+)"/.exec(field) ?? [];
  await fetch(address, { method: 'POST', headers, body: new URLSearchParams({ wpEditToken: token }) });
  const after = await (await fetch(`${origin}/wiki/Alderberg`, { headers })).text();
  if (!after.includes('Login required')) throw new Error('the wiki has not logged out');
}
