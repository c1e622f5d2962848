import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Changes } from '../shared/observe/summary-of-run.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openChangingSite } from './recrawl-site.ts';
import { runModule } from './run-process.ts';

const timeoutMs = 3_600_000;

/** 1 % of the pages changes, comes and goes. */
const share = 0.01;

/**
 * A site of so many pages, three times by a job with `recrawl`: first, unchanged, and with 1 % of its pages changed, 1 % new and 1 %
 * gone, half of them by a 404 and half no longer listed. Requests, bytes and CPU of each; rejects where a mark is wrong.
 */
export async function recrawl(options: { urls: number; processes: number }): Promise<object> {
  const folder = temporaryFolder();
  await using site = await openChangingSite(options.urls);
  writeFileSync(join(folder.path, 'pages.yaml'), jobYaml(site.origin));
  try {
    const some = Math.round(options.urls * share);
    const run = async (name: string, marks: Partial<Changes>) => {
      const before = { ...site.counts };
      const found = await callRun(folder.path, options);
      const expected = { new: 0, changed: 0, unchanged: 0, gone: 0, notSeen: 0, ...marks };
      if (JSON.stringify(found.marks) !== JSON.stringify(expected))
        throw new Error(`${name}: ${JSON.stringify(found.marks)} in place of ${JSON.stringify(expected)}`);
      const { requests, notModified, bytes } = site.counts;
      return {
        ...{ name, requests: requests - before.requests, notModified: notModified - before.notModified },
        ...{ bytes: bytes - before.bytes, ...found },
      };
    };
    const first = await run('first', { new: options.urls });
    const same = await run('unchanged', { unchanged: options.urls });
    site.change(some);
    const unchanged = options.urls - 2 * some;
    const third = await run('1 % each', { new: some, changed: some, unchanged, gone: some });
    return {
      bench: 'recrawl',
      pages: options.urls,
      processes: options.processes,
      rows: [first, same, third],
    };
  } finally {
    folder.remove();
  }
}

async function callRun(cwd: string, { urls, processes }: { urls: number; processes: number }) {
  const args = ['run', 'pages.yaml', '--json', '--processes', String(processes)];
  const signal = AbortSignal.timeout(timeoutMs);
  const finished = await runModule('cli/spinneret.js', args, { cwd, signal, watch: true });
  const last = JSON.parse(finished.stdout.trim().split('\n').at(-1) ?? '') as {
    runs: { changes: { pages: Changes } }[];
  };
  const {
    new: fresh = 0,
    changed = 0,
    unchanged = 0,
    gone = 0,
    notSeen = 0,
  } = last.runs[0]?.changes.pages ?? {};
  const cpuMs = finished.processes.reduce((sum, process) => sum + process.cpuMs, 0);
  return {
    marks: { new: fresh, changed, unchanged, gone, notSeen },
    seconds: Math.round(finished.ms / 1_000),
    cpuMsPerPage: Number((cpuMs / urls).toFixed(2)),
  };
}

function jobYaml(origin: string): string {
  return `name: pages
network: allowPrivate
politeness: { gapMs: 0 }
recrawl: true
limits: { maxPages: 1000000 }
sources: [{ sitemap: { urls: "${origin}/sitemap.xml" } }]
pages:
  default: { fields: { title: { select: h1, required: true }, version: b } }
`;
}
