import { costOf } from '../../shared/cost/cost.ts';
import type { Simulated } from './simulate-run.ts';

export type Report = ReturnType<typeof reportOf>;

/** What a simulated run tells, rounded. Costs in US dollars. */
export function reportOf(simulated: Simulated) {
  const { meter, tally, pages, drainMs } = simulated;
  const { usage, events } = meter;
  const { totalUsd, byService } = costOf(usage);
  const perMillion = (usd: number) => round((usd / tally.pages) * 1e6);
  const { deliveries = 0, batches = 0, deferrals = 0, transactions = 0, conflicts = 0 } = events;
  const fullMinutes = tally.perMinute.map((count = 0) => count / 60);
  return {
    pagesStored: tally.pages,
    pagesMissing: pages - tally.pages,
    pagesStoredTwice: tally.surplus,
    openAtTheEnd: simulated.open,
    state: simulated.state,
    minutesToDrain: round(drainMs / 60_000),
    pagesPerSecond: round((tally.pages / drainMs) * 1_000),
    busiestMinutePagesPerSecond: round(Math.max(...fullMinutes)),
    pagesPerSecondByTenthOfTheTime: tenths(tally.perMinute),
    usdPerMillionPages: {
      total: perMillion(totalUsd),
      ...Object.fromEntries(Object.entries(byService).map(([name, usd]) => [name, perMillion(usd)])),
      stateQueueStorage: perMillion(byService.dynamodb + byService.sqs + byService.s3),
    },
    usdInAll: round(totalUsd),
    perPage: {
      writeUnits: round(usage.writeUnits / tally.pages),
      readUnits: round(usage.readUnits / tally.pages),
      sqsRequests: round(usage.sqsRequests / tally.pages),
      lambdaGbMs: round(usage.lambdaMbMs / 1_024 / tally.pages),
      deferrals: round(deferrals / tally.pages),
    },
    writeUnitsPerPageByCause: causesOf(events, tally.pages),
    pagesPerBatch: round(tally.pages / batches),
    deliveriesPerBatch: round(deliveries / batches),
    deliveriesPerEvent: round(deliveries / usage.lambdaRequests),
    deferrals,
    invocations: usage.lambdaRequests,
    instances: { atOnce: simulated.busiest, started: simulated.instances },
    hottest: meter.hottest(),
    conflictsPerHundredTransactions: round((conflicts / transactions) * 100),
    faults: events['faults'] ?? 0,
    missedTurns: events['missedTurns'] ?? 0,
    timeouts: events['timeouts'] ?? 0,
    readsOfAllCounters: events['readsOfAllCounters'] ?? 0,
    outcomeBytesPerPage: Math.round(simulated.outcomeBytesPerPage),
  };
}

/** How much larger or smaller the model's figures are than the engine's, in percent. */
export function differencesOf(engine: Report, model: Report): Record<string, number> {
  const pairs: Record<string, [number, number]> = {
    minutesToDrain: [engine.minutesToDrain, model.minutesToDrain],
    usdPerMillionPages: [engine.usdPerMillionPages.total, model.usdPerMillionPages.total],
    stateQueueStorage: [
      engine.usdPerMillionPages.stateQueueStorage,
      model.usdPerMillionPages.stateQueueStorage,
    ],
    writeUnits: [engine.perPage.writeUnits, model.perPage.writeUnits],
    readUnits: [engine.perPage.readUnits, model.perPage.readUnits],
    sqsRequests: [engine.perPage.sqsRequests, model.perPage.sqsRequests],
    lambdaGbMs: [engine.perPage.lambdaGbMs, model.perPage.lambdaGbMs],
    deferrals: [engine.deferrals, model.deferrals],
    invocations: [engine.invocations, model.invocations],
    pagesPerBatch: [engine.pagesPerBatch, model.pagesPerBatch],
  };
  return Object.fromEntries(
    Object.entries(pairs).map(([name, [exact, coarse]]) => [name, round((coarse / exact - 1) * 100)]),
  );
}

function tenths(perMinute: number[]): number[] {
  const width = Math.max(1, perMinute.length / 10);
  return Array.from({ length: Math.min(10, perMinute.length) }, (_, tenth) => {
    const part = perMinute.slice(
      Math.floor(tenth * width),
      Math.max(Math.floor(tenth * width) + 1, Math.floor((tenth + 1) * width)),
    );
    return Math.round(part.reduce((sum, count = 0) => sum + count, 0) / part.length / 60);
  });
}

function round(value: number): number {
  return Number(value.toPrecision(value >= 1_000 ? 5 : 3));
}

const causePrefix = 'write units: ';

/** The largest first. */
function causesOf(events: Record<string, number>, pages: number): Record<string, number> {
  const causes = Object.entries(events).filter(([name]) => name.startsWith(causePrefix));
  causes.sort(([, a], [, b]) => b - a);
  return Object.fromEntries(
    causes.map(([name, units]) => [name.slice(causePrefix.length), round(units / pages)]),
  );
}
