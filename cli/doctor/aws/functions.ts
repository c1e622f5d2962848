import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { formatCount, formatNoun } from '../../../shared/observe/format.ts';
import { readConcurrency, shortageOf } from '../../aws/concurrency.ts';
import { type Check, look, ok, unchecked, wrong } from '../check.ts';
import { namesOf, type StackContext, stackCheck } from './stack-context.ts';

const functionType = 'AWS::Lambda::Function';

/** The functions, what feeds them, and how many may run at once. */
export const functionChecks: Check[] = [
  stackCheck('concurrency', 'concurrency', async (context) => {
    const { config, stack, settings } = context;
    const quota = await readConcurrency(config);
    if (quota.total === 0) return unchecked('Lambda tells no quota of the account');
    const mapping = (await mappingsOf(context)).find((entry) => functionOf(entry) === stack.workerFunction);
    const deployed = mapping?.ScalingConfig?.MaximumConcurrency;
    const workers = deployed ?? settings.maxConcurrency;
    const shortage = shortageOf(quota, workers, stack.region);
    // Lambda may tell an earlier quota for a while after a change.
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
    const [first] = [...bad, ...behind];
    if (first === undefined) return ok(`${formatNoun(names.length, 'function')} active`);
    const why = first.StateReason ?? first.LastUpdateStatusReason ?? '';
    const says =
      `${first.FunctionName} is ${first.State}, last update ${first.LastUpdateStatus} ${why}`.trim();
    if (first.State === 'Pending' || first.LastUpdateStatus === 'InProgress')
      return look(says, 'Look again when that is over.');
    return wrong(says, 'Deploy again: npx cdk deploy --all.');
  }),
  stackCheck('mappings', 'mappings', async (context) => {
    const mappings = await mappingsOf(context);
    if (mappings.length === 0)
      return wrong('no queue feeds a function', 'Deploy again: npx cdk deploy --all.');
    const idle = mappings.find(({ State }) => State !== 'Enabled');
    const failing = mappings.find(({ LastProcessingResult = 'OK' }) => /^PROBLEM/.test(LastProcessingResult));
    if (idle !== undefined) {
      return wrong(
        `the queue ${nameOf(idle.EventSourceArn)} feeds nothing: its mapping is ${idle.State}`,
        `aws lambda update-event-source-mapping --region ${context.stack.region} --uuid ${idle.UUID} --enabled`,
      );
    }
    if (failing !== undefined) {
      return look(
        `the mapping of ${nameOf(failing.EventSourceArn)} says ${failing.LastProcessingResult}`,
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
    const stopped = settings.find(({ RecursiveLoop }) => RecursiveLoop === 'Terminate');
    if (stopped === undefined) return ok('allowed for the functions that send to their own queue');
    return wrong(
      `Lambda ends chains of ${stopped.FunctionName} after some sixteen batches: deep crawls lose pages`,
      `Deploy this version; or: aws lambda put-function-recursion-config --region ${context.stack.region} --function-name ${stopped.FunctionName} --recursive-loop Allow`,
    );
  }),
];

let listed: Promise<EventSourceMappingConfiguration[]> | undefined;

/** What feeds the stack's functions, or an alias of one; asked once a process. */
function mappingsOf(context: StackContext): Promise<EventSourceMappingConfiguration[]> {
  listed ??= readMappings(context);
  return listed;
}

/** Each by its id, as a list by function leaves out what feeds an alias of it. */
async function readMappings(context: StackContext): Promise<EventSourceMappingConfiguration[]> {
  const client = new LambdaClient(context.config);
  return Promise.all(
    namesOf(context, 'AWS::Lambda::EventSourceMapping').map((UUID) =>
      client.send(new GetEventSourceMappingCommand({ UUID })),
    ),
  );
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, and perhaps an alias. */
function functionOf({ FunctionArn = '' }: EventSourceMappingConfiguration): string {
  return FunctionArn.split(':')[6] ?? '';
}

function nameOf(arn = ''): string {
  return arn.split(':').at(-1) ?? '';
}
