import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../functions/environment.ts';
import { functionEnv, functionSettings } from '../../shared/deployment/function-settings.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';

const settings = functionSettings(settingsSchema.parse({}).aws);
const others = { SPINNERET_TABLE: 't', SPINNERET_BUCKET: 'b', SPINNERET_QUEUE_URL: 'q' };

function read(value: object) {
  return readEnvironment({ ...others, [functionEnv.settings]: JSON.stringify(value) });
}

describe('readEnvironment', () => {
  it('reads what the deployment writes', () => {
    expect(read(settings).settings).toEqual(settings);
    expect(read({ ...settings, ofALaterVersion: 1 }).settings).toMatchObject(settings);
  });

  it.each(Object.keys(settings))('refuses settings without %s, and of another type', (name) => {
    for (const value of [undefined, null, {}]) {
      expect(() => read({ ...settings, [name]: value })).toThrow(
        expect.objectContaining({ code: 'STACK_OUTDATED', message: expect.stringContaining(name) }),
      );
    }
  });

  it.each(Object.values(functionEnv).slice(0, 3))('refuses an environment without %s', (name) => {
    const env = { ...others, [functionEnv.settings]: JSON.stringify(settings), [name]: '' };
    expect(() => readEnvironment(env)).toThrow(`the environment variable ${name} is not set`);
  });
});
