/** What a release starts from: the texts of three files. */
export interface ReleaseFiles {
  'package.json': string;
  'package-lock.json': string;
  'CHANGELOG.md': string;
}

export interface Release {
  version: string;
  tag: string;
  /** What users gain: the version's part of the changelog, without its heading. */
  notes: string;
  files: ReleaseFiles;
}

const steps: readonly string[] = ['major', 'minor', 'patch'];

/**
 * The next release: `wanted` is a step (`minor`) or the version itself, `date` is YYYY-MM-DD. Its notes stand in the changelog
 * under `## VERSION`, which gets the date. Throws an `Error` that says what is wrong, before anything is changed.
 */
export function planRelease(files: ReleaseFiles, wanted: string, date: string): Release {
  const { version: current }: { version: string } = JSON.parse(files['package.json']);
  const version = versionAfter(current, wanted);
  return {
    version,
    tag: `v${version}`,
    notes: notesOf(files['CHANGELOG.md'], version),
    files: {
      'package.json': withVersion(files['package.json'], current, version, 1),
      // Its own version stands twice in it: at its head, and of the root among the packages.
      'package-lock.json': withVersion(files['package-lock.json'], current, version, 2),
      'CHANGELOG.md': files['CHANGELOG.md'].replace(`## ${version}\n`, `## ${version} (${date})\n`),
    },
  };
}

function versionAfter(current: string, wanted: string): string {
  const numbers = partsOf(current);
  const step = steps.indexOf(wanted);
  if (step >= 0) {
    return numbers.map((part, index) => (index < step ? part : index === step ? part + 1 : 0)).join('.');
  }
  if (!/^\d+\.\d+\.\d+$/.test(wanted)) {
    throw new Error(`${wanted} is neither major, minor or patch nor a version such as 1.2.3`);
  }
  const parts = partsOf(wanted);
  const change = parts
    .map((part, index) => part - (numbers[index] ?? 0))
    .find((difference) => difference !== 0);
  if (change === undefined || change < 0) throw new Error(`${wanted} is not after ${current}`);
  return wanted;
}

function partsOf(version: string): number[] {
  return version.split('.').map(Number);
}

function notesOf(changelog: string, version: string): string {
  const [, rest] = changelog.split(`## ${version}\n`);
  if (rest === undefined) {
    throw new Error(`CHANGELOG.md has no heading "## ${version}" without a date: write what users gain`);
  }
  const notes = (rest.split(/^## /m)[0] ?? '').trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing under "## ${version}"`);
  return notes;
}

/** Replaces the first `count` of them, as text: the rest of the file stays as it is. */
function withVersion(text: string, current: string, version: string, count: number): string {
  let left = count;
  const changed = text.replaceAll(`"version": "${current}"`, (found) => {
    left -= 1;
    return left < 0 ? found : `"version": "${version}"`;
  });
  if (left > 0)
    throw new Error(`the version ${current} does not stand in it ${count} times: run npm install`);
  return changed;
}
