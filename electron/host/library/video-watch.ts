import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { Job } from '../contract/models.ts';
import { required, storedError } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import type { ProbedVideo } from '../videos-service.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import { forgetSubtitles, takeOutSubtitles } from './embedded-subtitles.ts';

/** Videos that are probed at the same time. */
const probedAtOnce = 2;

/** Finds out what files hold and whether they are still there, and has copies made of those that browsers cannot play. */
export class VideoWatch {
  readonly #context: HostContext;
  readonly #jobs: Jobs;
  readonly #findAgain: (video: LibraryVideo) => Promise<string | undefined>;
  readonly #waiting: string[] = [];
  readonly #stop = new AbortController();
  readonly #working = new Set<Promise<void>>();

  /** @param findAgain where a file that is gone lies now, if that is known. */
  constructor(
    context: HostContext,
    jobs: Jobs,
    findAgain: (video: LibraryVideo) => Promise<string | undefined> = () => Promise.resolve(undefined),
  ) {
    this.#context = context;
    this.#findAgain = findAgain;
    this.#jobs = jobs;
    jobs.register('proxy', { work: (work) => this.#makeProxy(work), startsAgain: true });
  }

  /** Where the copy of a video is that browsers play. */
  proxyPath(videoId: string): string {
    return path.join(this.#context.folders.proxies, `${videoId}.mp4`);
  }

  /** Looks whether the library's files are there and as they were; those that were never probed are. */
  async checkAll(): Promise<void> {
    for (const video of await this.#context.store.call('listVideos')) {
      if (this.#stop.signal.aborted) return;
      await this.#check(video).catch((error: unknown) => this.#context.events.notice('warning', error));
    }
  }

  /** Reads what a video holds, in its turn. */
  probe(videoId: string): void {
    if (!this.#waiting.includes(videoId)) this.#waiting.push(videoId);
    this.#startProbing();
  }

  /** Begins to make a copy that browsers play; the one that is made already is given again. */
  async makeProxy(videoId: string): Promise<Job> {
    const video = required(await this.#find(videoId), 'video');
    if (video.picture === undefined) {
      throw new EngineError('VIDEO_NOT_RECOGNIZED', `${video.path} holds no pictures that are known of.`);
    }
    const open = this.#jobs.open().find((job) => job.kind === 'proxy' && job.videoId === videoId);
    if (open !== undefined) return open;
    if (video.playback !== 'proxy-needed') await this.#save({ ...video, playback: 'proxy-needed' });
    return await this.#jobs.start({
      kind: 'proxy',
      title: video.name,
      unit: 'seconds',
      total: video.picture.durationSec,
      videoId,
    });
  }

  /** The file of a video lies elsewhere now: it is read anew. */
  async relocate(video: LibraryVideo, newPath: string): Promise<LibraryVideo> {
    await this.forget(video.id, video.path);
    const saved = await this.#context.store.call('saveVideo', {
      ...{ id: video.id, addedAtMs: video.addedAtMs, path: newPath, name: path.basename(newPath) },
      ...{ bytes: (await stat(newPath)).size, state: 'probing', playback: 'unknown' },
    });
    this.probe(video.id);
    return saved;
  }

  /**
   * Another of a file's video streams is its film now: it is read anew, and whatever was made of the other is forgotten.
   * @throws EngineError ARGUMENT_INVALID for a stream that is none of its pictures
   */
  async chooseStream(video: LibraryVideo, videoStream: number): Promise<LibraryVideo> {
    const { picture } = video;
    const films = picture?.tracks?.filter(({ kind }) => kind === 'video').map(({ index }) => index) ?? [];
    if (picture === undefined || !films.includes(videoStream)) {
      throw new EngineError('ARGUMENT_INVALID', `Stream ${videoStream} of ${video.name} is no film.`, {
        remedy: `Its video streams: ${films.join(', ') || 'none'}.`,
      });
    }
    await this.forget(video.id, video.path);
    const saved = await this.#context.store.call('saveVideo', {
      ...{ ...video, picture: { ...picture, videoStream }, state: 'probing', playback: 'unknown' },
    });
    this.probe(video.id);
    return saved;
  }

