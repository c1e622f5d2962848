import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { makeAnalyticsStack } from '../../infra/analytics-stack.ts';
import type { ScheduledJob } from '../../infra/scheduled-jobs.ts';
import { makeScraperStack } from '../../infra/scraper-stack.ts';
import { parseJobs, parseSettings } from '../../shared/job/load.ts';

/** Whatever settings can add to the stacks, as a file of settings has it. */
export const everySetting = `deleteData: true
alarms: { email: [ops@example.com, night@example.com], webhook: https://example.com/hook, webhookFor: urgent }
news: { email: [desk@example.com] }
analytics: true
monthlyBudgetUsd: 5
rollout: tenPercentFiveMinutes
kmsKeyArn: arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555
pointInTimeRecovery: true
versioning: true
vpc: { subnetIds: [subnet-0a1b2c3d], securityGroupIds: [sg-0a1b2c3d] }
permissionsBoundary: arn:aws:iam::123456789012:policy/Boundary
logLevel: WARN
tracing: true
telemetry: { otlpEndpoint: 'https://otel.example.com', headersSecret: OTLP_HEADERS }
canary: { url: 'https://example.com/up' }
browser: {}
seeds: ['s3://lists.example/shops/', 's3://own-lists/']
tags: { team: data }
`;

/** The app's stacks, for the settings under `aws:` in YAML. Functions are not bundled, which takes seconds. */
export function makeStacks({ aws = '', jobs = [] }: { aws?: string; jobs?: ScheduledJob[] } = {}) {
  const yaml = aws === '' ? '' : `aws:\n${aws.replaceAll(/^(?=\S)/gm, '  ')}`;
  const { aws: settings } = parseSettings(yaml, 'settings.yaml');
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
  const scraper = makeScraperStack(app, settings, jobs);
  return { app, settings, scraper, analytics: makeAnalyticsStack(app, settings, scraper) };
}

export function templateOf(options: { aws?: string; jobs?: ScheduledJob[] } = {}): Template {
  return Template.fromStack(makeStacks(options).scraper.stack);
}

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are checked by their values, not by their types.
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

/** Resources of a type by logical id. */
export function resourcesOf(template: Template, type: string): Map<string, Resource> {
  return new Map(Object.entries(template.findResources(type)) as [string, Resource][]);
}

/** The one resource of a type whose logical id begins with the construct's id. */
export function resourceOf(template: Template, type: string, id: string): Resource {
  const found = [...resourcesOf(template, type)].filter(([name]) => name.replace(/[0-9A-F]{8}$/, '') === id);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${type} ${id}`);
  return found[0][1];
}

export function scheduledJob(name: string, changes: Partial<ScheduledJob> = {}): ScheduledJob {
  const text = `name: ${name}
schedule: { cron: cron(0 6 * * ? *), timeZone: Europe/Berlin }
sources: [{ urls: { list: https://example.com/ } }]
pages: { page: { match: 'https://example.com/**', fields: { title: h1 } } }
`;
  const [loaded] = parseJobs(text, 'jobs.yaml');
  if (loaded?.job.schedule === undefined) throw new Error('the job has no schedule');
  return { job: loaded.job, schedule: loaded.job.schedule, files: [], ...changes };
}
