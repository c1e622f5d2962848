import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A name that no process has had before, on any machine. */
export function newProcessName(): string {
  return `${hostname()}-${process.pid}-${randomBytes(6).toString('hex')}`;
}
