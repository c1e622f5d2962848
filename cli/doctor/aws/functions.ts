import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { formatCount } from '../../../shared/text/format.ts';
import { readConcurrency, shortageOf } from '../../aws/concurrency.ts';
import { type Check, look, ok, unchecked, wrong } from '../check.ts';
import { judgeBrowser, judgeFunctions, judgeMappings, judgeRecursion } from './judge-functions.ts';
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
    return judgeFunctions(states);
  }),
  stackCheck('browser', 'browser', async ({ stack, settings }) => judgeBrowser(stack, settings)),
  stackCheck('mappings', 'mappings', async (context) => {
    return judgeMappings(await mappingsOf(context), context.stack.region);
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
    return judgeRecursion(
      stopped.map(({ FunctionName }) => FunctionName),
      context.stack,
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

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, and perhaps an alias. */
function functionOf({ FunctionArn = '' }: EventSourceMappingConfiguration): string {
  return FunctionArn.split(':')[6] ?? '';
}
