import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { runModule } from './run-process.ts';
import { openSite } from './site.ts';

const timeoutMs = 1_200_000;

/**
 * A list of pages, fetched without and with `keep: warc`, and their items taken again from what was kept (`spinneret extract`):
 * pages a second, and CPU of all processes a page.
 */
export async function keep(options: { urls: number; processes: number[] }): Promise<object> {
  const rows: object[] = [];
  for (const processes of options.processes) rows.push(await measure(options.urls, processes));
  return { bench: 'keep', pages: options.urls, rows };
}

async function measure(urls: number, processes: number): Promise<object> {
  const folder = temporaryFolder();
  try {
    await using site = await openSite('nginx', 1, folder.path);
    const list = Array.from({ length: urls }, (_, index) => `http://${site.hosts[0]}/p/${index}`);
    writeFileSync(join(folder.path, 'urls.txt'), list.join('\n'));
    writeFileSync(join(folder.path, 'plain.yaml'), jobYaml(''));
    writeFileSync(join(folder.path, 'kept.yaml'), jobYaml('keep: warc'));
    const call = (...args: string[]) => callCommand(folder.path, processes, urls, args);
    const plain = await call('run', 'plain.yaml');
    const kept = await call('run', 'kept.yaml');
    const extracted = await call('extract', kept.run, '--job', 'plain.yaml');
    const archive = statSync(join(folder.path, 'output', kept.run, 'pages-00001.warc.gz'));
    const bytesPerPage = Math.round(archive.size / urls);
    return { processes, server: site.server, plain, kept: { ...kept, bytesPerPage }, extracted };
  } finally {
    folder.remove();
  }
}

async function callCommand(cwd: string, processes: number, urls: number, args: string[]) {
  const finished = await runModule(
    'cli/spinneret.js',
    [...args, '--json', '--processes', String(processes)],
    { cwd, signal: AbortSignal.timeout(timeoutMs), watch: true },
  );
  const last = JSON.parse(finished.stdout.trim().split('\n').at(-1) ?? '') as {
    runs: { run: string; items: number }[];
  };
  const [{ run, items } = { run: '', items: 0 }] = last.runs;
  if (items !== urls) throw new Error(`${args.join(' ')} gave ${items} items of ${urls} pages`);
  const cpuMs = finished.processes.reduce((sum, process) => sum + process.cpuMs, 0);
  return {
    run,
    pagesPerSecond: Math.round((urls * 1_000) / finished.ms),
    cpuMsPerPage: Number((cpuMs / urls).toFixed(2)),
  };
}

function jobYaml(more: string): string {
  return `name: pages
network: allowPrivate
politeness: { gapMs: 0 }
${more}
sources: [{ urls: { file: urls.txt } }]
pages:
  default: { fields: { title: { select: h1, required: true } } }
`;
}
