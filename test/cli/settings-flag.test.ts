import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carrySettings } from '../../cli/settings-flag.ts';
import { openCliFolder } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

let site: SmallSite;
beforeAll(async () => {
  site = await serveSmallSite(2);
});
afterAll(() => site[Symbol.asyncDispose]());

describe('carrySettings', () => {
  it.each([
    ['  npx spinneret status r-1', 'a.yaml', '  npx spinneret status --settings a.yaml r-1'],
    [
      'npx spinneret export RUN; npx spinneret status',
      'x/a.yaml',
      'npx spinneret export --settings x/a.yaml RUN; npx spinneret status --settings x/a.yaml',
    ],
    ['npx spinneret status.', "it's.yaml", "npx spinneret status --settings 'it'\\''s.yaml'."],
    ['npx spinneret run', undefined, 'npx spinneret run'],
    [
      'npx cdk deploy, spinneret.yaml and npx spinneret runs',
      'a.yaml',
      'npx cdk deploy, spinneret.yaml and npx spinneret runs',
    ],
  ])('in %j', (text, settings, carried) => {
    expect(carrySettings(text, settings)).toBe(carried);
  });
});

describe('a command with settings of another place', () => {
  it('prints commands that find the same run', async () => {
    using folder = openCliFolder();
    folder.write('job.yaml', smallJob(site.origin));
    folder.write('other/settings.yaml', 'store: other/store.db\noutputDir: other/output\nprocesses: 1\n');
    const ran = await folder.call('run', 'job.yaml', '--settings', 'other/settings.yaml');
    expect(ran.code).toBe(0);
    const printed = [...ran.stdout.matchAll(/^ {2}npx spinneret (.*)$/gm)].map(([, command = '']) => command);
    expect(printed.length).toBeGreaterThan(1);
    for (const command of printed.filter((line) => !line.startsWith('try'))) {
      expect(await folder.call(...command.split(' ')), command).toMatchObject({ code: 0 });
    }
  });
});
