import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { buildProgram, mainScript } from '../electron-25/build-program.ts';
import { isOld, type FoundElectron } from './find-electron.ts';

/** The program for an old Electron; inside the checkout, so that its packages are found. */
function oldProgramPath(programPath: string): string {
  return path.join(programPath, '.cache/e2e-electron-25');
}

/** The main script that this Electron is started with. */
export function mainScriptFor(electron: FoundElectron, programPath: string): string {
  if (isOld(electron)) return path.join(oldProgramPath(programPath), mainScript);
  return path.join(programPath, 'dist/main/main.cjs');
}

/** Builds the program as this Electron runs it. */
export async function buildProgramFor(electron: FoundElectron, programPath: string): Promise<void> {
  if (!isOld(electron)) {
    await promisify(execFile)(process.execPath, [path.join(programPath, 'electron/packaging/build.ts')]);
    return;
  }
  const outputPath = oldProgramPath(programPath);
  await rm(outputPath, { recursive: true, force: true });
  await mkdir(outputPath, { recursive: true });
  await buildProgram(programPath, outputPath);
  await copyFile(path.join(programPath, 'package.json'), path.join(outputPath, 'package.json'));
  await symlink(path.join(programPath, 'assets'), path.join(outputPath, 'assets'), 'junction');
}
