/** Loaded before a command (`--import`): its one worker process counts the promises that it makes, for `promises.log`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promiseHooks } from 'node:v8';

// A worker inherits what its command has loaded.
if (process.send !== undefined) {
  let count = 0;
  promiseHooks.onInit(() => {
    count += 1;
  });
  process.on('exit', () => writeFileSync(join(process.cwd(), 'promises.log'), `promises: ${count}`));
}
