import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** A part of the program, as CycloneDX 1.6 writes it: https://cyclonedx.org/docs/1.6/json/. */
export interface Component {
  readonly type: 'library' | 'file' | 'application' | 'framework';
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[];
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

/** The packages that the lock file has for use, each with its licence; those of development are left out. */
export function packagesIn(lockFile: string): Component[] {
  const { packages } = lockSchema.parse(JSON.parse(lockFile));
  return Object.entries(packages)
    .filter(([place, each]) => place !== '' && each.version !== undefined && each.dev !== true)
    .map(([place, { version = '', license }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return {
        type: 'library' as const,
        name,
        version,
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
        ...(license !== undefined && { licenses: [{ expression: license }] }),
      };
    });
}

/** Native code that lies in a packed program: each binary with its hash. */
export async function binariesBelow(folder: string): Promise<Component[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: Component[] = [];
  for (const entry of entries) {
    const filePath = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isNative(entry.name)) continue;
    const content = createHash('sha256')
      .update(await readFile(filePath))
      .digest('hex');
    const name = path.relative(folder, filePath).split(path.sep).join('/');
    found.push({ type: 'file', name, hashes: [{ alg: 'SHA-256', content }] });
  }
  return found.sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** Libraries, add-ons and programs: by their ending, or the program names that have none. */
function isNative(name: string): boolean {
  return /(\.(node|dll|exe|dylib)|\.so(\.\d+)*)$/.test(name) || /^(ffmpeg|videomind|VideoMind)$/.test(name);
}

/** What a program consists of, as a CycloneDX document. */
export function billOfMaterials(
  program: { readonly name: string; readonly version: string; readonly license: string },
  electronVersion: string,
  components: readonly Component[],
): object {
  const electron: Component = {
    type: 'framework',
    name: 'electron',
    version: electronVersion,
    purl: `pkg:npm/electron@${electronVersion}`,
    licenses: [{ expression: 'MIT' }],
  };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        name: program.name,
        version: program.version,
        licenses: [{ expression: program.license }],
      },
    },
    components: [electron, ...components],
  };
}

/** Licence texts of the packages that are used, one after the other, for reading. */
export async function licenceTexts(programPath: string, packages: readonly Component[]): Promise<string> {
  const texts: string[] = [];
  for (const { name, version, licenses } of packages) {
    const folder = path.join(programPath, 'node_modules', name);
    const files = await readdir(folder).catch(() => []);
    const file = files.find((each) => /^(licen[cs]e|copying)(\.|$)/i.test(each));
    // What is optional may not be there on this system; its licence still stands in the list.
    const text =
      file === undefined
        ? 'Its package has no file with its licence.'
        : await readFile(path.join(folder, file), 'utf8');
    texts.push(
      `${name} ${version ?? ''} (${licenses?.[0]?.expression ?? 'licence not named'})\n\n${text.trim()}\n`,
    );
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** Where electron-builder unpacks a program before it makes an installer of it. */
export function unpackedFolders(names: readonly string[]): string[] {
  return names.filter((name) => /^(linux|win|mac)(-\w+)?(-unpacked)?$/.test(name));
}
