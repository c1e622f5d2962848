import { defaultPrices } from '../shared/cost/cost.ts';
import { assumptions } from './simulation/assumptions.ts';
import { differencesOf, reportOf } from './simulation/report.ts';
import { type SimulationOptions, simulateRun } from './simulation/simulate-run.ts';

/** Options of the command line, by their names there. */
export const simulationDefaults = {
  instances: 100,
  pages: 10_000_000,
  hosts: 10_000,
  'gap-ms': 1_000,
  'batch-size': 50,
  'turns-ms': 27_500,
  'max-wait-ms': 15_000,
  'horizon-ms': 15_000,
  'timeout-ms': 120_000,
  'memory-mb': 512,
  'window-ms': 2_000,
  /** Pages of the smaller crawl that the engine itself does, page by page; 0: none. */
  'engine-pages': 50_000,
  seed: 1,
};

export type SimulationArguments = Partial<
  Record<keyof typeof simulationDefaults, string | boolean | undefined>
>;

/**
 * A fleet of Lambda instances on virtual time. A smaller crawl is done twice, by the engine page by page
 * and by the coarse model, to tell how far they differ; then the whole one by the model.
 */
export async function simulate(given: SimulationArguments): Promise<object> {
  const value = (name: keyof typeof simulationDefaults) => Number(given[name] ?? simulationDefaults[name]);
  const options = optionsOf(value);
  const share = Math.min(1, value('engine-pages') / options.pages);
  const smaller: SimulationOptions = {
    ...options,
    pages: Math.round(options.pages * share),
    hosts: Math.max(1, Math.round(options.hosts * share)),
    maxConcurrency: Math.max(2, Math.round(options.maxConcurrency * share)),
  };
  const exact = share === 0 ? undefined : await simulateRun({ ...smaller, grain: 'engine' });
  const bytes = exact === undefined ? {} : { outcomeBytesPerPage: exact.outcomeBytesPerPage };
  const coarse = exact === undefined ? undefined : await simulateRun({ ...smaller, ...bytes });
  const startedAt = performance.now();
  const whole = await simulateRun({ ...options, ...bytes });
  return {
    assumptions: [...assumptions, `prices of ${defaultPrices.region}, ${defaultPrices.asOf}`],
    options,
    tookMs: Math.round(performance.now() - startedAt),
    ...reportOf(whole),
    ...(exact === undefined || coarse === undefined
      ? {}
      : {
          engineItself: reportOf(exact),
          modelAgainstEngine: differencesOf(reportOf(exact), reportOf(coarse)),
        }),
  };
}

function optionsOf(value: (name: keyof typeof simulationDefaults) => number): SimulationOptions {
  return {
    grain: 'coarse',
    hosts: value('hosts'),
    pages: value('pages'),
    gapMs: value('gap-ms'),
    seed: value('seed'),
    maxConcurrency: value('instances'),
    memoryMb: value('memory-mb'),
    timeoutMs: value('timeout-ms'),
    windowMs: value('window-ms'),
    outcomeBytesPerPage: 0,
    limits: {
      leaseMs: value('timeout-ms') - 10_000,
      batchSize: value('batch-size'),
      batchBudgetMs: value('timeout-ms') / 2,
      turnsMs: value('turns-ms'),
      maxWaitMs: value('max-wait-ms'),
      horizonMs: value('horizon-ms'),
      maxPauseMs: 900_000,
      maxCrashes: { together: 3, alone: 5 },
    },
  };
}
