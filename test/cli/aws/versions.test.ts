import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsCommandNames, awsCommands } from '../../../cli/aws/aws-commands.ts';
import { type AwsStore, openAwsStore } from '../../../cli/aws/aws-store.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { findStack } from '../../../cli/aws/find-stack.ts';
import { checkVersion } from '../../../cli/aws/version-needs.ts';
import { deploymentVersion } from '../../../shared/deployment/stack.ts';
import { settingsSchema } from '../../../shared/job/settings-schema.ts';
import { formatVersion } from '../../../shared/model.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { type CliFolder, openCliFolder, parseLines } from '../call-cli.ts';
import { deployStack, envOf } from './deployed-stack.ts';

const own = Number(deploymentVersion);
const job = `name: books
sources: [{ crawl: { start: https://books.example.com/ } }]
pages: { default: { fields: { title: h1 } } }
`;

describe('deploymentVersion', () => {
  it('is the version of what workers and commands write', () => {
    expect(own).toBe(formatVersion);
  });
});

describe('checkVersion', () => {
  const accepts = (need: 'same' | 'near' | 'any') =>
    [-1, 0, 1, 2].filter((away) => {
      try {
        return checkVersion('Books', String(own + away), need) === own + away;
      } catch {
        return false;
      }
    });

  it('lets a command work on the versions it can read', () => {
    expect(accepts('same')).toEqual([0]);
    expect(accepts('near')).toEqual([-1, 0, 1]);
    expect(accepts('any')).toEqual([-1, 0, 1, 2]);
  });

  it.each([
    [
      own - 1,
      /^Deploy this version: npx cdk deploy --all, .* Until then status, pause, .*coverage, .* and doctor work on this stack\.$/,
    ],
    [own + 1, /^Update this command .* Until then status, pause, .* work on this stack\.$/],
    [own + 2, new RegExp(`^Update this command .* Or use the command of version ${own + 2}\\.$`)],
  ])('says what to do about a stack of version %i', (version, remedy) => {
    expect(() => checkVersion('Books', String(version), 'same')).toThrow(
      expect.objectContaining({ code: 'STACK_OUTDATED', remedy: expect.stringMatching(remedy) }),
    );
  });

  it.each([undefined, '', 'x', '1.5'])('takes the version %j for none', (version) => {
    expect(() => checkVersion('Books', version, 'any')).toThrow(
      expect.objectContaining({ code: 'STACK_OUTDATED' }),
    );
  });
});

await describeWith('ministack', 'the command line', (connection) => {
  describe.each([
    ['an older', own - 1],
    ['a newer', own + 1],
  ])('on %s stack', (which, version) => {
    let folder: CliFolder;
    let store: AwsStore;

    beforeAll(async () => {
      const { name } = await deployStack(connection, String(version));
      folder = openCliFolder(envOf(connection));
      folder.write('config/settings.yaml', `aws: { stack: ${name} }\n`);
      folder.write('books.yaml', job);
      Object.assign(process.env, envOf(connection));
      const found = await findStack(connect({}).cloudformation, name, 'near');
      store = openAwsStore(connect({}).config, found, settingsSchema.parse({}).aws);
    });
    afterAll(() => {
      folder[Symbol.dispose]();
      store[Symbol.dispose]();
    });

    it('watches, stops and takes home a run, with a word about the version', async () => {
      const run = {
        job: { name: 'books', sources: [] },
        baseDir: '',
        state: 'running' as const,
        startedAt: Date.now(),
      };
      await store.ledger.createRun({ id: 'r', ...run });
      await store.outcomes.write({
        run: 'r',
        batch: 'a',
        pages: [],
        items: [{ item: 'book', url: 'https://books.example.com/', fields: { title: 'One' } }],
        links: [],
        retries: [],
        counts: {},
        batchSizes: { own: 1, other: 1 },
      });
      for (const command of ['status', 'pause', 'resume', 'cancel'] as const) {
        const { code, stderr } = await folder.call(command, 'r', '--aws');
        expect({ command, code, stderr }).toEqual({
          command,
          code: 0,
          stderr: expect.stringMatching(
            new RegExp(
              `^warning STACK_OUTDATED: .* has version ${version}, this command speaks ${own}: .*\\n$`,
            ),
          ),
        });
      }
      expect((await store.ledger.readRun('r'))?.state).toBe('cancelled');
      const exported = await folder.call('export', 'r', '--aws', '--json');
      expect(parseLines(exported.stdout)).toMatchObject([{ title: 'One' }]);
      expect(parseLines(exported.stderr)).toMatchObject([{ warning: { code: 'STACK_OUTDATED' } }]);
      expect(await folder.call('redrive')).toMatchObject({ code: 0 });
    });

    it('sends the seed of a run that is resumed in words that the workers there read', async () => {
      const seeds = await store.queue.receive({ max: 10 });
      // Cancelling sent it too, for the workers to count it.
      expect(seeds.map(({ batch }) => [batch.run, batch.v ?? 1])).toEqual([
        ['r', Math.max(1, Math.min(version, own))],
        ['r', Math.max(1, Math.min(version, own))],
      ]);
    });

    it('starts nothing, and says what to do', async () => {
      const { code, stderr } = await folder.call('enqueue', 'books.yaml');
      expect(code).toBe(1);
      expect(stderr).toContain(`error STACK_OUTDATED: the stack`);
      expect(stderr).toContain(
        which === 'a newer' ? 'what to do: Update this command' : 'what to do: Deploy this version',
      );
    });
  });
});

describe('awsCommands', () => {
  it('lets everything but starting runs work across one version', () => {
    const strict = awsCommandNames.filter((name) => awsCommands[name].needs === 'same');
    expect(strict).toEqual(['enqueue']);
  });

  it('are described by the runbook as they are', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const others = awsCommandNames.filter((name) => awsCommands[name].needs !== 'same');
    expect(page).toContain(`| ${others.map((name) => `\`${name}\``).join(', ')} | yes, with a warning |`);
  });
});
