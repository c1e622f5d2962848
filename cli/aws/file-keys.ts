import { outputs } from '../../shared/deployment/stack.ts';
import { HaltError } from '../../shared/errors.ts';
import { makeWrappedKey, type WrappedKey } from '../../shared/stores/aws/make-wrapped-key.ts';
import {
  openWrappingService,
  type WrappingServiceOptions,
} from '../../shared/stores/aws/wrapping-service.ts';
import type { Stack } from './find-stack.ts';

export interface FileKeysOptions extends Pick<WrappingServiceOptions, 'config'> {
  stack: Pick<Stack, 'name' | 'keyArn'>;
}

/** Makes the keys of files with secrets, which the functions alone can unwrap. */
export interface FileKeys extends Disposable {
  make(): Promise<WrappedKey>;
}

/** Throws `HaltError` STACK_OUTDATED. */
export function openFileKeys({ config, stack }: FileKeysOptions): FileKeys {
  const { keyArn, name } = stack;
  if (keyArn === undefined) {
    throw new HaltError('STACK_OUTDATED', `the stack ${name} has no output ${outputs.keyArn}`);
  }
  const service = openWrappingService({ config, keyArn, stack: name });
  return {
    make: () => makeWrappedKey(service, 'files'),
    [Symbol.dispose]: () => service[Symbol.dispose](),
  };
}
