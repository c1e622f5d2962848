import { accountOf } from './account-app.ts';
import { type Account, type App, truthOf } from './start-app.ts';
import { testAccounts } from './test-accounts.ts';

interface Truth {
  accounts: Account[];
  pages: { path: string; title: string; readers: string[]; fields: Record<string, unknown> }[];
}

testAccounts('dokuwiki', () => {
  const { accounts, pages } = truthOf<Truth>('dokuwiki');
  return {
    accounts: { member: accountOf(accounts, 'member'), chief: accountOf(accounts, 'chief') },
    job: wikiJob,
    // The page says who reads it.
    wanted: (account) =>
      pages
        .filter(({ readers }) => readers.includes(account))
        .map(({ path, title, fields }) => ({ path, title, reader: account, ...fields })),
    slowGapMs: 100,
    ending: { options: { SESSION_SECONDS: '4' } },
  };
});

/**
 * Pages that a login hides and pages that nobody wrote are answered with 200, too; and so is one without a text where another
 * process of the wiki is about to write it into its cache.
 */
function wikiJob({ origin, host }: App, account: string, gapMs: number): string {
  const name = account.toUpperCase();
  return `name: ${account}
network: allowPrivate
sources:
  - crawl: { start: "${origin}/start" }
  - sitemap: { urls: "${origin}/doku.php?do=sitemap" }
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/start?do=login"
        - form: { select: "#dw__login", fields: { u: "\${env:${name}_USER}", p: "\${env:${name}_PASS}" } }
      check: { select: .user, not: { select: "#dw__login" } }
    endedBy: { select: "#dw__login, .action.login" }
pages:
  ship:
    match: regex:/ships/(?!start$)
    follow: &links [a.wikilink1, a.wikilink2, a.action]
    retryIf: &empty { select: ".page:not(:has(*))" }
    fields:
      <<: &page
        path: { page: url, regex: "^http://[^/]+(/.*)$", required: true }
        title: { from: ["css:.page h1", { select: .docInfo bdi, regex: "(.*)[.]txt" }] }
        reader: ".user bdi:last-child"
      kind: { label: Kind }
      built: { label: Built, type: integer }
      tonnage: { label: Tonnage, type: number }
      homePort: { label: Home port }
      crew: { label: Crew, type: integer }
      image: { select: .page img, attr: src, regex: "_media/([^?]+)", transform: [{ replace: { find: /, with: ":" } }] }
  default:
    follow: *links
    retryIf: *empty
    fields:
      <<: *page
      depthMetres: { label: Depth at low water, regex: "(.*) m[.]", type: number }
      ships: { select: "tr td.col0 a", list: true }
      rotaCode: { label: Rota code }
      resolutionCode: { label: Resolution code }
scope: { exclude: ["**do=*", "**rev=*", "/lib/**", "/feed.php**", "/_*/**"] }
politeness: { gapMs: ${gapMs}, slowDown: false }
`;
}
