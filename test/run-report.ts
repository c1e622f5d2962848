import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** The result of a run of vitest, for `test/run.ts`. */
export interface RunReport {
  files: FileReport[];
  /** Errors outside of all tests. */
  unhandled: string[];
}

export interface FileReport {
  /** Relative to the project. */
  file: string;
  passed: number;
  skipped: number;
  /** Names and first errors; of a file that could not be loaded, its own. */
  failures: string[];
  /** What its tests ran of their series. */
  samples: string[];
}

/** Name of the environment variable with the path to write the report to. */
export const reportVariable = 'SPINNERET_TEST_REPORT';

/** Name of the environment variable with the files that are not to be run, separated by spaces: projects of Vitest ignore `--exclude`. */
export const leftOutVariable = 'SPINNERET_TEST_LEFT_OUT';

/** Writes the report when the run ends. */
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    const report: RunReport = {
      files: modules.map(reportOf),
      unhandled: unhandled.map(({ message }) => message),
    };
    writeFileSync(process.env[reportVariable] ?? '', JSON.stringify(report));
  }
}

function reportOf(module: TestModule): FileReport {
  const tests = [...module.children.allTests()].map((test) => ({ test, result: test.result() }));
  const failures = tests
    .filter(({ result }) => result.state === 'failed')
    .map(({ test, result }) => `${test.fullName}: ${firstLine(result.errors)}`);
  // Errors of hooks and of loading stand at the suite or the file.
  const suites = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return {
    file: relative(process.cwd(), module.moduleId),
    passed: tests.filter(({ result }) => result.state === 'passed').length,
    skipped: tests.filter(({ result }) => result.state === 'skipped').length,
    failures: [...failures, ...suites.map((suite) => firstLine(suite.errors()))],
    samples: tests.flatMap(({ test }) => test.meta().sample ?? []),
  };
}

function firstLine(errors: readonly { message: string }[] | undefined): string {
  return errors?.[0]?.message.split('\n', 1)[0] ?? 'it failed without an error';
}
