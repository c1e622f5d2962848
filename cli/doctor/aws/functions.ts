import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { formatCount, formatNoun } from '../../../shared/text/format.ts';
import { readConcurrency, shortageOf } from '../../aws/concurrency.ts';
import { type Check, commands, look, ok, unchecked, wrong } from '../check.ts';
import { namesOf, type StackContext, stackCheck } from './stack-context.ts';

const functionType = 'AWS::Lambda::Function';

/** The functions, their event sources, and how many may run at once. */
export const functionChecks: Check[] = [
  stackCheck('concurrency', 'concurrency', async (context) => {
    const { config, stack, settings } = context;
    const quota = await readConcurrency(config);
    if (quota.total === 0) return unchecked('Lambda reports no quota of the account');
    const mapping = (await mappingsOf(context)).find((entry) => functionOf(entry) === stack.workerFunction);
    const deployed = mapping?.ScalingConfig?.MaximumConcurrency;
    const workers = deployed ?? settings.maxConcurrency;
    const shortage = shortageOf(quota, workers, stack.region);
    // Lambda may report an earlier quota for a while after a change.
    if (shortage !== undefined) return wrong(shortage.says, shortage.remedy);
    const says = `up to ${formatCount(workers)} workers, of ${formatCount(quota.unreserved)} functions that may run at once`;
    if (deployed === undefined || deployed === settings.maxConcurrency) return ok(says);
    return look(
      `${says}; the settings say ${settings.maxConcurrency}`,
      'Deploy the settings: npx cdk deploy --all.',
    );
  }),
  stackCheck('functions', 'functions', async (context) => {
    const client = new LambdaClient(context.config);
    const names = namesOf(context, functionType);
    if (names.length === 0) return unchecked('the stack has no functions');
    const states = await Promise.all(
      names.map(async (FunctionName) => client.send(new GetFunctionConfigurationCommand({ FunctionName }))),
    );
    const bad = states.filter(({ State = 'Active' }) => State !== 'Active' && State !== 'Inactive');
    const behind = states.filter(({ LastUpdateStatus = 'Successful' }) => LastUpdateStatus !== 'Successful');
    const concerned = [...new Set([...bad, ...behind])];
    if (concerned.length === 0) return ok(`${formatNoun(names.length, 'function')} active`);
    const says = concerned.map(stateOf).join('; ');
    const isUnderWay = ({ State, LastUpdateStatus }: FunctionConfiguration) =>
      State === 'Pending' || LastUpdateStatus === 'InProgress';
    if (concerned.every(isUnderWay)) return look(says, 'Look again when that is over.');
    return wrong(says, 'Deploy again: npx cdk deploy --all.');
  }),
  stackCheck('mappings', 'mappings', async (context) => {
    const mappings = await mappingsOf(context);
    if (mappings.length === 0)
      return wrong('no queue feeds a function', 'Deploy again: npx cdk deploy --all.');
    const idle = mappings.filter(({ State }) => State !== 'Enabled');
    const failing = mappings.filter(({ LastProcessingResult = 'OK' }) =>
      /^PROBLEM/.test(LastProcessingResult),
    );
    if (idle.length > 0) {
      return wrong(
        idle
          .map((one) => `the queue ${nameOf(one.EventSourceArn)} feeds nothing: its mapping is ${one.State}`)
          .join('; '),
        commands(
          idle.map(
            ({ UUID }) =>
              `aws lambda update-event-source-mapping --region ${context.stack.region} --uuid ${UUID} --enabled`,
          ),
        ),
      );
    }
    if (failing.length > 0) {
      return look(
        failing
          .map((one) => `the mapping of ${nameOf(one.EventSourceArn)} says ${one.LastProcessingResult}`)
          .join('; '),
        'Read the log group of its function: npx spinneret status --aws has the dashboard.',
      );
    }
    return ok(`${formatNoun(mappings.length, 'queue')} feed their functions`);
  }),
  stackCheck('recursion', 'recursion', async (context) => {
    const client = new LambdaClient(context.config);
    const fed = new Set((await mappingsOf(context)).map(functionOf));
    const settings = await Promise.all(
      [...fed].map(async (FunctionName) => {
        const { RecursiveLoop } = await client.send(new GetFunctionRecursionConfigCommand({ FunctionName }));
        return { FunctionName, RecursiveLoop };
      }),
    );
    const stopped = settings.filter(({ RecursiveLoop }) => RecursiveLoop === 'Terminate');
    if (stopped.length === 0) return ok('allowed for the functions that send to their own queue');
    const { region, finishQueueUrl } = context.stack;
    const allow = stopped.map(
      ({ FunctionName }) =>
        `aws lambda put-function-recursion-config --region ${region} --function-name ${FunctionName} --recursive-loop Allow`,
    );
    return wrong(
      `Lambda ends chains of ${stopped.map(({ FunctionName }) => FunctionName).join(', ')} after some sixteen batches: deep crawls lose pages`,
      // CloudFormation changes nothing that matches its template: somebody has changed it by hand since, or an
      // emulator ignores the setting.
      commands(
        finishQueueUrl === undefined
          ? ['Deploy this version: npx cdk deploy --all. Until then:', ...allow]
          : allow,
      ),
    );
  }),
];

let listed: Promise<EventSourceMappingConfiguration[]> | undefined;

/** The event sources of the stack's functions and aliases; read once per process. */
function mappingsOf(context: StackContext): Promise<EventSourceMappingConfiguration[]> {
  listed ??= readMappings(context);
  return listed;
}

/** Each by its id, since a list by function omits the event sources of its alias. */
async function readMappings(context: StackContext): Promise<EventSourceMappingConfiguration[]> {
  const client = new LambdaClient(context.config);
  return Promise.all(
    namesOf(context, 'AWS::Lambda::EventSourceMapping').map((UUID) =>
      client.send(new GetEventSourceMappingCommand({ UUID })),
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

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, and perhaps an alias. */
function functionOf({ FunctionArn = '' }: EventSourceMappingConfiguration): string {
  return FunctionArn.split(':')[6] ?? '';
}

function nameOf(arn = ''): string {
  return arn.split(':').at(-1) ?? '';
}
