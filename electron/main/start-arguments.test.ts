import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { ownArguments, profileFolder, readArguments } from './start-arguments.ts';

const folder = path.resolve('/films');
const script = path.join(folder, 'dist/main/main.cjs');
const inFolder = (name: string): string => path.join(folder, name);

describe('the program’s own arguments', () => {
  test('are those behind the main script, wherever switches of Electron put it', () => {
    for (const argv of [
      ['electron', script, '--data', 'x', 'clip.mp4'],
      ['electron', '--inspect=0', '--remote-debugging-port=0', script, '--data', 'x', 'clip.mp4'],
      ['electron', '--no-sandbox', 'dist/main/main.cjs', '--data', 'x', 'clip.mp4'],
      ['electron', '--no-sandbox', '.', '--data', 'x', 'clip.mp4'],
    ]) {
      expect(ownArguments(argv, script, folder)).toEqual(['--data', 'x', 'clip.mp4']);
    }
    expect(ownArguments(['electron'], script, folder)).toEqual([]);
  });

  test('are all behind the name of a packed program', () => {
    expect(ownArguments(['/usr/bin/videomind', '--no-sandbox', 'clip.mp4'], undefined, folder)).toEqual([
      '--no-sandbox',
      'clip.mp4',
    ]);
  });
});

describe('files and the library among the arguments', () => {
  test('switches and addresses are no files', () => {
    const args = ['--allow-file-access', '-psn_0_1', 'https://evil.example/x.mp4', 'app://x', 'clip.mp4', ''];
    expect(readArguments(args, folder)).toEqual({ files: [inFolder('clip.mp4')] });
    expect(readArguments(['--x', '--', '--odd name.mp4', '--data'], folder)).toEqual({
      files: [inFolder('--odd name.mp4'), inFolder('--data')],
    });
  });

  test('--data names the library, and is opened as no video', () => {
    const expected = { files: [inFolder('clip.mp4')], dataFolder: inFolder('library') };
    expect(readArguments(['--data', 'library', 'clip.mp4'], folder)).toEqual(expected);
    expect(readArguments(['clip.mp4', '--data=library'], folder)).toEqual(expected);
  });

  test('--data without a folder is told, with a remedy for a window', () => {
    for (const args of [['--data'], ['--data='], ['--data', '--no-sandbox'], ['--data', '--', 'clip.mp4']]) {
      expect(() => readArguments(args, folder)).toThrow('--data names no folder');
      try {
        readArguments(args, folder);
      } catch (error) {
        expect((error as EngineError).code).toBe('ARGUMENT_INVALID');
        expect((error as EngineError).remedy).not.toContain('--help');
      }
    }
  });

  test('whatever the arguments are: absolute paths, or a typed error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--data', '--', '--data=', '-'))),
        (args) => {
          try {
            const { files, dataFolder } = readArguments(args, folder);
            for (const each of [...files, ...(dataFolder === undefined ? [] : [dataFolder])])
              expect(path.isAbsolute(each)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        },
      ),
    );
  });
});

describe('the window’s profile', () => {
  const appData = path.resolve('/home/x/.config');

  test('a checkout has one of its own, an installed program Electron’s', () => {
    const dataFolder = undefined;
    expect(profileFolder({ isPackaged: true, dataFolder, appData })).toBeUndefined();
    const own = profileFolder({ isPackaged: false, dataFolder, appData });
    expect(own?.startsWith(appData)).toBe(true);
    expect(path.basename(own ?? '')).not.toBe('Electron');
  });

  test('a library at another place has one with it, so that two libraries can be open at once', () => {
    for (const isPackaged of [true, false]) {
      expect(profileFolder({ isPackaged, dataFolder: folder, appData })).toBe(inFolder('window'));
    }
  });
});
