import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HaltError } from '../shared/errors.ts';
import { loadSettings } from '../shared/job/load.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import { newProcessName } from '../shared/pool/process-name.ts';
import type { CommonOptions } from './command.ts';
import { type LocalStore, openLocalStore } from './run/local-store.ts';

/** The folder in which the command was called, with its settings and its store. */
export interface Project extends AsyncDisposable {
  projectDir: string;
  settings: Settings;
  store: LocalStore;
}

/** Opens the project, and creates its store if needed. */
export async function openProject(options: CommonOptions, changes: Partial<Settings> = {}): Promise<Project> {
  const projectDir = process.cwd();
  const settings = { ...readSettings(options), ...changes };
  const store = openLocalStore(settings, projectDir, newProcessName());
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
  const file = resolve(process.cwd(), readSettings(options).store);
  return existsSync(file) ? openProject(options, changes) : undefined;
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

/** The settings of the named file, or else of `config/settings.yaml`. Throws `HaltError` SETTINGS_INVALID. */
export function readSettings({ settings }: CommonOptions): Settings {
  if (settings === undefined) return loadSettings(join('config', 'settings.yaml'));
  if (!existsSync(settings)) throw new HaltError('SETTINGS_INVALID', `${settings}: there is no such file`);
  return loadSettings(settings);
}
