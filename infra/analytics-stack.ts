import { type App, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { HaltError } from '../shared/errors.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { itemQueries, logQueries } from './queries.ts';
import { type Scraper, tag } from './scraper-stack.ts';
import { queryResults } from './storage.ts';
import { mailsOf } from './topic.ts';

/**
 * A second stack, if `analytics` asks for it: SQL over the items, saved log queries and a budget. Throws
 * `HaltError` SETTINGS_INVALID for a budget without a recipient.
 */
export function makeAnalyticsStack(app: App, settings: Settings['aws'], scraper: Scraper): Stack | undefined {
  refuseSilentBudget(settings);
  if (!settings.analytics) return undefined;
  const stack = new Stack(app, `${settings.stack}-Analytics`, {
    description: `Queries over what ${settings.stack} has scraped`,
  });
  makeTables(stack, scraper);
  makeQueries(stack, scraper);
  makeBudget(stack, settings);
  tag(stack, settings);
  return stack;
}

/** AWS Budgets: a notification has ten addresses at most. */
const maxBudgetMails = 10;

function refuseSilentBudget(settings: Settings['aws']): void {
  if (settings.monthlyBudgetUsd === undefined) return;
  const { length } = mailsOf(settings).alarms;
  if (length > 0 && length <= maxBudgetMails && settings.analytics) return;
  const message =
    length > maxBudgetMails
      ? `aws.monthlyBudgetUsd mails ${maxBudgetMails} addresses at most, and aws.alarms.email has ${length}`
      : 'aws.monthlyBudgetUsd needs aws.alarms.email, whom to mail, and aws.analytics: true';
  throw new HaltError('SETTINGS_INVALID', message);
}

/** A name that SQL accepts without quotes. */
function databaseName(scraper: Scraper): string {
  return scraper.stack.stackName.toLowerCase().replaceAll('-', '_');
}

/** The tables that the views of `itemQueries` read. */
function makeTables(stack: Stack, scraper: Scraper): void {
  const database = new CfnDatabase(stack, 'Database', {
    catalogId: stack.account,
    databaseInput: { name: databaseName(scraper), description: 'Items that Spinneret has scraped' },
  });
  const folders = { item_lines: 'items/run=${run}', report_lines: 'runs/${run}/exports' };
  for (const [name, folder] of Object.entries(folders)) {
    makeTable(stack, scraper, name, folder).addResourceDependency(database);
  }
}

/**
 * One row per line of a run's file. Fields differ from job to job, so the line is one column of JSON. `run` is an
 * injected partition: each query names its run, and reads nothing else.
 */
function makeTable(stack: Stack, scraper: Scraper, name: string, folder: string): CfnTable {
  const bucket = `s3://${scraper.resources.bucket.bucketName}`;
  return new CfnTable(stack, name, {
    catalogId: stack.account,
    databaseName: databaseName(scraper),
    tableInput: {
      name,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ name: 'run', type: 'string' }],
      parameters: {
        'projection.enabled': 'true',
        'projection.run.type': 'injected',
        'storage.location.template': `${bucket}/${folder}`,
      },
      storageDescriptor: {
        location: `${bucket}/${folder.slice(0, folder.indexOf('/'))}`,
        columns: [{ name: 'line', type: 'string' }],
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: {
          serializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
          // JSON escapes this character, so a line is never split.
          parameters: { 'field.delim': '\u0001' },
        },
      },
    },
  });
}

function makeQueries(stack: Stack, scraper: Scraper): void {
  const workGroup = new CfnWorkGroup(stack, 'WorkGroup', {
    name: scraper.stack.stackName,
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      // A query that scans more than 100 GB (half a dollar) is a mistake.
      bytesScannedCutoffPerQuery: 100 * 1024 ** 3,
      resultConfiguration: {
        outputLocation: `s3://${scraper.resources.bucket.bucketName}/${queryResults}`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
      },
    },
  });
  for (const { id, name, description, sql } of itemQueries) {
    const query = { name, description, database: databaseName(scraper), queryString: sql };
    new CfnNamedQuery(stack, id, { ...query, workGroup: workGroup.name }).addResourceDependency(workGroup);
  }
  const logGroupNames = Object.values(scraper.functions).map(({ logGroup }) => logGroup.logGroupName);
  for (const { id, name, query } of logQueries) {
    const path = `${scraper.stack.stackName}/${name}`;
    new CfnQueryDefinition(stack, id, { name: path, queryString: query, logGroupNames });
  }
}

/** A budget of the whole account: a budget by tag stays at zero until the tag is activated for cost reports. */
function makeBudget(stack: Stack, settings: Settings['aws']): void {
  const { monthlyBudgetUsd } = settings;
  if (monthlyBudgetUsd === undefined) return;
  const addresses = mailsOf(settings).alarms;
  new CfnBudget(stack, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyBudgetUsd, unit: 'USD' },
    },
    notificationsWithSubscribers: [80, 100].map((threshold) => ({
      notification: {
        notificationType: 'ACTUAL',
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: addresses.map((address) => ({ subscriptionType: 'EMAIL', address })),
    })),
  });
}
