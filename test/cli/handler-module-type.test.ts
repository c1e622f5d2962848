import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCliFolder } from './call-cli.ts';
import { type SmallSite, serveSmallSite } from './small-site.ts';

let site: SmallSite;

beforeAll(async () => {
  site = await serveSmallSite(2);
});

afterAll(() => site[Symbol.asyncDispose]());

const jobOf = (handler: string) => `name: small
network: allowPrivate
politeness: { gapMs: 0 }
sources: [{ crawl: { start: "${site.origin}/" } }]
pages:
  product: { match: /p/*, handler: ${handler} }
  default: { follow: [a] }
`;

const module = 'export default (page: { url: string }) => ({ items: [{ url: page.url }] });\n';
const withImport = `import { sep } from 'node:path';\n${module}`;

describe('a handler in a project that npm made, whose "type" is commonjs', () => {
  it.each([
    ['handler.ts', module],
    ['importing.ts', withImport],
    ['handler.js', 'export default () => ({ items: [] });\n'],
  ])('%s is refused with what to do', async (file, text) => {
    using cli = openCliFolder();
    cli.write('package.json', '{ "type": "commonjs" }');
    cli.write(file, text);
    cli.write('job.yaml', jobOf(`./${file}`));
    const { code, stderr } = await cli.call('run', 'job.yaml');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('name it .mts or .mjs'),
    });
    expect(stderr).toContain('error HANDLER_INVALID');
  });

  it.each([
    ['named .mts', '{ "type": "commonjs" }', 'handler.mts'],
    ['whose package.json says nothing', '{}', 'handler.ts'],
  ])('runs, without a word of Node’s, %s', async (_, manifest, file) => {
    using cli = openCliFolder();
    cli.write('package.json', manifest);
    cli.write(file, module);
    cli.write('job.yaml', jobOf(`./${file}`));
    const { code, stderr } = await cli.call('run', 'job.yaml');
    expect({ code, isSilent: !stderr.includes('Warning') }).toEqual({ code: 0, isSilent: true });
  });

  it('is reported by that for a mistake of its own', async () => {
    using cli = openCliFolder();
    cli.write('package.json', '{ "type": "commonjs" }');
    cli.write('handler.ts', 'const = 1;\n');
    cli.write('job.yaml', jobOf('./handler.ts'));
    const { stderr } = await cli.call('run', 'job.yaml');
    expect(stderr).not.toContain('.mts');
    expect(stderr).toContain('cannot be imported');
  });
});
