import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleHandler } from '../shared/deployment/bundle-handler.ts';
import { SpinneretError } from '../shared/errors.ts';
import { loadSettings } from '../shared/job/load.ts';
import { makeAnalyticsStack } from './analytics-stack.ts';
import { checkRules } from './nag.ts';
import { prepareScheduledJobs } from './scheduled-jobs.ts';
import { makeScraperStack } from './scraper-stack.ts';

// cdk.json runs this in its own folder, which is the project's.
const projectDir = process.cwd();
const settingsFile = join('config', 'settings.yaml');

async function synthesise(): Promise<void> {
  await using temporary = await mkdtempDisposable(join(tmpdir(), 'spinneret-'));
  const { aws: settings } = loadSettings(join(projectDir, settingsFile));
  const temporaryDir = temporary.path;
  const warn = (message: string) => console.error(`warning ${message}`);
  const preparation = { settings, projectDir, settingsFile, temporaryDir, bundleHandler, warn };
  const jobs = await prepareScheduledJobs(preparation);
  const app = new App();
  checkRules(app);
  const scraper = makeScraperStack(app, settings, jobs);
  makeAnalyticsStack(app, settings, scraper);
  app.synth();
}

try {
  await synthesise();
} catch (error) {
  // A mistake in a file of the user's is told in its own words, without a stack trace.
  if (!(error instanceof SpinneretError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}
