import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { type AskedConcurrency, concurrencyOf, readConcurrency, shortageOf } from '../../aws/concurrency.ts';
import { type Check, unchecked, wrong } from '../check.ts';
import {
  judgeBrowser,
  judgeConcurrency,
  judgeFunctions,
  judgeMappings,
  judgeRecursion,
} from './judge-functions.ts';
import { namesOf, type StackContext, stackCheck } from './stack-context.ts';

const functionType = 'AWS::Lambda::Function';

/** The functions, their event sources, and how many may run at once. */
export const functionChecks: Check[] = [
  stackCheck('concurrency', 'concurrency', async (context) => {
    const { config, stack, settings } = context;
    const quota = await readConcurrency(config);
    if (quota.total === 0) return unchecked('Lambda reports no quota of the account');
    const configured = concurrencyOf(settings);
    const running = await deployedConcurrency(context, configured);
    const shortage = shortageOf(quota, running, stack.region);
    // Lambda may report an earlier quota for a while after a change.
    if (shortage !== undefined) return wrong(shortage.says, shortage.remedy);
    return judgeConcurrency(running, configured, quota);
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
  stackCheck('browser', 'browser', async ({ stack, settings, config }) => {
    const { browserFunction: FunctionName } = stack;
    if (FunctionName === undefined) return judgeBrowser(undefined, settings);
    const client = new LambdaClient(config);
    return judgeBrowser(await client.send(new GetFunctionConfigurationCommand({ FunctionName })), settings);
  }),
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

/** What the queues feed at once; as the settings say where Lambda does not tell. */
async function deployedConcurrency(
  context: StackContext,
  { workers, browsers }: AskedConcurrency,
): Promise<AskedConcurrency> {
  const mappings = await mappingsOf(context);
  const deployed = (name: string) =>
    mappings.find((entry) => functionOf(entry) === name)?.ScalingConfig?.MaximumConcurrency;
  const { workerFunction, browserFunction } = context.stack;
  return {
    workers: deployed(workerFunction) ?? workers,
    ...(browserFunction === undefined ? {} : { browsers: deployed(browserFunction) ?? browsers ?? 0 }),
  };
}

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
