import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { readInstallerConfiguration } from '../../electron/packaging/testing/installer-configuration.ts';
import type { ReleaseSource } from '../../electron/host/updates/release-source.ts';
import { addedPackages, buildProgram, mainScript } from '../electron-25/build-program.ts';
import { buildProgramFor } from '../shells/electron-program.ts';
import { isOld, type FoundElectron } from '../shells/find-electron.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** A program as its installers put it on a disk. */
export interface PackedProgram {
  readonly executablePath: string;
  /** Where its archive lies. */
  readonly resourcesPath: string;
}

/**
 * Packs the program around this Electron, by the product's own electron-builder.yml, into `outputPath`. An old Electron gets
 * the bundles that it can run, and is spared a fuse that it does not have; nothing else is changed.
 *
 * @param releases where this copy looks for newer releases; by default nowhere, as every copy that no workflow built.
 */
export async function packProgram(
  electron: FoundElectron,
  programPath: string,
  outputPath: string,
  releases?: ReleaseSource,
): Promise<PackedProgram> {
  await rm(outputPath, { recursive: true, force: true });
  await mkdir(outputPath, { recursive: true });
  const configuration: Record<string, unknown> = {
    ...readInstallerConfiguration(),
    electronDist: path.dirname(electron.executablePath),
    electronVersion: electron.version,
  };
  if (releases !== undefined) {
    const { pageUrl: page, keys } = releases;
    addToManifest(configuration, { releases: { page, keys } });
  }
  if (isOld(electron)) {
    await buildProgram(programPath, path.join(outputPath, 'old'));
    useOldBundles(configuration, path.join(outputPath, 'old'));
  } else await buildProgramFor(electron, programPath);
  const configurationPath = path.join(outputPath, 'electron-builder.json');
  await writeFile(
    configurationPath,
    JSON.stringify({ ...configuration, directories: { output: outputPath, buildResources: 'assets/icons' } }),
  );
  const builder = path.join(path.dirname(require.resolve('electron-builder/package.json')), 'cli.js');
  const parameters = [
    '--linux',
    'dir',
    `--${process.arch}`,
    '--config',
    configurationPath,
    '--publish',
    'never',
  ];
  await run(process.execPath, [builder, ...parameters], { cwd: programPath });
  const folder = path.join(
    outputPath,
    process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
  );
  return { executablePath: path.join(folder, 'videomind'), resourcesPath: path.join(folder, 'resources') };
}

/** What the packed package.json says besides that of the checkout. */
function addToManifest(
  configuration: Record<string, unknown>,
  fields: Readonly<Record<string, unknown>>,
): void {
  configuration['extraMetadata'] = { ...(configuration['extraMetadata'] as object), ...fields };
}

/** Names the bundles for an old Electron where the configuration names the product's own. */
function useOldBundles(configuration: Record<string, unknown>, oldPath: string): void {
  const files = configuration['files'] as string[];
  const bundles = files.find((each) => each.startsWith('dist/'));
  if (bundles === undefined) throw new Error('electron-builder.yml packs no bundles');
  configuration['files'] = [
    ...files.filter((each) => each !== bundles),
    { from: path.join(oldPath, 'dist'), to: 'dist', filter: [bundles.slice('dist/'.length), '!**/*.map'] },
    ...addedPackages.map((name) => ({
      from: `node_modules/${name}`,
      to: `node_modules/${name}`,
      filter: ['**/*'],
    })),
  ];
  addToManifest(configuration, { main: mainScript });
  const fuses = { ...(configuration['electronFuses'] as Record<string, boolean>) };
  delete fuses['grantFileProtocolExtraPrivileges'];
  configuration['electronFuses'] = fuses;
}

/**
 * An executable of the packed program whose window can be driven. The packed one's fuses keep every driver out; so this one
 * stands beside it, over the same archive, with that one fuse off.
 */
export async function drivenExecutable(program: PackedProgram): Promise<string> {
  const executablePath = path.join(path.dirname(program.executablePath), 'videomind-driven');
  await copyFile(program.executablePath, executablePath);
  await flipFuses(executablePath, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  return executablePath;
}
