/** Draws a result of the bench: `node bench/growth/plot.ts result.json` writes docs/plots/growth-*.svg. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CurveName, GrowthResult } from '../growth.ts';
import { type Chart, drawChart, type Panel } from './chart.ts';
import type { Point } from './crawl-tree.ts';

/** One chart (SVG) for each curve of the result, by its name. */
export function plot({ curves, speedUp = [] }: GrowthResult): Partial<Record<CurveName, string>> {
  const drawn: Partial<Record<CurveName, string>> = {};
  const { pages, processes, hosts, links } = curves;
  if (pages !== undefined) drawn.pages = drawChart(chartOfPages(pages));
  if (processes !== undefined) drawn.processes = drawChart(chartOfProcesses(processes, speedUp));
  if (hosts !== undefined) drawn.hosts = drawChart(chartOfHosts(hosts));
  if (links !== undefined) drawn.links = drawChart(chartOfLinks(links));
  return drawn;
}

type Quantity = { [Key in keyof Point]: Point[Key] extends number ? Key : never }[keyof Point];

const rate = [
  'Pages per second',
  ['while scraping', 'pagesPerSScraping'],
  ['whole command', 'pagesPerS'],
] as const;
const memory = [
  'Peak memory, MB',
  ['all processes together', 'treeMb'],
  ['the largest process', 'largestProcessMb'],
] as const;
const disk = [
  'Bytes on disk per page',
  ['store', 'storeBytesPerPage'],
  ['output', 'outputBytesPerPage'],
] as const;
const cpu = ['CPU time per page, ms', ['command and workers', 'cpuMsPerPage']] as const;
const batches = ['Pages per batch', ['mean', 'pagesPerBatch']] as const;

function chartOfPages(points: Point[]): Chart {
  return {
    title: 'A crawl of more and more pages',
    subtitle: subtitleOf(points, ['processes', 'hosts', 'linksPerPage', 'kbPerPage']),
    xTitle: 'pages of the crawl (logarithmic)',
    panels: [rate, memory, disk].map((panel) => toPanel(points, 'pages', panel)),
  };
}

function chartOfHosts(points: Point[]): Chart {
  return {
    title: 'The same number of pages on more and more hosts',
    subtitle: subtitleOf(points, ['pages', 'processes', 'linksPerPage']),
    xTitle: 'hosts (logarithmic), each with a robots.txt of its own',
    panels: [rate, memory, batches].map((panel) => toPanel(points, 'hosts', panel)),
  };
}

function chartOfLinks(points: Point[]): Chart {
  return {
    title: 'The same number of pages with more and more links',
    subtitle: subtitleOf(points, ['pages', 'processes', 'hosts']),
    xTitle: 'links per page (logarithmic)',
    panels: [
      { ...toPanel(points, 'linksPerPage', rate), isLogarithmic: true },
      { ...toPanel(points, 'linksPerPage', cpu), isLogarithmic: true },
      toPanel(points, 'linksPerPage', memory),
    ],
  };
}

function chartOfProcesses(points: Point[], speedUp: NonNullable<GrowthResult['speedUp']>): Chart {
  const panel = toPanel(points, 'processes', rate);
  const [measured] = panel.series;
  const first = points[0]?.pagesPerSScraping ?? 0;
  const apart = speedUp.map(({ processes, serverApart }) => ({
    x: processes,
    y: Math.round(first * serverApart),
  }));
  const series = [
    { name: 'measured', points: measured?.points ?? [] },
    { name: 'server apart', points: apart },
  ];
  const last = speedUp.at(-1);
  const gain = `server apart, ${last?.processes} processes are ${last?.serverApart} times as fast`;
  return {
    title: 'One crawl by more worker processes',
    subtitle: `${subtitleOf(points, ['pages', 'linksPerPage'])} · ${gain}`,
    xTitle: 'worker processes',
    panels: [{ ...panel, series }, toPanel(points, 'processes', memory)],
  };
}

type Shown = readonly [title: string, ...series: (readonly [name: string, quantity: Quantity])[]];

function toPanel(points: Point[], x: Quantity, [title, ...series]: Shown): Panel {
  return {
    title,
    series: series.map(([name, quantity]) => ({
      name,
      points: points.map((point) => ({ x: point[x], y: point[quantity] })),
    })),
  };
}

const nouns: Partial<Record<Quantity, (value: string) => string>> = {
  pages: (value) => `${value} pages`,
  processes: (value) => `worker processes: ${value}`,
  hosts: (value) => `hosts: ${value}`,
  linksPerPage: (value) => `${value} links a page`,
  kbPerPage: (value) => `${value} KB a page`,
};

/** What is the same in all points, and how little the server had to do. */
function subtitleOf(points: Point[], same: Quantity[]): string {
  const last = points.at(-1);
  const parts = same.map((quantity) => nouns[quantity]?.((last?.[quantity] ?? 0).toLocaleString('en')) ?? '');
  const busiest = Math.max(...points.map(({ serverBusy }) => serverBusy));
  return [...parts, `gap 0 · server busy ≤ ${Math.ceil(busiest * 100)} %`].join(' · ');
}

if (import.meta.main) {
  const [file = ''] = process.argv.slice(2);
  const folder = join(import.meta.dirname, '../../docs/plots');
  mkdirSync(folder, { recursive: true });
  const result: GrowthResult = JSON.parse(readFileSync(file, 'utf8'));
  for (const [name, svg] of Object.entries(plot(result))) {
    writeFileSync(join(folder, `growth-${name}.svg`), svg);
    console.log(`docs/plots/growth-${name}.svg`);
  }
}
