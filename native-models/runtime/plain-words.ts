/**
 * What a person can use of a message of ONNX Runtime, in one line: without the places in its source that it starts with, and the
 * state of a library that it may end with.
 */
export function inPlainWords(message: string): string {
  const lines = message.split('\n').map((part) => part.trim());
  const line =
    lines.filter((part) => part !== '' && !part.startsWith('{')).join(' ') || 'It does not say why';
  const failure = /\b[A-Z]+ failure \d+: [^;]*/.exec(line)?.[0];
  const node = /while running (\w+) node\..* Status Message: (.*)$/.exec(line);
  const told = failure ?? withoutPlaces(node?.[2] ?? line);
  const words = node === null ? told : `${node[1]}: ${told}`;
  return words.trim().replace(/\.?$/, '.');
}

/** Each check that a message came through puts its place, and a code or its condition, in front of it. */
function withoutPlaces(text: string): string {
  const behindCode = /.*\[ONNXRuntimeError\] : \d+ : \w+ : (.*)$/.exec(text)?.[1] ?? text;
  return /was false\. (.*)$/.exec(behindCode)?.[1] ?? behindCode;
}
