/** A process that keeps a file of SQLite from others until its standard input ends: `node keep-locked.ts FILE how WHAT_IT_WRITES`. */
import { DatabaseSync } from 'node:sqlite';

const [file = '', how, sql = ''] = process.argv.slice(2);
const connection = new DatabaseSync(file);
// In this mode nobody else can read either, and not even open it.
if (how === 'all') connection.exec('PRAGMA locking_mode = EXCLUSIVE');
connection.exec(`BEGIN IMMEDIATE; ${sql}`);
process.stdout.write('locked');
process.stdin.resume().on('end', () => {
  connection.exec('COMMIT');
  connection.close();
});
