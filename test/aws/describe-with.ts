import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, inject, it } from 'vitest';
import type { EmulatorName } from './shared-emulators.ts';

/** What a client of the AWS SDK is made with to talk to an emulator. S3 needs `forcePathStyle: true` besides. */
export interface AwsConnection {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * A `describe` against an emulator that all test files share; skipped, with the reason, where it can't
 * be had. `await` it at the top of the file. Whatever the body makes needs a name of its own.
 */
export async function describeWith(
  emulator: EmulatorName,
  name: string,
  body: (connection: AwsConnection) => void,
): Promise<void> {
  const answer = await askFor(emulator);
  if (answer.endpoint !== undefined) {
    const connection = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    const { endpoint } = answer;
    describe(name, () => body({ endpoint, ...connection }));
  } else {
    describe(name, () => it.skip(`skipped: ${answer.skipped}`, () => {}));
  }
}

/** Not `fetch`, which gives up after five minutes; the first start may install for longer. */
function askFor(emulator: EmulatorName): Promise<{ endpoint?: string; skipped?: string }> {
  return new Promise((resolve, reject) => {
    get(`${inject('emulators')}/${emulator}`, (response) =>
      json(response).then((answer) => resolve(answer as { endpoint?: string; skipped?: string }), reject),
    ).on('error', reject);
  });
}
