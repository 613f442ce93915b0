import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  assetsPath,
  besideArchive,
  cachePath,
  commandName,
  dataPath,
  engineEntryPath,
  programPath,
} from './paths.ts';

describe('paths', () => {
  it('lead to what they name', () => {
    expect(existsSync(path.join(programPath, 'package.json'))).toBe(true);
    expect(existsSync(engineEntryPath)).toBe(true);
    expect(existsSync(path.join(assetsPath, 'example', 'clip.mp4'))).toBe(true);
  });

  it('of what native code reads lead out of the archive that a program is packed in', () => {
    expect(besideArchive('/opt/VideoMind/resources/app.asar/assets/demo')).toBe(
      '/opt/VideoMind/resources/app.asar.unpacked/assets/demo',
    );
    expect(besideArchive('C:\\VideoMind\\resources\\app.asar\\assets')).toBe(
      'C:\\VideoMind\\resources\\app.asar.unpacked\\assets',
    );
    expect(besideArchive('/home/her/app.asar.notes/assets')).toBe('/home/her/app.asar.notes/assets');
  });

  it('take VIDEOMIND_CACHE_DIR for caches, and the system’s folder without it', () => {
    expect(cachePath({ VIDEOMIND_CACHE_DIR: '/big/disk' })).toBe('/big/disk');
    expect(cachePath({ VIDEOMIND_CACHE_DIR: 'here' })).toBe(path.resolve('here'));
    expect(cachePath({ VIDEOMIND_CACHE_DIR: '' })).toMatch(/videomind/);
  });

  it('take VIDEOMIND_DATA_DIR for the library, and the system’s folder without it', () => {
    expect(dataPath({ VIDEOMIND_DATA_DIR: 'here' })).toBe(path.resolve('here'));
    expect(dataPath({})).toMatch(/videomind/);
  });

  it('name the command as it was called', () => {
    expect(commandName({ npm_lifecycle_event: 'videomind' })).toBe('npm run -s videomind --');
    expect(commandName({})).toBe('videomind');
  });
});
