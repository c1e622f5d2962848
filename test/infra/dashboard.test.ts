import { expect, it } from 'vitest';
import { resourcesOf, templateOf } from './synthesise.ts';

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title?: string;
    view?: string;
    stacked?: boolean;
    yAxis?: { left?: { min?: number } };
    setPeriodToTimeRange?: boolean;
    metrics?: unknown[];
  };
}

/** References are of no matter here. */
function widgets(): Widget[] {
  const [dashboard] = [...resourcesOf(templateOf(), 'AWS::CloudWatch::Dashboard').values()];
  const parts: unknown[] = dashboard?.Properties['DashboardBody']['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'x')).join('')).widgets;
}

it('the dashboard has four questions, each above a row of widgets that fills the 24 columns of the page', () => {
  const rows = [...Map.groupBy(widgets(), ({ y }) => y).values()];
  expect(rows).toHaveLength(8);
  for (const [index, row] of rows.entries()) {
    const sorted = row.toSorted((a, b) => a.x - b.x);
    const ends = sorted.map(({ x, width }) => x + width);
    expect(sorted.map(({ x }) => x)).toEqual([0, ...ends.slice(0, -1)]);
    expect(ends.at(-1)).toBe(24);
    expect(new Set(row.map(({ height }) => height)).size).toBe(1);
    expect(row.every(({ type }) => (type === 'text') === (index % 2 === 0))).toBe(true);
  }
  const height = rows.reduce((sum, [first]) => sum + (first?.height ?? 0), 0);
  expect(height).toBe(4 * 1 + 4 * 6);
});

it('the dashboard’s lines begin at zero, and its numbers are of the time that they name', () => {
  const all = widgets().map(({ properties }) => properties);
  const graphs = all.filter(({ view, stacked }) => view === 'timeSeries' && stacked !== true);
  expect(graphs.length).toBeGreaterThan(8);
  expect(graphs.filter(({ yAxis }) => yAxis?.left?.min !== 0)).toEqual([]);
  const numbers = all.filter(({ view }) => view === 'singleValue');
  expect(numbers.map(({ setPeriodToTimeRange }) => setPeriodToTimeRange)).toEqual([false, false]);
  // Five minutes, the default, is not written.
  const periods = (title: string) =>
    [...JSON.stringify(all.find((one) => one.title === title)?.metrics).matchAll(/"period":(\d+)/g)].map(
      ([, seconds]) => Number(seconds),
    );
  expect(periods('In five minutes')).toEqual([86_400, 86_400]);
  expect(periods('US dollars, estimated')).toEqual([3_600, 86_400]);
  expect(periods('US dollars per million pages')).toEqual([3_600, 3_600, 3_600]);
  expect(periods('Fetch, milliseconds')).toEqual([60, 60, 60]);
});
