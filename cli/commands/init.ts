import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { parseJobs } from '../../shared/job/load.ts';
import { ownFile } from '../../shared/own-files.ts';
import { act, type CommonOptions, httpUrl, makeCommand } from '../command.ts';
import { jobNameFor, jobTemplate } from '../job-template.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

interface InitOptions extends CommonOptions {
  url: string;
  force?: boolean;
}

export const initCommand = makeCommand({
  name: 'init',
  description:
    'Writes a commented job file that takes title and heading of every page of a site. Asks nothing.',
  examples: [
    ['init --url https://books.example.com', 'writes books-example-com.yaml'],
    ['init config/books.yaml --url https://books.example.com', 'writes that file'],
  ],
})
  .option('--url <url>', 'where the crawl starts', httpUrl, 'https://example.com/')
  .option('--force', 'replace the file if it is there')
  .action(
    act<InitOptions>(async (output, { url, force }, given) => {
      const name = jobNameFor(url);
      const file = given ?? `${name}.yaml`;
      if (existsSync(file) && force !== true)
        throw usageError(`${file} is there already; --force replaces it`);
      const text = jobTemplate({ name, url, schemaPath: schemaPathFrom(file) });
      parseJobs(text, file);
      await mkdir(dirname(resolve(file)), { recursive: true });
      await writeFile(file, text, { flag: force === true ? 'w' : 'wx' });
      output.data({ file, name, url });
      output.line(`wrote ${file}`);
      output.line('next:');
      output.line(`  npx spinneret try ${url} --file ${file}`);
      output.line(`  npx spinneret run ${file}`);
      return exitCodes.done;
    }),
  );

function schemaPathFrom(file: string): string {
  const path = relative(dirname(resolve(file)), ownFile('docs/job.schema.json'))
    .split(sep)
    .join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
