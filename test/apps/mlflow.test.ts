import { expect, it } from 'vitest';
import { itemsOf, openProject } from './project.ts';
import { type App, describeApp, startApp, truthOf } from './start-app.ts';
import { type Experiment, ofPairs } from './truths.ts';

/** Lists by POST, whose cursors belong into the JSON of the body, and a list for each experiment: one has no runs. */
function runsJob({ origin }: App): string {
  return `name: runs
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
      each: { from: experiment, with: [title] }
      items: runs
      page: *page
      label: run
pages:
  experiment: { fields: { id: { path: experiment_id }, title: { path: name } } }
  run:
    fields:
      runId: { path: info.run_id, required: true }
      name: { path: info.run_name }
      status: { path: info.status }
      startTime: { path: info.start_time }
      params: { path: data.params }
      metrics: { path: data.metrics }
politeness: { gapMs: 5, slowDown: false, robots: ignore }
`;
}

describeApp('mlflow', () => {
  it('gives every run of every experiment once, and ends well though one has none', async () => {
    await using app = await startApp('mlflow');
    const { experiments } = truthOf<{ experiments: Experiment[] }>('mlflow');
    using folder = openProject({});
    folder.write('runs.yaml', runsJob(app));
    const answer = await folder.call('run', 'runs.yaml', '--processes', '2');
    const items = itemsOf(folder, 'runs');
    const listed = items.filter(({ _item }) => _item === 'experiment').map(({ id, title }) => [id, title]);
    expect(listed.sort()).toEqual(experiments.map(({ id, name }) => [id, name]));
    const runs = items.filter(({ _item }) => _item === 'run').map(({ _item, _url, ...run }) => run);
    const wanted = experiments.flatMap(({ name: title, runs: all }) => all.map((run) => ({ title, ...run })));
    expect(runs.map(readRun).sort(byRunId)).toEqual(wanted.map(knownOf).sort(byRunId));
    expect(answer.stdout).toContain('1 REST_ENDED');
    expect(answer.code).toBe(0);
  });
});

function readRun(run: Record<string, unknown>): { runId: string } {
  return knownOf({ ...run, params: ofPairs(run['params']), metrics: ofPairs(run['metrics']) });
}

/** What is compared of a run; the truth has more. */
function knownOf(run: Record<string, unknown>): { runId: string } {
  const known = 'title runId name status startTime params metrics'
    .split(' ')
    .map((name) => [name, run[name]]);
  return Object.fromEntries(known);
}

function byRunId(one: { runId: string }, other: { runId: string }): number {
  return one.runId < other.runId ? -1 : 1;
}
