import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { projectRoot, run } from './cached-install.ts';

/** What `cdk synth` of the real app made. */
export interface CloudAssembly {
  /** The folder that would be deployed as the code of the function whose description begins so. */
  codeOf(description: string): string;
  /** What the template says of that function, and of what calls it. */
  functionOf(description: string): Record<string, unknown>;
  mappingOf(description: string): Record<string, unknown>;
  /** After so many receives in all a dead letter comes to where nobody reads it. */
  lastReceives(): number;
}

interface Resource {
  Type: string;
  Properties: {
    Description?: string;
    Code?: { S3Key?: string };
    FunctionName?: { Ref?: string };
    RedrivePolicy?: { maxReceiveCount: number };
  };
}

interface Template {
  Resources: Record<string, Resource>;
}

export interface SynthOptions {
  /** `config/settings.yaml` of the project. @default it has none */
  settings?: string;
  /** The packages that the project has installed. @default none */
  packages?: string;
}

export async function synthApp({
  settings,
  packages,
}: SynthOptions = {}): Promise<CloudAssembly & { remove(): void }> {
  const { path, remove } = temporaryFolder();
  if (settings !== undefined) {
    mkdirSync(join(path, 'config'));
    writeFileSync(join(path, 'config/settings.yaml'), settings);
  }
  if (packages !== undefined) symlinkSync(packages, join(path, 'node_modules'));
  const app = `${process.execPath} ${join(projectRoot, 'infra/app.ts')}`;
  writeFileSync(join(path, 'cdk.json'), JSON.stringify({ app }));
  const bin = join(projectRoot, 'node_modules/.bin');
  const output = join(path, 'cdk.out');
  const cdk = ['cdk', 'synth', '--quiet', '--ci', '--no-notices', '--output', output];
  await run('env', '-C', path, `PATH=${bin}:${process.env['PATH'] ?? ''}`, ...cdk);
  return { ...readAssembly(output, 'Spinneret'), remove };
}

/** What is in the folder that the CDK wrote, of the stack of this name. */
export function readAssembly(output: string, stack: string): CloudAssembly {
  const template: Template = JSON.parse(readFileSync(join(output, `${stack}.template.json`), 'utf8'));
  const resources = Object.entries(template.Resources);
  const find = (description: string) => {
    const found = resources.find(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Lambda::Function' && Properties.Description?.startsWith(description),
    );
    if (found === undefined) throw new Error(`no function "${description}…" in the template`);
    return found;
  };
  return {
    codeOf(description) {
      const key = find(description)[1].Properties.Code?.S3Key;
      if (key === undefined) throw new Error(`the function "${description}…" has no code of its own`);
      // The CLI uploads the folder asset.<hash> as <hash>.zip.
      return join(output, `asset.${key.replace('.zip', '')}`);
    },
    functionOf: (description) => find(description)[1].Properties,
    mappingOf(description) {
      const [id] = find(description);
      const found = resources.find(
        ([, { Type, Properties }]) =>
          Type === 'AWS::Lambda::EventSourceMapping' && Properties.FunctionName?.Ref === id,
      );
      if (found === undefined) throw new Error(`nothing calls the function "${description}…"`);
      return found[1].Properties;
    },
    lastReceives() {
      const queues = resources.filter(([id]) => id.startsWith('DeadLettersQueue'));
      return Math.max(...queues.map(([, { Properties }]) => Properties.RedrivePolicy?.maxReceiveCount ?? 0));
    },
  };
}
