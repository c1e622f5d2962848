import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the package offers to programs: its declarations, without their comments, as docs/api.md holds them. `dist` is the
 * folder of the built package. `npm run api` builds it and writes the file.
 */
export function apiReport(dist: string): string {
  const files = globSync('**/*.d.ts', { cwd: dist }).sort();
  const sections = files.map(
    (file) => `## ${file}\n\n\`\`\`ts\n${declarationsOf(join(dist, file))}\n\`\`\`\n`,
  );
  return `${head}\n${sections.join('\n')}`;
}

const head = `<!-- Written by docs/api-report.ts: run \`npm run api\` after changing what programs can import. -->

# What programs can import

The declarations of the package, which a test compares with this page: a change here is a change for users. What is
meant is \`export\`ed by \`index\`, \`coordination\`, \`pool\`, \`handler\` and \`testing\`; the rest is what these refer to.
How to use it: [library](library.md).
`;

function declarationsOf(file: string): string {
  return (
    readFileSync(file, 'utf8')
      .replace(/\/\*\*[\s\S]*?\*\//g, '')
      // The keys of a job are reported by docs/job.schema.json.
      .replace(/^(declare const \w+Schema: z\.ZodObject<)\{$[\s\S]*?^\}(, z\.core\.\$strict>;)$/gm, '$1…$2')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .join('\n')
  );
}

if (import.meta.main) {
  const report = apiReport(join(import.meta.dirname, '../dist'));
  writeFileSync(join(import.meta.dirname, 'api.md'), report);
  console.log('docs/: wrote api.md');
}
