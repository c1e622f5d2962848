/**
 * Preloaded into each process of a command: writes the packages that it has loaded into a file of its own, and Node's own HTTP, if it
 * was imported by ES modules, which evaluates the client in it.
 */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

const folder = process.env.RECORDED_MODULES;
const seen = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const ofNode = context.conditions.includes('import') ? /^node:https?$/.exec(found.url)?.[0] : undefined;
    const name = ofNode ?? /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(found.url)?.[1];
    if (name !== undefined && !seen.has(name)) {
      seen.add(name);
      appendFileSync(join(folder, `${process.pid}.txt`), `${name}\n`);
    }
    return found;
  },
});
