import { existsSync } from 'node:fs';
import path from 'node:path';

/** The package that comes with the program: the demo where there is one, else the toy example. */
export function findDemoPackage(assetsPath: string): string {
  const places = [path.join(assetsPath, 'demo', 'package'), path.join(assetsPath, 'demo')];
  const found = places.find((place) => existsSync(path.join(place, 'manifest.json')));
  return found ?? path.join(assetsPath, 'example', 'package');
}
