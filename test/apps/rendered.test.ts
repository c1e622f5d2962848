import { expect, it } from 'vitest';
import { describeBrowser, sandbox } from '../browser/chromium.ts';
import type { CliFolder } from '../cli/call-cli.ts';
import { itemsOf, openProject } from './project.ts';
import { type App, describeApp, startApp, truthOf } from './start-app.ts';
import type { Experiment, Package } from './truths.ts';

/** What each way of reading an application gives: its items, and how many pages were read in the browser. */
async function read(folder: CliFolder, job: string): Promise<{ items: Row[]; inBrowser: number }> {
  folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\nbatchSize: 5\n`);
  folder.write(
    'app.yaml',
    `name: app\nnetwork: allowPrivate\n${job}politeness: { gapMs: 2, slowDown: false, robots: ignore }\n`,
  );
  const run = await folder.call('run', 'app.yaml', '--processes', '2');
  expect(run.code, run.stdout).toBe(0);
  const [, pages = '0'] = /browser +([\d,]+) pages? read in it/.exec(run.stdout) ?? [];
  return { items: itemsOf(folder, 'app').map(({ _item, _url, ...row }) => row), inBrowser: Number(pages) };
}

type Row = Record<string, unknown>;

/** Which answer of the page's scripts holds the values of its items, as `try` says. */
async function askedBy(folder: CliFolder, url: string): Promise<{ method: string; url: string }> {
  const trial = await folder.call('try', url, '--file', 'app.yaml', '--json');
  const { asked } = JSON.parse(trial.stdout) as { asked: { method: string; url: string; holds?: object }[] };
  const [first] = asked.filter(({ holds }) => holds !== undefined);
  if (first === undefined) throw new Error(`try names no answer: ${trial.stdout}`);
  return first;
}

const by = (key: string) => (one: Row, other: Row) => (String(one[key]) < String(other[key]) ? -1 : 1);

describeApp('verdaccio', () => {
  describeBrowser('by its pages', () => {
    const { packages } = truthOf<{ packages: Package[] }>('verdaccio');
    const visible = packages.filter(({ readers }) => readers.includes('public'));
    const truth = (keys: string[]) =>
      visible.map((one) => Object.fromEntries(keys.map((key) => [key, one[key]]))).sort(by('name'));
    const pageOf = ({ origin }: App, { name }: Package) => `${origin}/-/web/detail/${name}`;
    const jobOf = (app: App, render: string) => `sources:
  - urls: { list: ${JSON.stringify(visible.map((one) => pageOf(app, one)))} }
pages:
  one:
    render: { ${render} }
    fields:
      name: { select: '[data-testid="sidebar"] h6', required: true }
      latest: { select: '[data-testid="installNpm"]', attr: aria-label, regex: '@([\\d.]+)$' }
      description: { select: '[data-testid="sidebar"] h6 + div' }
      keywords: { select: '[data-testid="keyword-list"] li span', list: true }
      partNumber: { select: '[data-testid="readme"]', regex: 'P-\\d+' }
`;
    const loaded = `waitFor: '#root:has([data-testid="readme"] strong):has([data-testid="keyword-list"])'`;

    it.each(['browser', 'auto'])('gives every public package by render: %s', async (use) => {
      await using app = await startApp('verdaccio');
      using folder = openProject({});
      const { items, inBrowser } = await read(folder, jobOf(app, `use: ${use}, ${loaded}`));
      expect(items.sort(by('name'))).toEqual(
        truth(['name', 'latest', 'description', 'keywords', 'partNumber']),
      );
      // Not one of them can be read without it.
      expect(inBrowser).toBe(visible.length);
    });

    it('gives them by the answer that try names, with a browser and without one', async () => {
      await using app = await startApp('verdaccio');
      using folder = openProject({});
      await read(
        folder,
        jobOf(app, loaded).replace(/list: \[.*\]/, `list: "${app.origin}/-/web/detail/anvil"`),
      );
      const asked = await askedBy(folder, `${app.origin}/-/web/detail/anvil`);
      const answer = new URL(asked.url).pathname.replace(/anvil$/, '');
      const fields = `fields: { name: { path: latest.name, required: true }, latest: { path: latest.version }, description: { path: latest.description }, keywords: { path: latest.keywords } }`;
      const wanted = truth(['name', 'latest', 'description', 'keywords']);

      using inBrowser = openProject({});
      const list = `sources: [{ urls: { list: ${JSON.stringify(visible.map((one) => pageOf(app, one)))} } }]\n`;
      const rendered = await read(
        inBrowser,
        `${list}pages: { one: { render: { from: xhr, match: '${answer}**', ${loaded} }, ${fields} } }\n`,
      );
      expect(rendered).toMatchObject({ inBrowser: visible.length });
      expect(rendered.items.sort(by('name'))).toEqual(wanted);

      using withoutBrowser = openProject({});
      const urls = visible.map(({ name }) => `${app.origin}${answer}${name}`);
      const plain = await read(
        withoutBrowser,
        `sources: [{ urls: { list: ${JSON.stringify(urls)} } }]\npages: { one: { ${fields} } }\n`,
      );
      expect(plain).toMatchObject({ inBrowser: 0 });
      expect(plain.items.sort(by('name'))).toEqual(wanted);
    });
  });
});

/** Of each experiment, so many runs: each is a page that the browser makes. */
const runsOfEach = 4;

describeApp('mlflow', () => {
  describeBrowser('by its pages', () => {
    const { experiments } = truthOf<{ experiments: Experiment[] }>('mlflow');
    const runs = experiments.flatMap(({ runs: all }) => all.slice(0, runsOfEach));
    const truth = runs
      .map(({ runId, name, status, params, metrics }) => ({ runId, name, status, params, metrics }))
      .sort(by('runId'));
    const jobOf = ({ origin }: App, use: string) => `sources:
  - urls: { list: ${JSON.stringify(runs.map(({ uiPath }) => `${origin}${uiPath}`))} }
pages:
  run:
    match: '/#/experiments/*/runs/*'
    render: { use: ${use}, waitFor: h2 }
    fields:
      name: { select: h2, required: true }
      runId: { select: '#root', regex: 'Run ID\\s*([0-9a-f]{32})' }
      status: { select: '#root', regex: 'Status\\s*(Finished|Failed|Running|Killed|Scheduled)' }
      metrics: { select: '[role=row]:has(a[href$="/model-metrics"])', list: true, fields: { key: a, value: { select: 'span[title]', attr: title, type: number } } }
      params: { select: '[role=row]:not(:has(a)):has([role=cell])', list: true, fields: { key: '[role=cell]:first-child', value: '[role=cell]:last-child' } }
`;

    it.each(['browser'])('gives runs by render: %s', async (use) => {
      await using app = await startApp('mlflow');
      using folder = openProject({});
      const { items, inBrowser } = await read(folder, jobOf(app, use));
      expect(items.map(ofPairs).sort(by('runId'))).toEqual(truth);
      expect(inBrowser).toBe(runs.length);
    });
  });
});

/** The page shows parameters and metrics as rows of two cells, and the status as a word. */
function ofPairs({ status, params, metrics, ...run }: Row): Row {
  const entries = (pairs: unknown) =>
    Object.fromEntries((pairs as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]));
  return { ...run, status: String(status).toUpperCase(), params: entries(params), metrics: entries(metrics) };
}
