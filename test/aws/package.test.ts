import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { installPackage } from '../package/packed.ts';
import { awsTimeoutMs } from './aws-timeout.ts';
import { projectRoot } from './cached-install.ts';
import { type DeployedProject, type Deployment, openDeployment } from './deployment.ts';
import { quickstartFor, sortedLines } from './quickstart.ts';

/** What README says to install beside the package before a deployment, in the versions that the tests are made with. */
const forDeployments = ['aws-cdk', 'aws-cdk-lib', 'cdk-nag', 'constructs'];

async function installedProject(): Promise<DeployedProject> {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(projectRoot, 'package.json'), 'utf8'),
  );
  const { path, remove } = await installPackage(
    ...forDeployments.map((name) => `${name}@${devDependencies[name]}`),
  );
  return {
    path,
    command: ['npx', 'spinneret'],
    app: 'node node_modules/spinneret/dist/infra/app.js',
    bin: join(path, 'node_modules/.bin'),
    remove,
  };
}

const opened = await openDeployment(installedProject);

if ('skipped' in opened) {
  describe('the installed package', () => it.skip(`skipped: ${opened.skipped}`, () => {}));
} else {
  describe('the installed package', () => tellDeploy(opened));
}

function tellDeploy(deployment: Deployment): void {
  let shop: DemoShop;

  beforeAll(async () => {
    shop = await serveDemoShop();
    deployment.write('books.yaml', quickstartFor(shop.origin));
    await deployment.cdk('bootstrap');
    // The emulator knows no alarm over a formula.
    await deployment.cdk('deploy', '--require-approval', 'never', '-c', 'metricMath=false');
  }, awsTimeoutMs);

  afterAll(async () => {
    await shop?.close();
    await deployment.close();
    // Thousands of files are removed with it.
  }, awsTimeoutMs);

  it(
    'is deployed by cdk deploy, and scrapes there what it scrapes here',
    async () => {
      const started = await deployment.call('enqueue', 'books.yaml', '--json', '--watch');
      expect(started).toMatchObject({ code: 0 });
      await deployment.call('export', '--last', '--aws', '--output', 'aws.jsonl');
      expect(await deployment.call('run', 'books.yaml', '--json')).toMatchObject({ code: 0 });
      await deployment.call('export', '--last', '--output', 'local.jsonl');
      expect(sortedLines(deployment.read('aws.jsonl'))).toEqual(sortedLines(deployment.read('local.jsonl')));
      expect(sortedLines(deployment.read('aws.jsonl')).length).toBeGreaterThan(200);
    },
    awsTimeoutMs,
  );
}
