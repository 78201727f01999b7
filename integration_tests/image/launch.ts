import { execFile, spawn } from 'node:child_process';
import { createReadStream, existsSync, type ReadStream } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker, image } from './engine.ts';
import { podOptions } from './platform.ts';
import { layOut } from './run-image.ts';

/**
 * How Airbyte's platform starts a source: not by the image's entrypoint but by a shell script as PID 1, whose output
 * goes to two pipes that another container reads, and whose exit code goes to a file (airbyte-workload-launcher's
 * ContainerCommandFactory). Where the script asks every second for the marker that ends it, the platform's asks
 * every ten.
 */
const script = `
if [ -z "$AIRBYTE_ENTRYPOINT" ]; then exit 127; fi
read_source() {
  state=
  if [ -f /source/inputState.json ]; then state="--state /source/inputState.json"; fi
  eval "$AIRBYTE_ENTRYPOINT read --config /source/connectorConfig.json --catalog /source/catalog.json $state" \
    2> stderr > stdout
}
(read_source) &
CHILD_PID=$!
(while true; do if [ -f TERMINATED ]; then kill $CHILD_PID; exit 0; fi; sleep 1; done) &
wait $CHILD_PID
EXIT_CODE=$?
echo $EXIT_CODE > exitCode.tmp
mv exitCode.tmp exitCode.txt
exit $EXIT_CODE`;

const pipes = ['stdout', 'stderr'] as const;

/** A source container under the platform's script, and this process as the one that reads its pipes. */
export class Launch {
  readonly stdout: ReadStream;
  /** The exit code of the container. */
  readonly ended: Promise<number | null>;
  private readonly folder: string;
  private readonly name: string;
  private errors = '';

  private constructor(folder: string, name: string) {
    this.folder = folder;
    this.name = name;
    const options = podOptions('read');
    const mount = [`--volume=${folder}:/source`, '--workdir=/source'];
    const command = [
      'run',
      '--rm',
      '--name',
      name,
      ...options,
      ...mount,
      '--entrypoint=sh',
      image,
      '-c',
      script,
    ];
    const child = spawn('docker', command, { stdio: ['ignore', 'inherit', 'inherit'] });
    this.ended = new Promise((done) => child.once('close', done));
    this.stdout = createReadStream(join(folder, 'stdout'));
    const stderr = createReadStream(join(folder, 'stderr'), 'utf8');
    stderr.on('data', (text) => {
      this.errors += String(text);
    });
  }

  /** `files`: connectorConfig, catalog and, if any, inputState. */
  static async start(files: Readonly<Record<string, unknown>>): Promise<Launch> {
    const folder = await layOut(files);
    for (const pipe of pipes) {
      await promisify(execFile)('mkfifo', [join(folder, pipe)]);
      await chmod(join(folder, pipe), 0o666);
    }
    return new Launch(folder, `source-recharge-launch-${process.pid}-${Date.now()}`);
  }

  /** What the source wrote to its stderr so far. */
  get stderr(): string {
    return this.errors;
  }

  /** What the script says the source ended with; undefined where it did not come to that. */
  async exitCode(): Promise<number | undefined> {
    const path = join(this.folder, 'exitCode.txt');
    return existsSync(path) ? Number(await readFile(path, 'utf8')) : undefined;
  }

  /** As the platform cancels: it closes the pipes first, then leaves the marker. */
  async cancel(): Promise<void> {
    this.closePipe();
    await writeFile(join(this.folder, 'TERMINATED'), '');
  }

  closePipe(): void {
    this.stdout.destroy();
  }

  /** Whether the container is still there, ended or not. */
  async exists(): Promise<boolean> {
    return (await docker(['ps', '--all', '--quiet', '--filter', `name=${this.name}`])) !== '';
  }

  async remove(): Promise<void> {
    await docker(['rm', '--force', this.name]).catch(() => undefined);
    this.stdout.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
