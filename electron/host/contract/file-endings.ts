/**
 * How names of files end, by what the program takes them for: for file dialogs and for what is dropped on a window. What is
 * in a file decides once it is read.
 */
export const fileEndings = {
  video: [
    ...[
      'mp4',
      'm4v',
      'mkv',
      'webm',
      'mov',
      'avi',
      'mpg',
      'mpeg',
      'ts',
      'm2ts',
      'mts',
      'wmv',
      'flv',
      '3gp',
      'ogv',
    ],
    ...['mxf', 'y4m', 'gif'],
  ],
  subtitles: ['srt', 'vtt', 'ass', 'ssa', 'sbv', 'sub'],
  project: ['videomind'],
  annotations: ['json', 'jsonl', 'ndjson', 'csv', 'tsv', 'tab', 'txt', 'eaf', 'xml', 'llc'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
