import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HaltError } from '../shared/errors.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { type LocalStore, openLocalStore } from '../shared/local-run/local-store.ts';
import { newProcessName } from '../shared/pool/process-name.ts';
import type { CommonOptions } from './command.ts';

/** The folder in which the command was called, with its settings and its store. */
export interface Project extends AsyncDisposable {
  projectDir: string;
  settings: Settings;
  store: LocalStore;
}

/** Opens the project with settings that were read before, and creates its store if needed. */
export async function openProject(settings: Settings): Promise<Project> {
  const projectDir = process.cwd();
  const store = await openLocalStore(settings, projectDir, newProcessName());
  return {
    projectDir,
    settings,
    store,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Opens the project if it has a store: showing runs must not create one in every folder. */
export async function openExistingProject(
  options: CommonOptions,
  changes: Partial<Settings> = {},
): Promise<Project | undefined> {
  // The schemas that settings are read by take longer to load than a run of this file's other callers to begin.
  const { readSettings } = await import('./read-settings.ts');
  const settings = { ...readSettings(options), ...changes };
  return existsSync(resolve(process.cwd(), settings.store)) ? openProject(settings) : undefined;
}

/** Like `openExistingProject`; throws `HaltError` RUN_UNKNOWN when there is none. */
export async function openProjectWithRuns(
  options: CommonOptions,
  changes: Partial<Settings> = {},
): Promise<Project> {
  const project = await openExistingProject(options, changes);
  if (project !== undefined) return project;
  throw new HaltError('RUN_UNKNOWN', `nothing was run yet in ${process.cwd()}: it has no store`);
}
