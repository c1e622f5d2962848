import { type App, truthOf } from '../start-app.ts';
import type { Package } from '../truths.ts';
import { testPublicItems } from './test-public-items.ts';

testPublicItems('verdaccio', () => {
  const all = truthOf<{ packages: Package[] }>('verdaccio').packages;
  const packages = all.filter(({ readers }) => readers.includes('public'));
  const shown = packages.map(({ name, latest, description, keywords, partNumber }) => ({
    ...{ name, latest, description, partNumber },
    ...(keywords.length === 0 ? {} : { keywords }),
  }));
  const data = shown.map(({ partNumber: _, ...one }, index) => ({
    ...one,
    license: packages[index]?.license,
  }));
  return { job: packagesJob, wanted: { css: shown, xpath: shown, data }, isRendered: true };
});

/** The list by the API; of each package the page, which scripts make, and what the API says of it. */
function packagesJob({ origin }: App): string {
  return `name: verdaccio
network: allowPrivate
sources:
  - rest:
      url: "${origin}/-/v1/search?text="
      items: objects
      page: { by: offset, param: from, size: 10, sizeParam: size, total: total }
      label: listed
  - send: { url: "${origin}/-/web/detail/{name}", each: { from: listed }, label: page }
  - rest: { url: "${origin}/-/verdaccio/data/sidebar/{name}", each: { from: listed }, label: answer }
pages:
  listed: { fields: { name: { path: package.name, required: true } } }
  page:
    render: { use: browser, waitFor: '#root:has([data-testid="readme"] strong):has([data-testid="keyword-list"])' }
    fields:
      css:
        fields:
          name: '[data-testid="sidebar"] h6'
          latest: { select: '[data-testid="installNpm"]', attr: aria-label, regex: '@([\\d.]+)$' }
          description: '[data-testid="sidebar"] h6 + div'
          keywords: { select: '[data-testid="keyword-list"] li span', list: true }
          partNumber: { select: '[data-testid="readme"]', regex: 'P-\\d+' }
      xpath:
        fields:
          name: { xpath: "//*[@data-testid='sidebar']//h6" }
          latest: { xpath: "substring-before(substring-after(//*[starts-with(., 'Latest v')][not(*)], 'v'), ' ')" }
          description: { xpath: "//*[@data-testid='sidebar']//h6/following-sibling::div[1]" }
          keywords: { xpath: "//*[@data-testid='keyword-list']//li//span/text()", list: true }
          partNumber: { xpath: "//*[@data-testid='readme']//strong[starts-with(., 'P-')]" }
  answer:
    fields:
      data:
        fields:
          name: { path: latest.name, required: true }
          latest: { path: latest.version }
          description: { path: latest.description }
          keywords: { path: latest.keywords }
          license: { path: latest.license }
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`;
}
