import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { type Emulator, type Skipped, startDynamoDbLocal, startMinistack, startMoto } from './emulators.ts';

const starters = { ministack: startMinistack, dynamoDbLocal: startDynamoDbLocal, moto: startMoto };

export type EmulatorName = keyof typeof starters;

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for an emulator. */
    emulators: string;
  }
}

/**
 * One emulator of a kind for all test files, started when the first of them asks (`describeWith`), so
 * that a run without such files starts none. Files keep apart by the names of what they make.
 */
export default async function serveEmulators(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<EmulatorName, Promise<Emulator | Skipped>>();
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '').slice(1) as EmulatorName;
    const emulator = started.get(name) ?? starters[name]();
    started.set(name, emulator);
    response.end(JSON.stringify(await emulator));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  project.provide('emulators', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);

  return async () => {
    server.close();
    server.closeAllConnections();
    const emulators = await Promise.all(started.values());
    await Promise.all(emulators.map((emulator) => 'stop' in emulator && emulator.stop()));
  };
}
