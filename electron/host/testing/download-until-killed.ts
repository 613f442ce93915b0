import { bringTinyModel } from './download-rounds.ts';

/** For tests: a process that downloads and prints how far it is, to be killed in the middle. Arguments: folder, address of the hub. */
const [folder = '', hubUrl = ''] = process.argv.slice(2);
await bringTinyModel(folder, hubUrl, {
  silenceMs: 60_000,
  report: (done) => process.stdout.write(`${done}\n`),
});
