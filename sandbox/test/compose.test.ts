import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../arguments.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the sandbox in containers', () => {
  it('the config of the first sync has the token and the port of the sandbox that compose starts', () => {
    const [, list = '[]'] = /command: (\["--host".*\])/.exec(textOf('compose.yaml')) ?? [];
    const options = readArguments(JSON.parse(list) as string[]);
    const config = JSON.parse(textOf('sandbox/compose/config.json')) as Record<string, unknown>;
    expect(config['access_token']).toBe(options?.token);
    expect(config['api_url']).toBe(`http://127.0.0.1:${options?.port}`);
  });

  it('the image that is released is the last of the Dockerfile and takes nothing of the sandbox', () => {
    const stages = textOf('Dockerfile').split(/^FROM /m);
    expect(stages.filter((stage) => /^\S+ AS sandbox$/m.test(stage))).toHaveLength(1);
    const released = stages.at(-1) ?? '';
    expect(released).toContain('ENTRYPOINT ["/airbyte/source-recharge"]');
    expect(released).not.toContain('sandbox');
    const build = stages.find((stage) => / AS build$/m.test(stage)) ?? '';
    expect(build).not.toMatch(/^COPY .*sandbox/m);
  });
});
