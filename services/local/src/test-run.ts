import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { root } from './paths.ts';
import { SetupError } from './setup-error.ts';
import type { Count } from './test-report.ts';

/** Steps that run one after the other, each with a heading and its time, and are counted. */
export class TestRun {
  #total: Count = { passed: 0, failed: 0 };
  #child: ChildProcess | undefined;
  #stopReason: string | undefined;

  get total(): Count {
    return this.#total;
  }

  /** Why stop() was called, if it was. */
  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /** Ends the running step; those after it are left out. */
  stop(reason: string): void {
    this.#stopReason = reason;
    this.#child?.kill('SIGTERM');
  }

  /** A step that counts what it returns. */
  async count(title: string, work: () => Promise<Count>): Promise<void> {
    if (this.#stopReason) return;
    process.stdout.write(`\n── ${title}\n`);
    const started = performance.now();
    const { passed, failed } = await work();
    this.#total = { passed: this.#total.passed + passed, failed: this.#total.failed + failed };
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    process.stdout.write(`── ${title} ${failed === 0 ? 'passed' : 'failed'} in ${seconds} s\n`);
  }

  /** A script that counts as one. */
  async check(name: string): Promise<void> {
    await this.count(name, async () => {
      const succeeded = await this.script(name);
      return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
    });
  }

  /**
   * What later steps need. It counts only when it fails, and they run as far as they can without it.
   * @returns what the work returns; undefined when it failed
   */
  async prepare<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
    let result: T | undefined;
    await this.count(title, async () => {
      try {
        result = await work();
        return { passed: 0, failed: 0 };
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        process.stderr.write(`${error.message}\n`);
        return { passed: 0, failed: 1 };
      }
    });
    return result;
  }

  /**
   * Runs a script of the root's package.json as npm does, with more arguments and variables.
   * @returns whether it succeeded
   */
  async script(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
    const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
    return new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', `${scripts[name]} "$@"`, name, ...args], {
        cwd: root,
        env: { ...process.env, ...env, PATH: path },
        stdio: 'inherit',
      });
      this.#child = child;
      child.on('error', reject);
      child.on('close', (exitCode) => resolve(exitCode === 0));
    });
  }
}
