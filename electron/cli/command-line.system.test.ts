import { once } from 'node:events';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import type { ImportedPack } from './testing/imported-pack.ts';
import { importPack, packPath } from './testing/imported-pack.ts';
import { descendants, isRunning, runCli, startCli } from './testing/run-cli.ts';

let pack: ImportedPack;
beforeAll(async () => (pack = await importPack()));
afterAll(() => pack.remove());

const question = 'Which shape moves to the right?';
const ask = (...more: string[]): string[] => [
  'ask',
  pack.videoPath,
  question,
  '--model',
  pack.packagePath,
  ...more,
];

describe('ask', () => {
  it('prints the run record alone on stdout with --json, and writes the trace', async () => {
    const tracePath = path.join(pack.folder, 'trace.json');
    const { code, stdout, stderr } = await runCli(ask('--json', '--trace', tracePath));
    expect([code, stderr]).toEqual([0, '']);
    const record = runRecordSchema.parse(JSON.parse(stdout));
    expect(record.question).toBe(question);
    expect(record.roles).toEqual(['planner', 'grounder', 'verifier', 'answerer']);
    expect(record.candidates).toHaveLength(5);
    const trace = JSON.parse(await readFile(tracePath, 'utf8')) as object;
    for (const role of record.roles) expect(trace).toHaveProperty(role);
  });

  it('shows the steps, the timeline and the answer without it, in 80 columns and without colours', async () => {
    const { code, stdout, stderr } = await runCli(ask());
    expect([code, stderr]).toEqual([0, '']);
    for (const label of ['Plan', 'Ground', 'Verify', 'Answer', 'Moment', 'Time']) {
      expect(stdout).toMatch(new RegExp(`^${label} `, 'm'));
    }
    expect(stdout).toContain('█');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('\u001b');
  });

  it('takes options, a choice of roles and limits, and says why it fell back to the CPU', async () => {
    const { code, stdout, stderr } = await runCli(
      ask(
        '--option',
        'circle',
        '--option',
        'square',
        '--roles',
        'grounder,answerer',
        '--device',
        'cann',
        '--json',
      ),
    );
    expect(code).toBe(0);
    expect(stderr).toContain('warning DEVICE_FALLBACK');
    const record = runRecordSchema.parse(JSON.parse(stdout));
    expect(record).toMatchObject({
      options: ['circle', 'square'],
      device: 'cpu',
      roles: ['grounder', 'answerer'],
    });
    expect(record.warnings.map((warning) => warning.code)).toContain('DEVICE_FALLBACK');
    expect(record.plan).toBeUndefined();
  });

  it('reads paths against the folder where the command was typed', async () => {
    await writeFile(path.join(pack.folder, 'question.txt'), question);
    const { code, stdout } = await runCli(
      [
        'ask',
        pack.videoPath,
        '--question-file',
        'question.txt',
        '--model',
        'package',
        '--json',
        '--roles',
        'grounder',
        '--save-frames',
        'frames',
      ],
      { cwd: pack.folder },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ question, model: { path: pack.packagePath } });
    const frames = await readdir(path.join(pack.folder, 'frames'));
    expect(frames.length).toBeGreaterThan(3);
    expect(frames.every((name) => /^grounder-\d+\.png$/.test(name))).toBe(true);
  });

  it('passes the question on as given', async () => {
    const odd = '  What\n"moves"?  ';
    const { stdout } = await runCli([
      'ask',
      pack.videoPath,
      odd,
      '--model',
      pack.packagePath,
      '--json',
      '--roles',
      'answerer',
    ]);
    expect(runRecordSchema.parse(JSON.parse(stdout)).question).toBe(odd);
  });

  it('ends in peace when nobody reads on', async () => {
    const { child, result } = startCli(ask('--json'));
    const unread = expect(result).rejects.toThrow('Premature close');
    child.stdout?.destroy();
    const [code] = (await once(child, 'close')) as [number];
    await unread;
    expect(code).toBe(0);
  });
});

