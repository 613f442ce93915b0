import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';

/** An upload leaves this much of the disk free, for the library and its copies. */
const keptFreeBytes = 1024 * 1024 * 1024;

/**
 * Takes a dropped file: `PUT` with its bytes, answered with `{"path": …}`, where it lies on this machine. The file is there
 * whole or not at all. Errors are `{"error": {code, message, remedy, details}}`.
 * @param encodedName last part of the address; only its file name counts.
 */
export async function receiveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  encodedName: string,
  uploadsPath: string,
): Promise<void> {
  try {
    if (request.method !== 'PUT') throw new EngineError('ARGUMENT_INVALID', 'Uploads are sent with PUT.');
    const filePath = await store(request, fileNameOf(encodedName), uploadsPath);
    answer(response, 201, { path: filePath });
  } catch (thrown) {
    const error = toEngineError(thrown);
    request.unpipe();
    if (response.destroyed) return;
    const status = { DISK_FULL: 507, ARGUMENT_INVALID: 400 }[error.code as string] ?? 500;
    // What is still on its way is not read.
    response.setHeader('connection', 'close');
    answer(response, status, { error: error.serialize() });
  }
}

async function store(request: IncomingMessage, fileName: string, uploadsPath: string): Promise<string> {
  // A folder for each upload: two files of one name stay apart, and the name stays what the person knows.
  const folder = path.join(uploadsPath, randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    const { bavail, bsize } = await statfs(folder);
    const roomBytes = bavail * bsize - keptFreeBytes;
    const expectedBytes = Number(request.headers['content-length'] ?? 0);
    if (expectedBytes > roomBytes) throw noRoom(fileName);
    const temporary = path.join(folder, '.upload.tmp');
    let receivedBytes = 0;
    const limit = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        receivedBytes += chunk.length;
        if (receivedBytes > roomBytes) done(noRoom(fileName));
        else done(null, chunk);
      },
    });
    await pipeline(request, limit, createWriteStream(temporary, { flags: 'wx' }));
    await using file = await open(temporary, 'r+');
    await file.sync();
    const filePath = path.join(folder, fileName);
    await rename(temporary, filePath);
    return filePath;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Names that a file cannot have: paths, folders themselves, nothing. */
const impossibleName = /^\.{0,2}$|[\\/\0]/;
/** Characters that some system has another use for. */
const troublesomeCharacters = /[:*?"<>|\p{Cc}]/gu;
const longestNameBytes = 240;

/** @throws EngineError ARGUMENT_INVALID for what is no name of a file. */
function fileNameOf(encodedName: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encodedName);
  } catch {
    name = '';
  }
  if (impossibleName.test(name) || Buffer.byteLength(name) > longestNameBytes) {
    throw new EngineError('ARGUMENT_INVALID', 'A file of this name cannot be kept here.', {
      remedy: 'Give it a shorter, plain name and drop it again.',
    });
  }
  return name.replace(troublesomeCharacters, '_');
}

function noRoom(fileName: string): EngineError {
  return new EngineError('DISK_FULL', `There is no room for ${fileName}.`);
}

function answer(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(document));
}