  /** A file is gone from the library, or another one stands for the video now. */
  async forget(videoId: string, videoPath: string): Promise<void> {
    for (const job of this.#jobs.open()) {
      if (job.videoId === videoId && job.kind === 'proxy') await this.#jobs.cancel(job.id);
    }
    this.#context.videos.forget(videoPath);
    await rm(this.proxyPath(videoId), { force: true });
    await forgetSubtitles(this.#context, videoId);
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    this.#waiting.length = 0;
    await Promise.allSettled(this.#working);
  }

  async #makeProxy({ job, signal, report }: JobWork): Promise<Pick<Job, 'outputPath'>> {
    const video = required(await this.#find(job.videoId ?? ''), 'video');
    const outputPath = this.proxyPath(video.id);
    const total = video.picture?.durationSec ?? 0;
    const become = async (playback: LibraryVideo['playback']): Promise<void> => {
      const current = await this.#find(video.id);
      if (current?.path === video.path) await this.#save({ ...current, playback });
    };
    await mkdir(path.dirname(outputPath), { recursive: true });
    try {
      await this.#context.videos.makeProxy(
        { videoPath: video.path, outputPath },
        { signal, onProgress: (doneSec, totalSec) => report({ done: doneSec, total: totalSec || total }) },
      );
    } catch (thrown) {
      // What is wrong with the video stays wrong; a full disk or a missing ffmpeg does not.
      if (toEngineError(thrown).code.startsWith('VIDEO_')) await become('impossible');
      throw thrown;
    }
    await become('proxy-ready');
    return { outputPath };
  }

  async #check(video: LibraryVideo): Promise<void> {
    this.#context.videos.chooseStream(video.path, video.picture?.videoStream);
    const found = await stat(video.path).catch(() => undefined);
    if (found?.isFile() !== true) {
      const nowAt = await this.#findAgain(video);
      const { store } = this.#context;
      if (nowAt !== undefined && (await store.call('findVideoByPath', { path: nowAt })) === undefined) {
        const state = video.state === 'missing' ? 'probing' : video.state;
        await this.#save({ ...video, path: nowAt, state });
        if (state === 'probing') this.probe(video.id);
        return;
      }
      if (video.state !== 'missing') await this.#save({ ...video, state: 'missing' });
      return;
    }
    const counted = video.state !== 'probing' && video.picture?.estimated !== true;
    if (!counted || video.state === 'missing' || found.size !== video.bytes) {
      await this.#save({ ...video, state: 'probing', bytes: found.size });
      this.probe(video.id);
      return;
    }
    if (video.playback !== 'proxy-ready') return;
    if ((await stat(this.proxyPath(video.id)).catch(() => undefined)) !== undefined) return;
    await this.makeProxy(video.id);
  }

  #startProbing(): void {
    if (this.#waiting.length === 0 || this.#working.size >= probedAtOnce) return;
    const worker = this.#probeWaiting().finally(() => {
      this.#working.delete(worker);
      // One may have come while this one was ending.
      this.#startProbing();
    });
    this.#working.add(worker);
  }

  async #probeWaiting(): Promise<void> {
    for (;;) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const video = await this.#find(id);
      if (video !== undefined) await this.#probeOne(video).catch((error: unknown) => this.#failed(error));
    }
  }

  async #probeOne(video: LibraryVideo): Promise<void> {
    const { id, path: videoPath, name, bytes, addedAtMs, contentId: contentBefore } = video;
    const lying = { id, path: videoPath, name, bytes, addedAtMs };
    let known: typeof lying & Pick<LibraryVideo, 'contentId'> = lying;
    this.#context.videos.chooseStream(videoPath, video.picture?.videoStream);
    try {
      known = { ...lying, contentId: await this.#context.videos.contentId(videoPath) };
      const saveIfSame = async ({ picture, playback }: ProbedVideo): Promise<boolean> => {
        const same = (await this.#find(id))?.path === videoPath;
        if (same) await this.#save({ ...known, state: 'ready', picture, playback });
        return same;
      };
      let estimateSaved: Promise<unknown> = Promise.resolve();
      const probed = await this.#context.videos.probe(videoPath, {
        signal: this.#stop.signal,
        onEstimate: (estimate) => {
          estimateSaved = saveIfSame(estimate).catch((error: unknown) => this.#failed(error));
        },
      });
      await estimateSaved;
      if (!(await saveIfSame(probed))) return;
      if (probed.playback === 'proxy-needed') await this.makeProxy(id);
      await takeOutSubtitles(this.#context, video, probed.subtitleTracks, this.#stop.signal).catch(
        (error: unknown) => this.#failed(error),
      );
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (error.code === 'CANCELLED' && this.#stop.signal.aborted) return;
      const state = error.code === 'VIDEO_NOT_FOUND' ? 'missing' : 'unreadable';
      // What is gone is what it was before.
      if (state === 'missing' && contentBefore !== undefined) known = { ...lying, contentId: contentBefore };
      await this.#save({ ...known, state, error: storedError(error), playback: 'unknown' });
    }
  }

  #failed(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#context.events.notice('error', error);
  }

  #find(id: string): Promise<LibraryVideo | undefined> {
    return this.#context.store.call('findVideo', { id });
  }

  async #save(video: Omit<LibraryVideo, 'subtitles'>): Promise<void> {
    const saved = await this.#context.store.call('saveVideo', video);
    this.#context.events.emit({ type: 'videoChanged', video: saved });
  }
}