describe('wrong usage ends with 2, with a hint and nothing on stdout', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['answer']],
    ['an unknown flag', ['ask', 'v.mp4', 'why?', '--model', 'm', '--fast']],
    ['no model', ['ask', 'v.mp4', 'why?']],
    ['no question', ['ask', 'v.mp4', '--model', 'm']],
    ['two questions', ['ask', 'v.mp4', 'why?', '--question-file', 'q.txt', '--model', 'm']],
    ['too many arguments', ['ask', 'v.mp4', 'why?', 'how?', '--model', 'm']],
    ['a bad number', ['ask', 'v.mp4', 'why?', '--model', 'm', '--candidates', 'many']],
    ['a number out of range', ['ask', 'v.mp4', 'why?', '--model', 'm', '--candidates', '0']],
    ['a negative time', ['ask', 'v.mp4', 'why?', '--model', 'm', '--start', '-5']],
    ['an unknown role', ['ask', 'v.mp4', 'why?', '--model', 'm', '--roles', 'judge']],
    ['an unknown device', ['ask', 'v.mp4', 'why?', '--model', 'm', '--device', 'tpu']],
    ['a flag without its value', ['import', '--base']],
    ['an import without --out', ['import', '--base', 'b']],
    ['an unknown precision', ['import', '--base', 'b', '--out', 'o', '--precision', 'int2']],
    ['inspect without a folder', ['inspect']],
  ])('%s', async (_name, args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/error:|Usage:/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('help', () => {
  it.each(['ask', 'import', 'inspect', 'doctor', 'demo'])(
    'of %s gives examples and ends with 0',
    async (command) => {
      const { code, stdout } = await runCli([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`videomind ${command}`);
      expect(stdout).toMatch(/Examples?:/);
    },
  );

  it('of the program lists the commands', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of ['ask', 'import', 'inspect', 'doctor', 'bench', 'demo'])
      expect(stdout).toContain(command);
  });
});

describe('a run that is disturbed', () => {
  /** Starts a run and waits for its first step, so that engine and decoders are at work. */
  async function startRun(...more: string[]) {
    const run = startCli(ask(...more));
    const { pid, stdout } = run.child;
    if (pid === undefined || stdout === null) throw new Error('The command line did not start.');
    await once(stdout, 'data');
    const engine = descendants(pid);
    expect(engine.length).toBeGreaterThan(0);
    return { ...run, pid, engine };
  }

  it('by Ctrl-C ends with 130 in under a second and leaves no process', async () => {
    const { pid, engine, result } = await startRun();
    const startMs = performance.now();
    process.kill(-pid, 'SIGINT');
    const { code, stderr } = await result;
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(code).toBe(130);
    expect(stderr).toMatch(/^CANCELLED: /m);
    expect(engine.filter(isRunning)).toEqual([]);
  });

  it('by Ctrl-C before the model is open ends with 130 too', async () => {
    const { child, result } = startCli(ask('--json'));
    const { pid = 0 } = child;
    const engine = await vi.waitFor(() => {
      const found = descendants(pid);
      expect(found.length).toBeGreaterThan(0);
      return found;
    }, 10_000);
    process.kill(-pid, 'SIGINT');
    expect((await result).code).toBe(130);
    expect(engine.filter(isRunning)).toEqual([]);
  });

  it('by Ctrl-C while importing leaves nothing that looks finished, and can be begun again', async () => {
    const folder = path.join(pack.folder, 'interrupted');
    await mkdir(folder);
    const out = path.join(folder, 'package');
    const sources = ['--base', path.join(packPath, 'base'), '--adapters', path.join(packPath, 'model')];
    const { child, result } = startCli(['import', ...sources, '--out', out]);
    await vi.waitFor(async () => expect(await readdir(folder)).not.toEqual([]), 20_000);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect((await result).code).toBe(130);
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((name) => name.endsWith('manifest.json'))).toEqual([]);
    expect((await runCli(['import', ...sources, '--out', out])).code).toBe(0);
    expect(await readdir(folder)).toEqual(['package']);
  });

  it('by the death of its engine fails with ENGINE_CRASHED and what is known of it', async () => {
    const { engine, result } = await startRun();
    for (const processId of engine) process.kill(processId, 'SIGKILL');
    const { code, stderr } = await result;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ENGINE_CRASHED: .*SIGKILL/m);
  });

  it('by its own death leaves no engine behind', async () => {
    const { pid, engine } = await startRun();
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(engine.filter(isRunning)).toEqual([]), 10_000);
  });

  it('keeps the record when the trace cannot be written', async () => {
    const { code, stdout, stderr } = await runCli(ask('--json', '--trace', '/dev/full'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^DISK_FULL: /m);
    const document = JSON.parse(stdout) as { error: { code: string }; record: unknown };
    expect(document.error.code).toBe('DISK_FULL');
    expect(runRecordSchema.parse(document.record).question).toBe(question);
  });

  it('is not begun when the trace could not be written', async () => {
    const { code, stdout, stderr } = await runCli(
      ask('--trace', path.join(pack.folder, 'missing', 't.json')),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^OUTPUT_UNWRITABLE: /m);
  });
});

describe('demo', () => {
  it('answers on the bundled clips and says how little the model knows', async () => {
    const { code, stdout, stderr } = await runCli(['demo']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Answer /m);
    expect(stderr).toContain('knows only its shapes world');
    const json = await runCli(['demo', '--clip', '2', '--question', '2', '--json']);
    expect(runRecordSchema.parse(JSON.parse(json.stdout)).answer?.text).toBeTruthy();
  });
});

describe('inspect and doctor', () => {
  it('say what a folder holds and what the machine has', async () => {
    const package_ = await runCli(['inspect', pack.packagePath, '--json']);
    expect(JSON.parse(package_.stdout)).toMatchObject({ kind: 'package', precision: 'int8' });
    const checkpoint = await runCli(['inspect', path.join(packPath, 'model')]);
    expect(checkpoint.stdout).toContain('import');
    const doctor = await runCli(['doctor', '--json']);
    expect(doctor.code).toBe(0);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ cachePath: path.join(pack.folder, 'caches') });
  });
});
