import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What a release is called. package.json states it; `npm run release-facts` writes it wherever else it stands. */
export interface ReleaseFacts {
  readonly version: string;
  /** The image's name without a tag: `config.image` of package.json. */
  readonly image: string;
  /** The address of the form's help, and in the registry: `config.documentation` of package.json. */
  readonly documentation: string;
}

/** A fact in a file, as its pattern's second group: the first and the third stay. */
type Place = readonly [file: string, pattern: RegExp, fact: keyof ReleaseFacts];

/** An image with its host, where a tag or the end of its code follows. */
const named =
  /(^|[\s"'`(])((?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:\/[\w.-]+)*\/source-recharge(?=[:`]))()/gm;

export const places: readonly Place[] = [
  ['metadata.yaml', /^( {2}dockerRepository: )(.+)()$/gm, 'image'],
  ['metadata.yaml', /^( {2}dockerImageTag: )(.+)()$/gm, 'version'],
  ['metadata.yaml', /^( {2}documentationUrl: )(.+)()$/gm, 'documentation'],
  ['Dockerfile', /(io\.airbyte\.name=")([^"]*)(")/g, 'image'],
  ['Dockerfile', /((?:io\.airbyte|image)\.version=")([^"]*)(")/g, 'version'],
  ['Dockerfile', /(image\.(?:url|documentation)=")([^"]*)(")/g, 'documentation'],
  ['src/config/release.ts', /(version = ')([^']*)(')/g, 'version'],
  ['src/config/release.ts', /(documentationUrl = ')([^']*)(')/g, 'documentation'],
  ['README.md', named, 'image'],
  ['docs/command-line.md', named, 'image'],
  ['docs/pyairbyte.md', named, 'image'],
  ['acceptance-test-config.yml', named, 'image'],
  ['docs/custom-connector.md', named, 'image'],
  ['docs/migration.md', named, 'image'],
  [
    'docs/custom-connector.md',
    /(REGISTRY\/source-recharge:|docker_image_tag\s*=\s*")(\d+\.\d+\.\d+)()/g,
    'version',
  ],
];

const root = resolve(import.meta.dirname, '../..');

export async function statedFacts(): Promise<ReleaseFacts> {
  const { version, config } = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly config: Omit<ReleaseFacts, 'version'>;
  };
  return { ...config, version };
}

/** Every file that names a fact, by its path, with these facts in it. */
export async function filesWith(facts: ReleaseFacts): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [file, pattern, fact] of places) {
    const text = texts.get(file) ?? (await readFile(resolve(root, file), 'utf8'));
    texts.set(
      file,
      text.replaceAll(pattern, (...[, before, , after]) => `${before}${facts[fact]}${after}`),
    );
  }
  return texts;
}

if (import.meta.main)
  for (const [file, text] of await filesWith(await statedFacts())) await writeFile(resolve(root, file), text);
