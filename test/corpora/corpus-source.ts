/** Where the files of a corpus are from. None of them is part of the project. */
export type CorpusSource =
  /** A package of npm: taken from node_modules where it is there in this version, else installed into the cache. */
  | { npm: string; version: string }
  /** The source distribution of a package of PyPI, unpacked into the cache. */
  | { pypi: string; version: string }
  /** Packages of Debian by their recorded versions, unpacked into the cache in the version that the machine's sources have. */
  | { debian: Readonly<Record<string, string>> }
  /**
   * A repository of GitHub, of which FOLDER of `--from FOLDER` holds a clone. The recorded commit is read where the clone has it,
   * else the newest; `paths`: what is read of it, of none all.
   */
  | { repository: string; commit: string; paths: readonly string[] }
  /** An installed browser, which is asked. */
  | { browser: 'chromium'; version: string };

/** The files of a corpus on this machine. */
export interface FoundCorpus {
  folder: string;
  /** What was read, such as `scrapy/w3lib at ed01dc0`. */
  version: string;
  /** Whether that is the version for which the counts are recorded. */
  isRecorded: boolean;
}

/** Where a source is at home in public, without the host of a registry. */
export function homeOf(source: CorpusSource): string {
  if ('npm' in source) return `npm: ${source.npm} ${source.version}`;
  if ('pypi' in source) return `PyPI: ${source.pypi} ${source.version}`;
  if ('debian' in source) return `Debian: ${Object.keys(source.debian).join(', ')}`;
  if ('browser' in source) return `the browser ${source.browser}`;
  return `https://github.com/${source.repository}`;
}

/** What to do to have it, for whoever lacks it. */
export function howToGet(source: CorpusSource): string {
  if ('npm' in source) return 'npm installs it: is the registry within reach?';
  if ('pypi' in source) return 'python3 -m pip downloads it: is pip installed, and the index within reach?';
  if ('debian' in source) return 'apt-get downloads it: on Debian 12, after apt-get update';
  if ('browser' in source) return `install ${source.browser}`;
  return `git clone ${homeOf(source)} into a folder, and give that folder as --from`;
}
