import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HaltError } from '../shared/errors.ts';
import { loadSettings } from '../shared/job/load.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { CommonOptions } from './command.ts';

/** The settings of the named file, or else of `config/settings.yaml`. Throws `HaltError` SETTINGS_INVALID. */
export function readSettings({ settings }: CommonOptions): Settings {
  if (settings === undefined) return loadSettings(join('config', 'settings.yaml'));
  if (!existsSync(settings)) throw new HaltError('SETTINGS_INVALID', `${settings}: there is no such file`);
  return loadSettings(settings);
}
