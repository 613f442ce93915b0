import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { programPath } from '../host/paths.ts';
import { readInstallerConfiguration } from './testing/installer-configuration.ts';

const configuration = readInstallerConfiguration();
const targets = z.object({
  target: z.array(z.object({ target: z.string(), arch: z.array(z.string()) })),
});

describe('the configuration of the installers', () => {
  test('is one that electron-builder knows', () => {
    const require = createRequire(import.meta.url);
    const folder = path.dirname(require.resolve('app-builder-lib/package.json'));
    const schema: unknown = JSON.parse(readFileSync(path.join(folder, 'scheme.json'), 'utf8'));
    const { validateSchema } = require(path.join(folder, 'out/util/config/schemaValidator.js')) as {
      readonly validateSchema: (schema: unknown, configuration: unknown) => void;
    };
    validateSchema(schema, structuredClone(configuration));
    const misspelt = { ...configuration, fileAssociation: [] };
    expect(() => validateSchema(schema, misspelt)).toThrow('fileAssociation');
  });

  test('covers Linux, Windows and macOS on both processors', () => {
    const list = ['linux', 'win', 'mac'].flatMap((platform) =>
      targets
        .parse(configuration[platform])
        .target.map(({ target, arch }) => `${platform} ${target} ${arch.join(' ')}`),
    );
    expect(list).toEqual([
      'linux AppImage x64 arm64',
      'linux deb x64 arm64',
      'win nsis x64 arm64',
      'mac dmg x64 arm64',
    ]);
  });

  test('closes every way around the program’s own code', () => {
    expect(configuration['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  test('names the version of Electron that is developed against, and an icon', () => {
    const manifest = createRequire(import.meta.url)('electron/package.json') as { version: string };
    expect(configuration['electronVersion']).toBe(manifest.version);
    const icon = readFileSync(path.join(programPath, 'assets', 'icons', 'icon.png'));
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([1024, 1024]);
  });

  test('the release builds every target on a machine of its own kind', () => {
    const workflow = readFileSync(path.join(programPath, '.github/workflows/release.yml'), 'utf8');
    for (const platform of ['linux', 'win', 'mac']) {
      for (const arch of ['x64', 'arm64']) {
        expect(workflow).toMatch(new RegExp(`platform: ${platform}, arch: ${arch} `));
      }
    }
  });
});
