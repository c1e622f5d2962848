import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { projectRoot, run } from './cached-install.ts';

/** What `cdk synth` of the real app made. */
export interface CloudAssembly {
  /** The folder that would be deployed as the code of the function whose description begins so. */
  codeOf(description: string): string;
  remove(): void;
}

interface Template {
  Resources: Record<
    string,
    { Type: string; Properties: { Description?: string; Code?: { S3Key?: string } } }
  >;
}

export async function synthApp(): Promise<CloudAssembly> {
  const { path, remove } = temporaryFolder();
  const app = `${process.execPath} ${join(projectRoot, 'infra/app.ts')}`;
  writeFileSync(join(path, 'cdk.json'), JSON.stringify({ app }));
  const bin = join(projectRoot, 'node_modules/.bin');
  const cdk = ['cdk', 'synth', '--quiet', '--ci', '--no-notices', '--output', join(path, 'cdk.out')];
  await run('env', '-C', path, `PATH=${bin}:${process.env['PATH'] ?? ''}`, ...cdk);
  const template: Template = JSON.parse(readFileSync(join(path, 'cdk.out/Spinneret.template.json'), 'utf8'));
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return {
    codeOf(description) {
      const found = functions.find(({ Properties }) => Properties.Description?.startsWith(description));
      const key = found?.Properties.Code?.S3Key;
      if (key === undefined) throw new Error(`no function "${description}…" in the template`);
      // The CLI uploads the folder asset.<hash> as <hash>.zip.
      return join(path, 'cdk.out', `asset.${key.replace('.zip', '')}`);
    },
    remove,
  };
}
