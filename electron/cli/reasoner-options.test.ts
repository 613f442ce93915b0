import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addReasonerOptions, reasonerParams, reasonerUsageProblem } from './reasoner-options.ts';
import type { ReasonerOptions } from './reasoner-options.ts';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-instructions-'))));
afterAll(() => rm(folder, { recursive: true }));

function parse(...args: string[]): ReasonerOptions {
  const silent = { writeErr: () => undefined };
  const command = addReasonerOptions(new Command()).exitOverride().configureOutput(silent);
  return command.parse(args, { from: 'user' }).opts();
}

describe('options for models that reason aloud', () => {
  it('make no part of a request where none is given, so that other models are not bothered', async () => {
    expect(await reasonerParams(parse())).toBeUndefined();
  });

  it('are passed on under the names of the request', async () => {
    const args = [
      '--verbatim',
      '--fps',
      '1.5',
      '--max-frames',
      '8',
      '--min-pixels',
      '28',
      '--max-pixels',
      '9000',
    ];
    expect(await reasonerParams(parse(...args, '--seconds-per-pair', 'whole'))).toMatchObject({
      verbatim: true,
      fps: 1.5,
      maxFrames: 8,
      minPixels: 28,
      maxPixels: 9000,
      secondsPerPair: 'whole',
    });
    const { verification } = (await reasonerParams(parse('--verify-with', 'vm', '--verify', 'grounded')))!;
    expect(verification).toEqual({ modelPath: path.resolve('vm'), candidates: 'grounded' });
  });

  it.each([
    ['--fps', '0'],
    ['--max-frames', '1'],
    ['--seconds-per-pair', 'half'],
    ['--repetition-penalty', '0.5'],
    ['--verify', 'all'],
  ])('%s %s is wrong usage', (...args) => {
    expect(() => parse(...args)).toThrow(args[0]);
  });

  it('have to go together', () => {
    expect(reasonerUsageProblem(parse('--verify', 'said'))).toContain('--verify-with');
    expect(reasonerUsageProblem(parse('--verbatim', '--instructions', 'x'))).toContain('either');
    expect(reasonerUsageProblem(parse('--verbatim'))).toBeUndefined();
  });
});

describe('a file of instructions', () => {
  const read = async (name: string, text: string) => {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return (await reasonerParams(parse('--instructions', file)))?.instructions;
  };

  it('holds words for both kinds of questions, or the same for either', async () => {
    expect(await read('a.json', '{"choice": "letter", "open": "words"}')).toEqual({
      choice: 'letter',
      open: 'words',
    });
    expect(await read('b.txt', 'Be brief.\n')).toEqual({ choice: 'Be brief.', open: 'Be brief.' });
  });

  it.each([
    ['c.json', '{"choice": 1}', '"choice" and "open"'],
    ['d.json', '{', 'is not JSON'],
  ])('%s is named when it is damaged', async (name, text, problem) => {
    await expect(read(name, text)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining(problem) as string,
    });
  });

  it('is named when it is missing', async () => {
    await expect(reasonerParams(parse('--instructions', '/none.json'))).rejects.toThrow('/none.json');
  });
});
