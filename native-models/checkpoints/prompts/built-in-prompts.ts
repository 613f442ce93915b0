import type { PromptSet } from '../manifest.ts';

/**
 * Frames and sizes that published VideoMind checkpoints were trained with, for prompt sources that name none
 * (VideoMind, section 4 and its evaluation settings).
 */
export const defaultBudgets: PromptSet['budgets'] = {
  planner: { fps: 1, maxFrames: 100, minTokens: 36, maxTokens: 64 },
  grounder: { fps: 1, maxFrames: 150, minTokens: 36, maxTokens: 64 },
  verifier: { fps: 2, maxFrames: 64, minTokens: 36, maxTokens: 64 },
  answerer: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 },
};

/** The answerer is shown at least this much of the video, in seconds. */
export const defaultMinAnswerSec = 32;

/** How published numbers were made for multiple choice: the short format, with the reply started. */
export const defaultChoices: PromptSet['choices'] = {
  option: '\n({letter}) {text}',
  question: '{question}\nOptions:{options}\nPlease only give the best option.',
  replyStart: 'Best Option: (',
};

/** Our own words, for checkpoints that come without theirs. Answers may be worse than with the trained ones. */
export const builtInPrompts = {
  planner:
    'You plan how to answer a question about this video. Three steps are available: "grounder" finds the moment that a ' +
    'short description names, "verifier" checks the moments that were found, "answerer" answers from the video. Reply ' +
    'with a JSON list of the steps in order and nothing else, each an object with "type" and, for the grounder, ' +
    '"value", the description of the moment to look for. Use all three steps when the question is about a moment that ' +
    'has to be found, the grounder and the verifier when only the moment is asked for, and the answerer alone when ' +
    'the whole video answers it. For example: [{"type": "grounder", "value": "the man opens the door"}, ' +
    '{"type": "verifier"}, {"type": "answerer"}]. Question: {question}',
  grounder:
    'You find moments in videos. When does this happen in the video: "{query}"? Reply with the token <|reg|>, whose ' +
    'state is read as the start and end of the moment.',
  verifier:
    'You check moments of videos. In the video, <|seg_start|> marks where a moment begins and <|seg_end|> where it ' +
    'ends. Does this moment show exactly the following: "{query}"? Reply with Yes or No.',
} as const;
