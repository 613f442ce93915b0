import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Whether the machine runs on its battery, where the system says so in files (Linux); elsewhere false. */
export async function isOnBattery(folder = '/sys/class/power_supply'): Promise<boolean> {
  const supplies = await readdir(folder).catch(() => []);
  const read = (supply: string, name: string) =>
    readFile(path.join(folder, supply, name), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  for (const supply of supplies) {
    // A mouse has a battery, too.
    if ((await read(supply, 'scope')) === 'Device') continue;
    if ((await read(supply, 'type')) === 'Battery' && (await read(supply, 'status')) === 'Discharging')
      return true;
  }
  return false;
}
