import { type App, truthOf } from '../start-app.ts';
import { testPublicItems } from './test-public-items.ts';

interface Truth {
  pages: { id: string; path: string; title: string; readers: string[]; fields: Record<string, unknown> }[];
}

testPublicItems('dokuwiki', () => {
  const pages = truthOf<Truth>('dokuwiki').pages.filter(({ readers }) => readers.includes('public'));
  const wanted = pages.map(({ path, title, fields }) => ({ path, title, ...fields }));
  return {
    job: wikiJob,
    wanted: { css: wanted, xpath: wanted, data: pages.map(({ path, id }) => ({ path, id })) },
  };
});

/** Pages that a login hides, that nobody wrote, and those that another process is about to write into its cache are answered with 200. */
function wikiJob({ origin }: App): string {
  return `name: dokuwiki
network: allowPrivate
sources:
  - crawl: { start: "${origin}/start" }
  - sitemap: { urls: "${origin}/doku.php?do=sitemap" }
pages:
  page:
    match: "/**"
    unless: { select: "#dw__login" }
    retryIf: { select: ".page:not(:has(*))" }
    follow: [a.wikilink1, a.wikilink2]
    fields:
      css:
        fields:
          path: &path { page: url, regex: "^http://[^/]+(/.*)$", required: true }
          title: { from: ["css:.page h1", { select: .docInfo bdi, regex: "(.*)[.]txt" }] }
          kind: .row0 th + td
          built: { select: .row1 th + td, type: integer }
          tonnage: { select: .row2 th + td, type: number }
          homePort: .row3 th + td
          crew: { select: .row4 th + td, type: integer }
          image: { select: .page img, attr: src, regex: "_media/([^?]+)", transform: [{ replace: { find: /, with: ":" } }] }
          depthMetres: { select: .page p, regex: "Depth at low water: ([\\\\d.]+) m", type: number }
          ships: { select: td.col0 a, list: true }
      xpath:
        fields:
          path: *path
          title: { from: ["xpath://div[has-class('page')]//h1", "xpath:substring-before(//*[has-class('docInfo')]/bdi, '.txt')"] }
          kind: { xpath: "//th[normalize-space()='Kind']/following-sibling::td" }
          built: { xpath: "//th[normalize-space()='Built']/following-sibling::td", type: integer }
          # No node but a text, "1,178" of a page whose lang says what the comma is.
          tonnage: { xpath: "substring-before(normalize-space(//tr[normalize-space(th)='Tonnage']/td), ' t')", type: number }
          homePort: { xpath: "//tr[normalize-space(th)='Home port']/td/a/text()" }
          crew: { xpath: "//tr[th[normalize-space()='Crew']]/td", type: integer }
          image: { xpath: "translate(substring-before(substring-after(//div[has-class('page')]//img/@src, '_media/'), '?'), '/', ':')" }
          depthMetres: { xpath: "substring-before(substring-after(//p[starts-with(normalize-space(), 'Depth at low water')], ': '), ' m')", type: number }
          ships: { xpath: "//td[has-class('col0')]/a", list: true }
      data:
        fields:
          path: *path
          id: { script: JSINFO, path: id }
scope: { exclude: ["**do=*", "**rev=*", "/lib/**", "/feed.php**", "/_*/**"] }
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`;
}
