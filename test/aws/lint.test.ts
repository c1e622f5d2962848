import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { everySetting, makeStacks, scheduledJob } from '../infra/synthesise.ts';
import { type Accepted, accepted } from './accepted-findings.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { pythonWith } from './emulators.ts';

/**
 * Other people's rules about templates. They take minutes to install and half of one to run, so that only
 * `npm run test:aws` asks them; the rules of cdk-nag are asked at every synthesis.
 */
const isAsked = process.env['npm_lifecycle_event'] === 'test:aws';

interface Finding {
  rule: string;
  type: string;
  when: 'default' | 'everything';
  text: string;
}

const folder = temporaryFolder();
afterAll(() => folder.remove());
const execute = promisify(execFile);

/** The templates' files, with the settings they were made by. */
function writeTemplates(): { path: string; when: Finding['when']; types: Map<string, string> }[] {
  const jobs = [scheduledJob('shop')];
  return (['default', 'everything'] as const).flatMap((when) => {
    const { scraper, analytics } = makeStacks(when === 'default' ? {} : { aws: everySetting, jobs });
    return [scraper.stack, analytics].flatMap((stack) => {
      if (stack === undefined) return [];
      const template = Template.fromStack(stack).toJSON();
      const path = join(folder.path, `${when}-${stack.stackName}.json`);
      writeFileSync(path, JSON.stringify(template));
      const types = Object.entries<{ Type: string }>(template['Resources']);
      return [{ path, when, types: new Map(types.map(([id, { Type }]) => [id, Type])) }];
    });
  });
}

/** Both exit with an error when they have findings. */
async function jsonOf(python: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await execute(python, args, { timeout: 300_000, maxBuffer: 64 * 1024 ** 2 }).catch(
    (error: { stdout?: string }) => {
      if (error.stdout?.startsWith('[') || error.stdout?.startsWith('{')) return { stdout: error.stdout };
      throw error;
    },
  );
  return JSON.parse(stdout);
}

/** It has no module to run by name; scripts of an environment name the folder it was made in. */
const startCfnLint = 'from cfnlint.runner import main; main()';

const tools: Record<
  string,
  (python: string, path: string) => Promise<{ rule: string; id: string; text: string }[]>
> = {
  'cfn-lint==1.58.0': async (python, path) => {
    const found = (await jsonOf(python, '-c', startCfnLint, '--format', 'json', path)) as {
      Rule: { Id: string };
      Message: string;
      Location: { Path?: (string | number)[] };
    }[];
    return found.map(({ Rule, Message, Location }) => ({
      ...{ rule: Rule.Id, text: Message },
      id: String(Location.Path?.[1] ?? ''),
    }));
  },
  'checkov==3.3.30': async (python, path) => {
    const options = ['--framework', 'cloudformation', '--quiet', '--compact', '--output', 'json', '-f', path];
    const { results } = (await jsonOf(python, '-m', 'checkov.main', ...options)) as {
      results: { failed_checks: { check_id: string; check_name: string; resource: string }[] };
    };
    return results.failed_checks.map(({ check_id: rule, check_name: text, resource }) => ({
      ...{ rule, text },
      id: resource.split('.').at(-1) ?? '',
    }));
  },
};

function accepts({ rule, type, when }: Accepted, finding: Finding): boolean {
  return rule === finding.rule && type === finding.type && (when === 'always' || when === finding.when);
}

describe('the templates', () => {
  it.for(Object.keys(tools))(
    'pass %s, but for what is accepted with a reason',
    { timeout: awsTimeoutMs },
    async (tool, { skip }) => {
      skip(!isAsked, 'left to npm run test:aws');
      const python = await pythonWith(tool);
      if (typeof python !== 'string') return skip(python.skipped);
      const findings: Finding[] = [];
      for (const { path, when, types } of writeTemplates()) {
        for (const { rule, id, text } of (await tools[tool]?.(python, path)) ?? []) {
          findings.push({ rule, when, text: `${id}: ${text}`, type: types.get(id) ?? '' });
        }
      }
      const open = findings.filter((finding) => !accepted.some((entry) => accepts(entry, finding)));
      expect(open).toEqual([]);
      const own = accepted.filter(({ rule }) => rule.startsWith('CKV_') === tool.startsWith('checkov'));
      const stale = own.filter((entry) => !findings.some((finding) => accepts(entry, finding)));
      expect(stale).toEqual([]);
    },
  );
});
