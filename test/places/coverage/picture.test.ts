import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import type { CellFact } from '../../../shared/model.ts';
import { type Area, compileArea } from '../../../shared/places/areas/area.ts';
import { groupCells } from '../../../shared/places/coverage/cells.ts';
import { coverageOf } from '../../../shared/places/coverage/coverage.ts';
import { drawCoverage } from '../../../shared/places/coverage/picture.ts';
import { firstCells } from '../../../shared/places/grid.ts';

const attica = { west: 23.5, south: 37.8, east: 24.1, north: 38.3 };
const area = compileArea({ name: 'Attica', box: attica }, 0);

function facts(of: Area, maxKm: number, query = 'dentist'): CellFact[] {
  return firstCells(of, { maxKm }).map((box) => ({
    query,
    area: of.name,
    box,
    level: 2,
    found: 12,
    end: 'whole',
  }));
}

function drawn(list: CellFact[], areas: Area[]): string {
  const searches = groupCells(list, areas);
  return drawCoverage(searches, coverageOf(searches));
}

function with1(list: CellFact[], change: Partial<CellFact>): CellFact[] {
  return list.map((fact, index) => (index === 0 ? { ...fact, ...change } : fact));
}

interface Element {
  name: string;
  attributes: Record<string, string>;
}

/** Every element, each closed in its turn. */
function elementsOf(svg: string): Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        open.push(name);
        elements.push({ name, attributes });
      },
      onclosetag(name, isImplied) {
        expect([open.pop(), isImplied && !svg.includes('/>')]).toEqual([name, false]);
      },
    },
    { xmlMode: true },
  );
  parser.end(svg);
  expect(open).toEqual([]);
  return elements;
}

const rectsOf = (svg: string, end: string) =>
  elementsOf(svg)
    .filter(({ name, attributes }) => name === 'rect' && attributes['class'] === end)
    .slice(1);

