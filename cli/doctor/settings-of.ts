import type { Settings } from '../../shared/job/settings-schema.ts';
import { readSettings } from '../read-settings.ts';
import type { CheckTarget } from './check.ts';

/** The settings of the project that is checked. Throws `HaltError` SETTINGS_INVALID. */
export function settingsOf({ settingsFile }: Pick<CheckTarget, 'settingsFile'>): Settings {
  return readSettings(settingsFile === undefined ? {} : { settings: settingsFile });
}
