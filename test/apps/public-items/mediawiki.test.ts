import { type App, truthOf } from '../start-app.ts';
import { testPublicItems } from './test-public-items.ts';

interface Truth {
  pages: WikiPage[];
  /** The titles of their members. */
  categories: Record<string, string[]>;
}

interface WikiPage {
  namespace: number;
  title: string;
  path: string;
  redirect: boolean;
  fields: Record<string, unknown>;
}

testPublicItems('mediawiki', () => {
  const { pages: all, categories } = truthOf<Truth>('mediawiki');
  const pages = all.filter(({ redirect }) => !redirect);
  const wanted = pages.map(wantedPage);
  const data = pages.map(({ path, title, namespace }) => ({
    ...{ path, title, namespace },
    ...someOf(
      'categories',
      Object.keys(categories).filter((name) => categories[name]?.includes(title)),
    ),
  }));
  return { job: wikiJob, wanted: { css: wanted, xpath: wanted, data } };
});

function wantedPage({ path, title, fields: { image, ...facts } }: WikiPage): object {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  return {
    ...{ path, title },
    ...(image == null ? {} : { image }),
    ...(known.length === 0 ? {} : { facts: Object.fromEntries(known.sort()) }),
  };
}

function someOf(name: string, values: string[]): object {
  return values.length === 0 ? {} : { [name]: values.sort() };
}

function wikiJob({ origin }: App): string {
  const listOf = (more: string) => `"${origin}/index.php?title=Special:AllPages&${more}"`;
  const lists = ['hideredirects=1', ...[6, 10, 14].map((namespace) => `namespace=${namespace}`)].map(listOf);
  return `name: mediawiki
network: allowPrivate
sources:
  - crawl: { start: [${lists.join(', ')}], label: list }
pages:
  list:
    follow:
      - { select: ".mw-allpages-chunk a", label: page }
      - { select: ".mw-allpages-nav a", label: list }
  page:
    fields:
      css:
        fields:
          path: &path { page: url, regex: "^http://[^/]+(/.*)$", required: true }
          title: "#firstHeading"
          image: { select: .infobox .image, attr: href, regex: "File:(.*)" }
          facts:
            select: .infobox
            fields:
              range: { label: Range }
              elevationMetres: { label: Elevation, type: number }
              firstAscent: { label: First ascent, regex: "\\\\d+", type: integer }
              coordinates: { label: Coordinates }
      xpath:
        fields:
          path: *path
          title: { xpath: "//h1[@id='firstHeading']" }
          image: { xpath: "substring-after(//table[has-class('infobox')]//a[has-class('image')]/@href, 'File:')" }
          facts:
            xpath: "//table[has-class('infobox')]"
            fields:
              range: { xpath: ".//th[normalize-space()='Range']/following-sibling::td" }
              elevationMetres: { xpath: ".//th[normalize-space()='Elevation']/following-sibling::td", type: number }
              firstAscent: { xpath: ".//tr[normalize-space(th)='First ascent']/td[number() = number()]", type: integer }
              coordinates: { xpath: "normalize-space(.//tr[th[normalize-space()='Coordinates']]/td)" }
      data:
        fields:
          path: *path
          title: { script: RLCONF, path: wgPageName, transform: [{ replace: { find: _, with: " " } }] }
          namespace: { script: RLCONF, path: wgNamespaceNumber }
          categories: { script: RLCONF, path: wgCategories, transform: [sort] }
politeness: { gapMs: 2, slowDown: false, robots: ignore, robotsMeta: ignore }
`;
}
