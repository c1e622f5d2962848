import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusSource, FoundCorpus } from './corpus-source.ts';
import { installDebian, installNpm, installPypi } from './install-package.ts';
import { readClone } from './read-clone.ts';
import { findChromium } from './readers/chromium.ts';

export interface CorpusFolders {
  /** The folder with clones, each by its repository's name. */
  from?: string;
  /** What is installed and unpacked is kept here, outside of the project. */
  cache: string;
}

/** Finds or installs one source of a corpus; `undefined`: it is not to be had here. Throws what a client of a registry says. */
export function findCorpus(source: CorpusSource, { from, cache }: CorpusFolders): FoundCorpus | undefined {
  if ('npm' in source) return installNpm(source, cache);
  if ('pypi' in source) return installPypi(source, cache);
  if ('debian' in source) return installDebian(source.debian, cache);
  if ('browser' in source) return findBrowser(source.version);
  const clone = from === undefined ? undefined : cloneOf(source.repository, from);
  return clone === undefined ? undefined : readClone(clone, source, cache);
}

function findBrowser(recorded: string): FoundCorpus | undefined {
  const version = findChromium()?.version;
  if (version === undefined) return undefined;
  return { folder: '', version, isRecorded: version.includes(` ${recorded} `) };
}

/** `w3lib`, `scrapy/w3lib` or `scrapy+w3lib`, with a work tree or without one. */
function cloneOf(repository: string, from: string): string | undefined {
  const [, name = ''] = repository.split('/');
  const names = [name, repository, repository.replace('/', '+'), `${name}.git`];
  return names
    .flatMap((folder) => [join(from, folder), join(from, folder, 'repo')])
    .find((folder) => ['.git', 'HEAD'].some((file) => existsSync(join(folder, file))));
}
