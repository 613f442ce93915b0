import path from 'node:path';
import koffi from 'koffi';
import type { AddedLibraries } from './added-parts.ts';

/**
 * Libraries in the order in which they need each other: what is loaded is found by its name by what is loaded after it, wherever
 * it lies.
 */
const order = [
  /^libcudart\./,
  /^libnvrtc-builtins\./,
  /^libnvrtc\./,
  /^libcublasLt\./,
  /^libcublas\./,
  /^libcurand\./,
  /^libcufft\./,
  /^libcudnn\./,
];

const kept: unknown[] = [];

/** Loads the libraries that ONNX Runtime's provider needs. @throws Error in the loader's words. */
export function loadNeededLibraries({ folder, names }: AddedLibraries): void {
  for (const pattern of order) {
    for (const name of names.filter((each) => pattern.test(each))) {
      kept.push(koffi.load(path.join(folder, name), { global: true }));
    }
  }
}
