import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A virtual environment with PyAirbyte, and a folder for what it leaves. */
export class Python {
  readonly folder: string;
  private readonly program: string;

  private constructor(program: string, folder: string) {
    this.program = program;
    this.folder = folder;
  }

  static async create(program: string): Promise<Python> {
    return new Python(program, await mkdtemp(join(tmpdir(), 'pyairbyte-')));
  }

  /** Runs a script of this folder in a process of its own, as a scheduler would. @throws Error with all it printed where it fails. */
  async script<Result>(name: string, asked: object): Promise<Result> {
    const [request, result] = [join(this.folder, 'request.json'), join(this.folder, 'result.json')];
    await writeFile(request, JSON.stringify(asked));
    await this.run(this.program, ['-W', 'ignore', resolve(import.meta.dirname, name), request, result]);
    return JSON.parse(await readFile(result, 'utf8')) as Result;
  }

  /** `pyab validate`: what PyAirbyte itself asks of a connector. @throws Error with all it printed where it fails. */
  async validate(connector: string, config: object): Promise<void> {
    const file = join(this.folder, 'config.json');
    await writeFile(file, JSON.stringify(config));
    const pyab = join(dirname(this.program), 'pyab');
    await this.run(pyab, ['validate', `--connector=${connector}`, `--config=${file}`]);
  }

  /** Runs a program in the folder. Resolves to what it printed. @throws Error with all of that where it fails. */
  async evaluate(code: string): Promise<string> {
    return this.run(this.program, ['-W', 'ignore', '-c', code]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async run(command: string, args: readonly string[]): Promise<string> {
    const options = { env: { ...process.env, ...this.environment() }, cwd: this.folder, timeout: 600_000 };
    const { stdout: printed } = await promisify(execFile)(command, args, options).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`PyAirbyte failed: ${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
      },
    );
    return printed;
  }

  /** The Node that runs this first on PATH, for the executable's shebang; no telemetry, no registry. */
  private environment(): Record<string, string> {
    return {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      AIRBYTE_OFFLINE_MODE: '1',
      DO_NOT_TRACK: '1',
      NO_LIVE_PROGRESS: '1',
      PYTHONDONTWRITEBYTECODE: '1',
      AIRBYTE_PROJECT_DIR: this.folder,
      AIRBYTE_LOGGING_ROOT: join(this.folder, 'logs'),
    };
  }
}
