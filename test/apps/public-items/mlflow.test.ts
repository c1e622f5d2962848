import { type App, isWhole, truthOf } from '../start-app.ts';
import { type Experiment, type MlRun, ofPairs } from '../truths.ts';
import { testPublicItems } from './test-public-items.ts';

/**
 * Of each experiment, so many runs are read by their pages: MLflow's scripts take a browser seven seconds of CPU for each, so that
 * all 240 of them, by `npm run test:apps:whole`, take two idle cores a quarter of an hour (13 minutes on 2026-11-30).
 */
const pagesOfEach = isWhole ? Number.POSITIVE_INFINITY : 12;

testPublicItems('mlflow', () => {
  const { experiments } = truthOf<{ experiments: Experiment[] }>('mlflow');
  const wanted = (runs: MlRun[]) =>
    runs.map(({ runId, name, status, params, metrics }) => ({
      ...{ runId, name, status },
      ...{ params: inOrder(params), metrics: inOrder(metrics) },
    }));
  const inPages = experiments.flatMap(({ runs }) => runs.slice(0, pagesOfEach));
  return {
    job: (app) => runsJob(app, inPages),
    wanted: {
      css: wanted(inPages),
      xpath: wanted(inPages),
      data: wanted(experiments.flatMap(({ runs }) => runs)),
    },
    isRendered: true,
    inShape: ({ params, metrics, ...run }) => ({
      ...run,
      params: inOrder(ofPairs(params)),
      metrics: inOrder(ofPairs(metrics)),
    }),
  };
});

/** Pages and API have the pairs in any order. */
function inOrder(values: object): object {
  return Object.fromEntries(Object.entries(values).sort());
}

/** All runs by the API, by POST; pages of some, which scripts make behind `#`. */
function runsJob({ origin }: App, inPages: MlRun[]): string {
  const pairs = (path: string) =>
    `{ path: ${path}, list: true, fields: { key: { path: key }, value: { path: value } } }`;
  return `name: mlflow
network: allowPrivate
sources:
  - rest:
      url: "${origin}/api/2.0/mlflow/experiments/search"
      json: { max_results: 2 }
      items: experiments
      page: &page { by: cursor, in: body, path: next_page_token, param: page_token }
      label: experiment
  - rest:
      url: "${origin}/api/2.0/mlflow/runs/search"
      json: { experiment_ids: ["{id}"], max_results: 25 }
      each: { from: experiment }
      items: runs
      page: *page
      label: answer
  - urls: { list: ${JSON.stringify(inPages.map(({ uiPath }) => `${origin}${uiPath}`))}, label: page }
pages:
  experiment: { fields: { id: { path: experiment_id } } }
  answer:
    fields:
      data:
        fields:
          runId: { path: info.run_id, required: true }
          name: { path: info.run_name }
          status: { path: info.status }
          params: ${pairs('data.params')}
          metrics: ${pairs('data.metrics')}
  page:
    match: '/#/experiments/*/runs/*'
    # A busy machine may take longer than the default for one of them.
    render: { use: browser, waitFor: h2, timeoutMs: 120000 }
    fields:
      css:
        fields:
          name: h2
          runId: { select: '#root', regex: 'Run ID\\s*([0-9a-f]{32})' }
          status: { select: '#root', regex: 'Status\\s*(Finished|Failed|Running|Killed|Scheduled)', transform: [upper] }
          metrics: { select: '[role=row]:has(a[href$="/model-metrics"])', list: true, fields: { key: a, value: { select: 'span[title]', attr: title, type: number } } }
          params: { select: '[role=row]:not(:has(a)):has([role=cell])', list: true, fields: { key: '[role=cell]:first-child', value: '[role=cell]:last-child' } }
      xpath:
        fields:
          name: { xpath: "//h2" }
          runId: { xpath: "//*[normalize-space()='Run ID']/following::text()[normalize-space()][1]" }
          status: { xpath: "//*[normalize-space()='Status']/following::text()[normalize-space()][1]", transform: [upper] }
          metrics:
            xpath: "//*[@role='row'][.//a[contains(@href, '/model-metrics')]]"
            list: true
            fields: { key: { xpath: ".//a" }, value: { xpath: ".//span/@title", type: number } }
          params:
            xpath: "//*[@role='row'][not(.//a)][*[@role='cell']]"
            list: true
            fields: { key: { xpath: "*[@role='cell'][1]" }, value: { xpath: "*[@role='cell'][last()]" } }
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`;
}
