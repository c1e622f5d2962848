import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleHandler } from '../shared/deployment/bundle-handler.ts';
import { SpinneretError } from '../shared/errors.ts';
import { loadSettings } from '../shared/job/load.ts';
import { ownFile } from '../shared/own-files.ts';
import { makeAnalyticsStack } from './analytics-stack.ts';
import { findPackedChromium } from './browser-files.ts';
import { checkRules } from './nag.ts';
import { prepareScheduledJobs } from './scheduled-jobs.ts';
import { makeScraperStack } from './scraper-stack.ts';

// `cdk` runs the command of cdk.json in the folder of that file, which is the project's.
const projectDir = process.cwd();
const settingsFile = join('config', 'settings.yaml');

async function synthesise(): Promise<void> {
  const temporaryDir = await mkdtemp(join(tmpdir(), 'spinneret-'));
  try {
    await synthesiseWith(temporaryDir);
  } finally {
    await rm(temporaryDir, { recursive: true, force: true });
  }
}

async function synthesiseWith(temporaryDir: string): Promise<void> {
  const { aws: settings } = loadSettings(join(projectDir, settingsFile));
  if (settings.browser !== undefined) findPackedChromium(projectDir);
  const warn = (message: string) => console.error(`warning ${message}`);
  const preparation = { settings, projectDir, settingsFile, temporaryDir, bundleHandler, warn };
  const jobs = await prepareScheduledJobs(preparation);
  // A project with the installed package has a cdk.json of its own, which need not repeat these settings.
  const { context } = JSON.parse(await readFile(ownFile('cdk.json'), 'utf8'));
  const app = new App({ context });
  checkRules(app);
  const scraper = makeScraperStack(app, settings, jobs);
  makeAnalyticsStack(app, settings, scraper);
  app.synth();
}

try {
  await synthesise();
} catch (error) {
  // A mistake in a file of the user's is printed by its message, without a stack trace.
  if (!(error instanceof SpinneretError)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.remedy}`);
  process.exitCode = 1;
}