describe('drawCoverage', () => {
  it('draws each cell with what was found in it, and a legend', () => {
    const svg = drawn(with1(facts(area, 20), { end: 'saturated', found: 60 }), [area]);
    expect(rectsOf(svg, 'whole')).toHaveLength(8);
    expect(rectsOf(svg, 'saturated')).toHaveLength(1);
    expect(svg).toContain('<title>saturated · 60 found · level 2</title>');
    expect(svg).toContain('whole 8 (88.9 %)');
    expect(svg).toContain('saturated 1 (11.1 %)');
    expect(svg).toContain('dentist · Attica');
  });

  it('keeps the shape of the area: a degree of longitude is shorter by the cosine of the latitude', () => {
    const [cell] = rectsOf(drawn(facts(area, 100), [area]), 'whole');
    const ratio = Number(cell?.attributes['width']) / Number(cell?.attributes['height']);
    expect(ratio).toBeCloseTo((0.6 / 0.5) * Math.cos((38.05 * Math.PI) / 180), 2);
  });

  it('has a scale of a round length', () => {
    const svg = drawn(facts(area, 20), [area]);
    const [, length, label] = /h([\d.]+)v-5"\/><text[^>]*>(\d+ km)</.exec(svg) ?? [];
    const mapHeight = Number(rectsOf(drawn(facts(area, 100), [area]), 'whole')[0]?.attributes['height']);
    expect(label).toBe('10 km');
    expect(Number(length) / mapHeight).toBeCloseTo(10 / (0.5 * 111.195), 2);
  });

  it.each([
    [0.01, '200 m'],
    [0.03, '500 m'],
    [0.05, '1 km'],
    [0.4, '10 km'],
    [90, '2,000 km'],
  ])('has a scale in metres below a kilometre: that of %f° says %s', (degrees, label) => {
    const box = { west: 0, south: -degrees / 2, east: degrees, north: degrees / 2 };
    const square = compileArea({ box }, 0);
    const svg = drawn([{ query: 'q', area: square.name, box, level: 0, found: 1, end: 'whole' }], [square]);
    const [, length, said = ''] = /h([\d.]+)v-5"\/><text[^>]*>([^<]+)</.exec(svg) ?? [];
    expect(said).toBe(label);
    const km = Number.parseFloat(said.replace(',', '')) / (said.endsWith(' km') ? 1 : 1_000);
    const mapHeight = Number(rectsOf(svg, 'whole')[0]?.attributes['height']);
    expect(Number(length) / mapHeight).toBeCloseTo(km / (degrees * 111.195), 2);
  });

  it('draws what crosses the antimeridian side by side', () => {
    const fiji = compileArea({ name: 'Fiji', box: { west: 177, south: -20, east: -178, north: -15 } }, 0);
    const xs = rectsOf(drawn(facts(fiji, 300), [fiji]), 'whole').map(({ attributes }) => [
      Number(attributes['x']),
      Number(attributes['x']) + Number(attributes['width']),
    ]);
    const sorted = xs.toSorted(([a = 0], [b = 0]) => a - b);
    expect(sorted[0]?.[0]).toBe(0);
    for (const [index, [x = 0]] of sorted.slice(1).entries()) {
      expect(x).toBeLessThanOrEqual((sorted[index]?.[1] ?? 0) + 0.2);
    }
  });

  it('draws twelve searches and says that there are more', () => {
    const queries = Array.from({ length: 15 }, (_, index) => `query ${10 + index}`);
    const svg = drawn(
      queries.flatMap((query) => facts(area, 20, query)),
      [area],
    );
    expect(svg).toContain('the first 12 of 15 searches are drawn');
    expect(svg).toContain('query 21 · Attica');
    expect(svg).not.toContain('query 22');
  });

  it('stays below two megabytes, and shows the worst of cells too small to be distinguished', () => {
    const fine = with1(facts(area, 0.2), { end: 'failed', found: 0 });
    expect(fine.length).toBeGreaterThan(50_000);
    const svg = drawn(fine, [area]);
    expect(svg.length).toBeLessThan(2_000_000);
    expect(rectsOf(svg, 'failed')).toHaveLength(1);
    expect(svg).toMatch(/<title>1 failed, \d+ whole · \d+ found · level 2<\/title>/);
    const found = [...svg.matchAll(/ · (\d+) found · level 2<\/title>/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
    expect(found).toBe((fine.length - 1) * 12);
  });

  it('escapes what people wrote', () => {
    const name = '"><script>alert(1)</script>&\u0007';
    const odd = compileArea({ name, box: attica }, 0);
    const svg = drawn(facts(odd, 50, '<b>&amp;'), [odd]);
    expect(svg).toContain('&lt;b&gt;&amp;amp; · &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;<');
    expect(elementsOf(svg).map(({ name }) => name)).not.toContain('script');
  });

  it('loads nothing', () => {
    const links = elementsOf(drawn(facts(area, 20), [area])).flatMap(({ attributes }) =>
      Object.keys(attributes).filter((key) => /href|src/.test(key)),
    );
    expect(links).toEqual([]);
  });

  it('shows a name whole that fits half of the panel, and cuts a longer one to the same length', () => {
    const shown = (length: number) =>
      /<text class="panel" y="14">(.*?) · /.exec(drawn(facts(area, 100, 'q'.repeat(length)), [area]))?.[1];
    const longest = shown(1_000)?.length ?? 0;
    expect(longest).toBeGreaterThan(10);
    expect(longest).toBeLessThan(60);
    expect(shown(longest)).toBe('q'.repeat(longest));
    expect(shown(longest + 1)).toBe(`${'q'.repeat(longest - 1)}…`);
    expect(shown(longest - 1)).toBe('q'.repeat(longest - 1));
  });

  it('says so when no cell was searched', () => {
    const svg = drawn([], [area]);
    expect(svg).toContain('No cell was searched.');
    elementsOf(svg);
  });
});
