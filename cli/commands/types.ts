import { writeFile } from 'node:fs/promises';
import { Option } from 'commander';
import { chooseJob } from '../choose-job.ts';
import { act, type CommonOptions, makeCommand } from '../command.ts';
import { refuseExisting } from '../refuse-existing.ts';
import { exitCodes } from '../report-error.ts';
import { itemSchemasOf, jobItemSchema } from '../types/item-schema.ts';
import { typescriptOf } from '../types/typescript.ts';

const formats = ['typescript', 'json-schema'] as const;

interface TypesOptions extends CommonOptions {
  job?: string;
  format?: (typeof formats)[number];
  output?: string;
  force?: boolean;
}

export const typesCommand = makeCommand({
  name: 'types',
  description:
    'Writes what the items of a job are, from its fields: as TypeScript, or as a JSON Schema that every line of items.jsonl follows.',
  examples: [
    ['types books.yaml --output items.d.ts', 'an interface for each label'],
    ['types books.yaml --format json-schema > items.schema.json', 'one schema for all items'],
  ],
})
  .option('--job <name>', 'the job of that name, when the file has several')
  .addOption(
    new Option(
      '--format <format>',
      'default: json-schema for an output file that ends in .json, else typescript',
    ).choices(formats),
  )
  .option('--output <file>', 'file to write (default: stdout)')
  .option('--force', 'replace the file, if it is there')
  .action(
    act<TypesOptions>(async (output, options, file) => {
      const { job } = await chooseJob(file, options.job);
      const format = options.format ?? (options.output?.endsWith('.json') ? 'json-schema' : 'typescript');
      const schemas = itemSchemasOf(job);
      const schema = jobItemSchema(job, schemas);
      const text =
        format === 'typescript'
          ? typescriptOf(job.name, schemas)
          : `${JSON.stringify(schema, undefined, 2)}\n`;
      for (const what of schemas.unknown) output.note(`not in it: ${what}`);
      const written = options.output === undefined ? {} : { output: options.output };
      output.data({ job: job.name, format, ...written, unknown: schemas.unknown, schema });
      if (options.output === undefined) {
        output.line(text.trimEnd());
        return exitCodes.done;
      }
      if (options.force !== true) refuseExisting(options.output);
      await writeFile(options.output, text);
      output.line(`wrote ${options.output}`);
      return exitCodes.done;
    }),
  );
