import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

export const hasXvfb = (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
  try {
    accessSync(join(folder, 'Xvfb'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** A display that nobody sees, for the test alone. */
export async function openDisplay(): Promise<string> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void server.kill());
  const [digits] = (await once(server.stdout, 'data')) as [Buffer];
  return `:${digits.toString().trim()}`;
}
