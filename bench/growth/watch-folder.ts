import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const everyMs = 500;

/** Looks at the size of a folder's files again and again; `end` says the most that was seen, in bytes. */
export function watchFolder(folder: string): { end(): number } {
  let max = 0;
  const look = () => {
    max = Math.max(max, folderBytes(folder));
  };
  const timer = setInterval(look, everyMs);
  return {
    end() {
      clearInterval(timer);
      look();
      return max;
    },
  };
}

/** Bytes of all files below a folder; one that is not there has none. */
export function folderBytes(folder: string): number {
  return namesIn(folder).reduce((sum, name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return sum + (found?.isFile() ? found.size : 0);
  }, 0);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
