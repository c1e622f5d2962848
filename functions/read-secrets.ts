import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { secretPath } from '../shared/deployment/stack.ts';
import { clientOptions } from './environment.ts';
import { readManagedSecrets } from './read-managed-secrets.ts';

/** Secrets by name; those that are nowhere are left out. */
type Secrets = Record<string, string>;

/** The maximum of names in one GetParameters call (API reference of the Parameter Store). */
const namesPerCall = 10;

/** The secrets of a stack with these names: of the Parameter Store, else of Secrets Manager, whose calls are billed. */
export async function readSecrets(stack: string, names: string[]): Promise<Secrets> {
  if (names.length === 0) return {};
  const found = await readParameters(secretPath(stack), names);
  const others = names.filter((name) => found[name] === undefined);
  if (others.length === 0) return found;
  return { ...found, ...(await readManagedSecrets(clientOptions, stack, others)) };
}

async function readParameters(path: string, names: string[]): Promise<Secrets> {
  const ssm = new SSMClient(clientOptions);
  const secrets: Secrets = {};
  for (let at = 0; at < names.length; at += namesPerCall) {
    const Names = names.slice(at, at + namesPerCall).map((name) => path + name);
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    for (const { Name = '', Value } of Parameters) {
      if (Value !== undefined) secrets[Name.slice(path.length)] = Value;
    }
  }
  ssm.destroy();
  return secrets;
}
