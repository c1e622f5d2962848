/** How both benches set Crawlee for speed: nothing is kept on disk, no sessions, no browser's headers are made up. */
import { Configuration, log } from '@crawlee/cheerio';

const underWay = 64;

log.setLevel(log.LEVELS.ERROR);

export const configuration = new Configuration({
  persistStorage: false,
  availableMemoryRatio: 1,
  persistStateIntervalMillis: 3_600_000,
});

export const options = {
  minConcurrency: underWay,
  maxConcurrency: underWay,
  autoscaledPoolOptions: {
    desiredConcurrency: underWay,
    loggingIntervalSecs: null,
    maybeRunIntervalSecs: 0.05,
  },
  useSessionPool: false,
  persistCookiesPerSession: false,
  statisticsOptions: { persistenceOptions: { enable: false } },
};
