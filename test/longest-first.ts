import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long though they are short: begun late, each would keep one process busy when the others are done. */
const longest = [
  'test/aws/deploy.test.ts',
  'test/package/package.test.ts',
  'test/cli/kill.test.ts',
  'test/cli/hostile-handlers.test.ts',
  'test/hostile/hostile.test.ts',
  'test/cli/down-site.test.ts',
  'test/cli/places.test.ts',
  'test/engine/places.test.ts',
  'test/engine/crash-points.test.ts',
  'test/engine/render.test.ts',
  'test/extract/handlers/thread/handler-threads.test.ts',
  'test/extract/handlers.test.ts',
  'test/extract/article/article.test.ts',
  'test/extract/scan/read-scan.test.ts',
  'test/functions/finish.test.ts',
  'test/simulation/engine-seeds.test.ts',
];

/** Those first, then by size, as Vitest does where no earlier run has shown how long each takes. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = longest.indexOf(relative(process.cwd(), moduleId));
      return rank === -1 ? longest.length : rank;
    };
    // One project after the other, for those of a process that goes on.
    return (await super.sort(files)).toSorted(
      (a, b) => a.project.name.localeCompare(b.project.name) || rankOf(a) - rankOf(b),
    );
  }
}
