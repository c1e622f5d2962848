import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { StartAnswer, StartEvent } from '../../shared/deployment/messages.ts';
import type { NewRun } from '../../shared/engine/run/start-run.ts';
import { type Code, HaltError } from '../../shared/errors.ts';
import type { Json } from '../../shared/model.ts';
import type { AwsProject } from './on-aws.ts';

/** The start function has a minute; then the caller's id makes a second call harmless. */
const requestTimeout = 65_000;

/** Starts the run by the start function. Throws `HaltError` with the code that it answers, or AWS_FAILED. */
export async function startOnAws({ config, stack }: AwsProject, { id, job }: NewRun): Promise<void> {
  const event: StartEvent = { job: job as unknown as Json, run: id };
  const client = new LambdaClient({
    ...config,
    requestHandler: { ...config.requestHandler, requestTimeout },
  });
  const Payload = JSON.stringify(event);
  const { FunctionError, Payload: bytes } = await client.send(
    new InvokeCommand({ FunctionName: stack.startFunction, Payload }),
  );
  client.destroy();
  const text = bytes?.transformToString() ?? '';
  if (FunctionError !== undefined) {
    throw new HaltError('AWS_FAILED', `the start function failed: ${errorMessage(text)}`);
  }
  const answer: StartAnswer = JSON.parse(text);
  if ('code' in answer) throw new HaltError(answer.code as Code, answer.message);
}

/** Lambda answers `{ errorType, errorMessage }`. */
function errorMessage(text: string): string {
  try {
    const { errorType = 'Error', errorMessage = text } = JSON.parse(text);
    return `${errorType}: ${errorMessage}`;
  } catch {
    return text;
  }
}
