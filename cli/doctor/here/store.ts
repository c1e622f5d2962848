import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inspectStore } from '../../../shared/stores/local/inspect-store.ts';
import { formatBytes } from '../../../shared/text/format.ts';
import { type Check, type CheckFinding, type CheckTarget, look, ok, wrong } from '../check.ts';
import { settingsOf } from '../settings-of.ts';

const tightBytes = { look: 2e9, wrong: 200e6 };
/** A write-ahead log that was never checkpointed: a process keeps it open, or died often. */
const longLogBytes = 1e9;

/**
 * Network file systems by their numbers in Linux (statfs(2)): NFS, SMB, CIFS, SMB2, AFS, 9p. SQLite's locks are
 * not reliable on them ("How To Corrupt An SQLite Database File", sqlite.org).
 */
const networkFileSystems = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997]);

/** The disk that the store is on, and the store. */
export const storeChecks: Check[] = [
  {
    id: 'disk',
    title: 'disk',
    group: 'store',
    run: async (target) => checkDisk(existingFolder(dirname(fileOf(target)))),
  },
  {
    id: 'store',
    title: 'store',
    group: 'store',
    mayHang: true,
    async run(target) {
      const file = fileOf(target);
      return existsSync(file) ? checkStore(file) : checkPlace(file);
    },
  },
];

function fileOf(target: CheckTarget): string {
  return resolve(target.projectDir, settingsOf(target).store);
}

function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}

async function checkDisk(folder: string): Promise<CheckFinding> {
  const { bavail, bsize, type, files, ffree } = await statfs(folder);
  const free = bavail * bsize;
  const says = `${formatBytes(free)} free under ${folder}`;
  if (networkFileSystems.has(type)) {
    return look(
      `${folder} is on a network file system`,
      'SQLite’s locks do not hold there: put the store on a local disk (store in the settings).',
    );
  }
  // Some file systems have no such number, and report 0 of 0.
  if (files > 0 && ffree === 0)
    return wrong(`no file can be made under ${folder}: it has no inodes left`, makeRoom);
  if (free < tightBytes.wrong) return wrong(says, makeRoom);
  return free < tightBytes.look ? look(says, makeRoom) : ok(says);
}

const makeRoom =
  'Make room: npx spinneret forget --older-than 30 --vacuum; or move the store (store in the settings).';

/** The first run will create the store. */
function checkPlace(file: string): CheckFinding {
  const folder = existingFolder(dirname(file));
  if (isWritable(folder)) return ok(`none yet; the first run makes ${file}`);
  return wrong(
    `${folder} cannot be written`,
    'Give yourself the right to write there, or move the store (store in the settings).',
  );
}

function checkStore(file: string): CheckFinding {
  const found = inspectStore(file);
  const log = `${file}-wal`;
  const logBytes = existsSync(log) ? statSync(log).size : 0;
  const { size, mode } = statSync(file);
  const says = `${file}: ${formatBytes(size)}, version ${found.version}`;
  if (found.state === 'newer' || found.state === 'lost') {
    return wrong(`${says}, this is version ${found.ownVersion}`, found.remedy);
  }
  if (found.problems.length > 0) {
    return wrong(
      `${says}, is damaged: ${found.problems[0]}`,
      'Export what can be read (npx spinneret export RUN), then put back a copy, or move the file away and run anew.',
    );
  }
  if (!isWritable(file))
    return wrong(`${file} cannot be written`, `Give yourself the right to: chmod u+w ${file}`);
  if ((mode & 0o077) !== 0 && isOpenToOthers(dirname(file))) {
    return look(
      `${says}; other users of this machine can read it`,
      `What is scraped, and cookies, are in it: chmod 600 ${file}*`,
    );
  }
  if (logBytes > longLogBytes) {
    return look(
      `${says}, and a log of ${formatBytes(logBytes)}`,
      'It is taken into the file when no process reads an old state: end watchers that hang.',
    );
  }
  return ok(
    found.state === 'older' ? `${says}; the next command brings it to version ${found.ownVersion}` : says,
  );
}

function isOpenToOthers(folder: string): boolean {
  return process.platform !== 'win32' && (statSync(folder).mode & 0o011) !== 0;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
