import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Why tests that need LaTeX cannot run here; undefined where they can. */
export const latexMissing: string | undefined =
  spawnSync('pdflatex', ['--version']).status === 0
    ? undefined
    : 'pdflatex is not installed: apt-get install texlive-latex-recommended';

/** What LaTeX makes of a table. */
export interface Typeset {
  readonly pdf: Buffer;
  /** Lines of the log in which LaTeX complains of something, errors first of all. */
  readonly complaints: readonly string[];
}

/** Sets a table in an article that loads `booktabs` and no more. @throws Error with LaTeX's own words where it does not compile */
export async function compileLatex(table: string): Promise<Typeset> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-latex-'));
  try {
    const lines = ['\\documentclass{article}', '\\usepackage{booktabs}', '\\begin{document}', table];
    await writeFile(path.join(folder, 'paper.tex'), [...lines, '\\end{document}', ''].join('\n'));
    // Nothing that stands in the table may run a program or read another file of this machine.
    const guards = { openin_any: 'p', openout_any: 'p', max_print_line: '1000' };
    const args = ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'paper.tex'];
    const { status, stdout } = spawnSync('pdflatex', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...guards },
    });
    if (status !== 0) throw new Error(stdout.slice(stdout.indexOf('\n!')));
    const log = await readFile(path.join(folder, 'paper.log'), 'latin1');
    const complaints = log.split('\n').filter((line) => /^!|Warning|Missing character/.test(line));
    return { pdf: await readFile(path.join(folder, 'paper.pdf')), complaints };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
