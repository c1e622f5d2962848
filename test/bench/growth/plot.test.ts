import { describe, expect, it } from 'vitest';
import type { Point } from '../../../bench/growth/crawl-tree.ts';
import { plot } from '../../../bench/growth/plot.ts';
import type { GrowthResult } from '../../../bench/growth.ts';

const point: Point = {
  pages: 1_000,
  hosts: 1,
  linksPerPage: 15,
  processes: 1,
  pagesPerS: 800,
  pagesPerSScraping: 900,
  cpuMsPerPage: 0.9,
  largestProcessMb: 120,
  treeMb: 240,
  storeBytesPerPage: 250,
  storePeakBytesPerPage: 900,
  outputBytesPerPage: 110,
  pagesPerBatch: 19,
  kbPerPage: 4.2,
  serverBusy: 0.05,
  benchBusy: 0.01,
  seconds: 1.3,
};
const result: GrowthResult = {
  bench: 'growth',
  cores: 2,
  curves: {
    pages: [point, { ...point, pages: 1_000_000, pagesPerSScraping: 876 }],
    processes: [point, { ...point, processes: 2 }],
    hosts: [point],
    links: [point, { ...point, linksPerPage: 500, cpuMsPerPage: 9 }],
  },
  speedUp: [{ processes: 2, measured: 1.7, serverApart: 1.8 }],
};

describe('plot', () => {
  it('draws each curve that was measured, every value labelled and in its place', () => {
    const drawn = plot(result);

    expect(Object.keys(drawn).sort()).toEqual(['hosts', 'links', 'pages', 'processes']);
    expect(drawn.pages).toContain('>876</text>');
    expect(drawn.processes).toContain('1.8 times as fast');
    expect(Object.values(drawn).join()).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('leaves out what was not measured', () => {
    expect(plot({ ...result, curves: {} })).toEqual({});
  });
});
