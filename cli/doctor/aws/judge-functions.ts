import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';
import { pagesAtOnce } from '../../../shared/deployment/function-limits.ts';
import type { Settings } from '../../../shared/job/settings-schema.ts';
import { formatCount, formatNoun } from '../../../shared/text/format.ts';
import type { AskedConcurrency, Concurrency } from '../../aws/concurrency.ts';
import type { Stack } from '../../aws/find-stack.ts';
import { type CheckFinding, commands, look, ok, wrong } from '../check.ts';

const deployAgain = 'Deploy again: npx cdk deploy --all.';
const deploySettings = 'Deploy the settings: npx cdk deploy --all.';

/** The finding for the functions of a stack. */
export function judgeFunctions(functions: FunctionConfiguration[]): CheckFinding {
  const concerned = functions.filter(
    ({ State = 'Active', LastUpdateStatus = 'Successful' }) =>
      (State !== 'Active' && State !== 'Inactive') || LastUpdateStatus !== 'Successful',
  );
  if (concerned.length === 0) return ok(`${formatNoun(functions.length, 'function')} active`);
  const says = concerned.map(stateOf).join('; ');
  const isUnderWay = ({ State, LastUpdateStatus }: FunctionConfiguration) =>
    State === 'Pending' || LastUpdateStatus === 'InProgress';
  if (concerned.every(isUnderWay)) return look(says, 'Look again when that is over.');
  return wrong(says, deployAgain);
}

/** The finding for how many functions may work at once, where the account allows as many. */
export function judgeConcurrency(
  { workers, browsers = 0 }: AskedConcurrency,
  configured: AskedConcurrency,
  { unreserved }: Pick<Concurrency, 'unreserved'>,
): CheckFinding {
  const withBrowser = browsers === 0 ? '' : ` and ${formatNoun(browsers, 'function')} with a browser`;
  const says = `up to ${formatNoun(workers, 'worker')}${withBrowser}, of ${formatCount(unreserved)} functions that may run at once`;
  const others = [
    ...(workers === configured.workers ? [] : [`aws.maxConcurrency: ${configured.workers}`]),
    // Whether the stack and the settings both have functions with a browser is for `judgeBrowser` to say.
    ...(browsers === 0 || configured.browsers === undefined || browsers === configured.browsers
      ? []
      : [`aws.browser.maxConcurrency: ${configured.browsers}`]),
  ];
  if (others.length === 0) return ok(says);
  return look(`${says}; the settings say ${others.join(' and ')}`, deploySettings);
}

/** The finding for what reads pages in a browser: the settings, by which jobs are checked here, and the stack have to agree. */
export function judgeBrowser(
  deployed: Pick<FunctionConfiguration, 'MemorySize'> | undefined,
  { browser }: Pick<Settings['aws'], 'browser'>,
): CheckFinding {
  const isDeployed = deployed !== undefined;
  if (browser !== undefined && !isDeployed) {
    return wrong(
      'the settings ask for functions with a browser (aws.browser), and the stack has none: it refuses jobs with render',
      deployAgain,
    );
  }
  if (browser === undefined && isDeployed) {
    return look(
      'the stack has functions with a browser, and the settings name none: enqueue refuses jobs with render, and the next deployment removes them',
      'Set aws.browser: {} in config/settings.yaml, if they are to stay.',
    );
  }
  if (browser === undefined) return ok('none: jobs with render are refused');
  const { MemorySize = browser.memoryMb } = deployed ?? {};
  const pages = formatNoun(pagesAtOnce(MemorySize), 'page');
  const says = `functions of ${formatCount(MemorySize)} MB, for ${pages} at once each`;
  if (MemorySize === browser.memoryMb) return ok(says);
  return look(`${says}; the settings say aws.browser.memoryMb: ${browser.memoryMb}`, deploySettings);
}

/** The finding for what feeds the functions of a stack from its queues. */
export function judgeMappings(mappings: EventSourceMappingConfiguration[], region: string): CheckFinding {
  if (mappings.length === 0) return wrong('no queue feeds a function', deployAgain);
  const idle = mappings.filter(({ State }) => State !== 'Enabled');
  if (idle.length > 0) {
    return wrong(
      idle
        .map((one) => `the queue ${nameOf(one.EventSourceArn)} feeds nothing: its mapping is ${one.State}`)
        .join('; '),
      commands(
        idle.map(
          ({ UUID }) => `aws lambda update-event-source-mapping --region ${region} --uuid ${UUID} --enabled`,
        ),
      ),
    );
  }
  const failing = mappings.filter(({ LastProcessingResult = 'OK' }) => /^PROBLEM/.test(LastProcessingResult));
  if (failing.length > 0) {
    return look(
      failing
        .map((one) => `the mapping of ${nameOf(one.EventSourceArn)} says ${one.LastProcessingResult}`)
        .join('; '),
      'Read the log group of its function: npx spinneret status --aws has the dashboard.',
    );
  }
  return ok(`${formatNoun(mappings.length, 'queue feeds its function', 'queues feed their functions')}`);
}

/** The finding for the functions whose chains of batches Lambda ends. */
export function judgeRecursion(
  stopped: string[],
  { region, finishQueueUrl }: Pick<Stack, 'region' | 'finishQueueUrl'>,
): CheckFinding {
  if (stopped.length === 0) return ok('allowed for the functions that send to their own queue');
  const allow = stopped.map(
    (name) =>
      `aws lambda put-function-recursion-config --region ${region} --function-name ${name} --recursive-loop Allow`,
  );
  return wrong(
    `Lambda ends chains of ${stopped.join(', ')} after some sixteen batches: deep crawls lose pages`,
    // CloudFormation changes nothing that matches its template: somebody has changed it by hand since, or an
    // emulator ignores the setting.
    commands(
      finishQueueUrl === undefined
        ? ['Deploy this version: npx cdk deploy --all. Until then:', ...allow]
        : allow,
    ),
  );
}

function stateOf({
  FunctionName,
  State,
  StateReason,
  LastUpdateStatus,
  LastUpdateStatusReason,
}: FunctionConfiguration): string {
  const why = StateReason ?? LastUpdateStatusReason ?? '';
  return `${FunctionName} is ${State}, last update ${LastUpdateStatus} ${why}`.trim();
}

function nameOf(arn = ''): string {
  return arn.split(':').at(-1) ?? '';
}
