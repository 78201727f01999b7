import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { statedFacts } from './facts.ts';

export interface ChangelogSection {
  readonly version: string;
  /** `Unreleased`, or the day of the release as YYYY-MM-DD. */
  readonly date: string;
  readonly text: string;
}

/** The sections of a changelog in the form of keepachangelog.com, newest first. */
export function changelogSections(changelog: string): ChangelogSection[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const [version = '', date = ''] = heading.split(' - ');
      return { version: version.replace(/^\[|\]$/g, ''), date, text: lines.join('\n').trim() };
    });
}

/**
 * `node scripts/release/changelog.ts TAG` prints the section of a tag such as v1.2.3. Exits 1 where the tag is not of
 * the version that package.json states, or its section has no date.
 */
if (import.meta.main) {
  const root = resolve(import.meta.dirname, '../..');
  const [tag = ''] = process.argv.slice(2);
  const { version } = await statedFacts();
  const sections = changelogSections(await readFile(resolve(root, 'CHANGELOG.md'), 'utf8'));
  const section = sections.find((each) => each.version === version);
  const problem =
    tag !== `v${version}`
      ? `The tag is ${JSON.stringify(tag)}, and package.json states ${version}: tag v${version}, or change the version.`
      : section === undefined
        ? `CHANGELOG.md has no section "## ${version} - YYYY-MM-DD": write it.`
        : section.date === 'Unreleased'
          ? `CHANGELOG.md calls ${version} Unreleased: put in the date.`
          : undefined;
  if (problem === undefined) process.stdout.write(`${section?.text}\n`);
  else process.stderr.write(`${problem}\n`);
  process.exitCode = problem === undefined ? 0 : 1;
}
